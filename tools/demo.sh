#!/usr/bin/env bash
# A call on this machine: installs what is missing, builds `sotto`, and lets Alice and Bob talk as two processes.
set -uo pipefail
start_folder=$PWD
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit
source tools/steps.sh

usage() {
  cat <<'TEXT'
usage: tools/demo.sh [--video FILE]... [--audio FILE]... [OPTION...]

Builds `sotto` and places a call of 15 seconds between two processes over loopback, with real footage and speech from
Debian packages; measures what arrives, watches the wire, and says whether all is as it should be (exit code 0 if so).

  --video FILE  show this instead: given once, at both ends; twice, Alice's first
  --audio FILE  the same for the sound
  --out DIR     where the report and the pictures go (build/demo)
  OPTION        any other option of `sotto demo`, for example --seconds 30; see build/release/bin/sotto demo --help

Needs Debian 12, and root or sudo to install packages and to watch the wire.
TEXT
}

out=$root/build/demo
videos=()
audios=()
others=()
from_here() { case $1 in /*) echo "$1" ;; *) echo "$start_folder/$1" ;; esac; }
while [ $# -gt 0 ]; do
  case $1 in
    -h | --help) usage && exit ;;
    --video | --audio | --out)
      if [ $# -lt 2 ]; then echo "tools/demo.sh: $1 needs a value" >&2 && exit 2; fi
      value=$(from_here "$2")
      if [ "$1" != --out ] && [ ! -r "$value" ]; then echo "tools/demo.sh: cannot read $2" >&2 && exit 2; fi
      case $1 in
        --video) videos+=("$value") ;;
        --audio) audios+=("$value") ;;
        --out) out=$value ;;
      esac
      shift
      ;;
    *) others+=("$1") ;;
  esac
  shift
done

fail() {
  say "The demo could not be shown: $*"
  exit 1
}

media=$root/build/demo-media

# A street with people walking, and faces of a film.
fetch_footage() {
  local folder=/usr/share/doc/opencv-doc/examples/data
  fetch_from_package "$media" opencv-doc "$folder/vtest.avi" "$folder/Megamind.avi"
}

# A woman and a man who speak for a minute each, as telephone exchanges play them to callers.
fetch_speech() {
  local folder=/usr/share/asterisk/sounds
  fetch_from_package "$media" asterisk-core-sounds-en-g722 "$folder/en_US_f_Allison/demo-instruct.g722" &&
    fetch_from_package "$media" asterisk-core-sounds-it-g722 "$folder/it_IT_m_Carlo/demo-instruct.g722"
}

build() {
  local tests=()
  # Nothing of the tests is needed; but a build folder that has them keeps them.
  [ -e build/release/CMakeCache.txt ] || tests=(-DSOTTO_TESTS=OFF)
  cmake --preset release "${tests[@]}" && cmake --build --preset release -j "$job_count" --target sotto
}

run_step demo-packages "installing what is missing" tools/install-packages.sh library program || fail "packages are missing"
if [ ${#videos[@]} = 0 ]; then
  run_step demo-footage "fetching footage (Debian package opencv-doc)" fetch_footage || fail "there is no footage"
  videos=("$media/opencv-doc/vtest.avi" "$media/opencv-doc/Megamind.avi")
fi
if [ ${#audios[@]} = 0 ]; then
  run_step demo-speech "fetching speech (Debian packages asterisk-core-sounds-en-g722 and -it-g722)" fetch_speech || fail "there is no speech"
  audios=("$media"/asterisk-core-sounds-{en,it}-g722/demo-instruct.g722)
fi
run_step demo-build "building sotto" build || fail "it does not build"

say "calling"
arguments=(demo --out "$out")
for file in "${videos[@]}"; do arguments+=(--video "$file"); done
for file in "${audios[@]}"; do arguments+=(--audio "$file"); done
mkdir -p "$out" || fail "cannot write to $out"
# To see each datagram on the wire takes root.
as_root build/release/bin/sotto "${arguments[@]}" "${others[@]}"
status=$?
[ "$(id -u)" = 0 ] || as_root chown -R "$(id -u):$(id -g)" "$out"
say "The report and the pictures are in $out"
exit "$status"
