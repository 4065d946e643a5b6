#!/usr/bin/env bash
# Two real peers over a bad network, measured from outside, beside what libwebrtc did on the same links.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit
source tools/steps.sh

usage() {
  cat <<'TEXT'
usage: tools/lab.sh [--peer NAME] [--out FILE] [--verify-link] [OPTION...]

Builds `sotto` and the emulated link, makes pictures and sounds, lets two processes call each other in network namespaces
of their own, scenario by scenario (a whole pass takes 18 minutes), and prints the figures beside those of libwebrtc (2022,
and Chromium) and the targets. Exit code 1 if a target is missed. Both peers and the link share the machine: run nothing
else beside it.

  --peer NAME    sotto; or chromium or libwebrtc-m106, to measure these anew (installs them)
  --out FILE     where the results are gathered (build/lab/NAME.json, begun anew)
  --verify-link  only holds the emulated link against ping and iperf3
  OPTION         any other option of tests/lab/measure.py:
                 --only NAME,NAME  these scenarios (tests/lab/scenarios.json has them all)
                 --times N         passes, each with another seed; the table has the medians
                 --seed N          of the first pass
                 --duration S      of each call
                 --video 360p      in place of 720p

tests/lab/README.md says what is measured, and how. Needs Debian 12 and root or sudo.
TEXT
}

peer=sotto
out=
verify=false
options=()
while [ $# -gt 0 ]; do
  case $1 in
    -h | --help) usage && exit ;;
    --verify-link) verify=true ;;
    --peer | --out)
      if [ $# -lt 2 ]; then echo "tools/lab.sh: $1 needs a value" >&2 && exit 2; fi
      if [ "$1" = --peer ]; then peer=$2; else out=$2; fi
      shift
      ;;
    *) options+=("$1") ;;
  esac
  shift
done

fail() {
  say "The lab cannot be run: $*"
  exit 2
}

work=$root/build/lab
linkem=$root/build/release/bin/linkem
out=${out:-$work/$peer.json}
command=()
case $peer in
  sotto)
    definition=tests/lab/peers/sotto.json
    command=(--command "$root/build/release/bin/sotto harness-peer")
    ;;
  chromium) definition=tests/lab/peers/chromium/peer.json ;;
  libwebrtc-m106) definition=tests/lab/peers/libwebrtc/peer.json ;;
  *) echo "tools/lab.sh: unknown peer '$peer'" >&2 && usage >&2 && exit 2 ;;
esac

build() {
  local tests=()
  [ -e build/release/CMakeCache.txt ] || tests=(-DSOTTO_TESTS=OFF)
  cmake --preset release "${tests[@]}" && cmake --build --preset release -j "$job_count" --target sotto linkem
}

install_peers() {
  mkdir -p "$work/peers" && cp -r tests/lab/peers/chromium tests/lab/peers/libwebrtc "$work/peers/" || return
  if [ "$peer" = libwebrtc-m106 ]; then (cd "$work/peers/libwebrtc" && npm ci --silent) || return; fi
}

groups=(library program lab)
# Node from elsewhere comes with its own npm, and Debian's would not go beside it.
command -v npm >/dev/null || groups+=(npm)
if [ "$peer" = chromium ]; then groups+=(chromium); fi
run_step lab-packages "installing what is missing" tools/install-packages.sh "${groups[@]}" || fail "packages are missing"
run_step lab-build "building sotto and the link" build || fail "it does not build"
if $verify; then
  as_root tests/lab/verify-link.sh "$linkem"
  exit
fi
run_step lab-media "making pictures and sounds" tests/lab/make-media.sh "$work/media" || fail "there are no media"
if [ "$peer" != sotto ]; then run_step lab-peers "installing $peer" install_peers || fail "there is no $peer"; fi

say "calling (each call prints a line to build/logs/lab.log)"
rm -f "$out"
as_root PYTHONDONTWRITEBYTECODE=1 /usr/bin/python3 tests/lab/measure.py --work "$work" --linkem "$linkem" --peer "$definition" \
  "${command[@]}" --out "$out" "${options[@]}" >"$logs/lab.log" || say "a call failed; its line in the table says why"
[ -e "$out" ] || fail "nothing was measured"
PYTHONDONTWRITEBYTECODE=1 /usr/bin/python3 tests/lab/table.py --plot "$work/$peer.svg" tests/lab/results/libwebrtc-m106.json \
  tests/lab/results/chromium.json "$out"
status=$?
say "results: $out; drawn: $work/$peer.svg"
exit "$status"
