# shellcheck shell=bash
# For tools/*.sh: runs long commands one after the other, says what they do, and keeps their output in a file each.
# Sourced, not run. Sets `root` (the top of the tree), `logs` and `job_count`.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
logs=$root/build/logs
# shellcheck disable=SC2034  # used by the scripts that source this
job_count=${SOTTO_JOBS:-$(nproc)}

say() { printf '%3d:%02d  %s\n' $((SECONDS / 60)) $((SECONDS % 60)) "$*"; }

# say_progress LOG: each half minute, how far the build or test run that writes LOG has come. Ends with the script.
say_progress() {
  local progress
  # What may outlive this loop by a moment must not hold on to the output of the script.
  while sleep 30 >/dev/null 2>&1 && kill -0 $$ 2>/dev/null; do
    progress=$(tail -n 3 "$1" | grep -oE '^\[[0-9]+/[0-9]+\]|^ *[0-9]+/[0-9]+ Test' | tail -n 1)
    [ -z "$progress" ] || say "    ${progress# }"
  done
}

# run_step LOG TEXT COMMAND...: runs COMMAND with its output in build/logs/LOG.log. Says TEXT, and the end of the output
# if the command fails (60 lines, or $shown_lines). Returns what COMMAND returned.
run_step() {
  local log=$logs/$1.log text=$2 ticker status=0
  shift 2
  mkdir -p "$logs"
  : >"$log"
  say "$text"
  say_progress "$log" &
  ticker=$!
  "$@" >"$log" 2>&1 </dev/null || status=$?
  kill "$ticker" 2>/dev/null
  wait "$ticker" 2>/dev/null
  if [ "$status" != 0 ]; then
    say "FAILED (exit code $status): $text"
    echo "----- the end of ${log#"$root"/}:"
    tail -n "${shown_lines:-60}" "$log" | cut -c 1-240
    echo "-----"
  fi
  return "$status"
}

# as_root NAME=VALUE... COMMAND...: runs COMMAND as root, by sudo if need be.
as_root() {
  if [ "$(id -u)" = 0 ]; then
    env "$@"
  elif command -v sudo >/dev/null; then
    sudo env "$@"
  else
    echo "$0: needs root or sudo for: $*" >&2
    return 1
  fi
}

# fetch_from_package FOLDER PACKAGE FILE...: copies files of a Debian package into FOLDER/PACKAGE. The package is not
# installed for it: images for containers are often set up to leave documentation out, and nothing of it but these files
# is needed.
fetch_from_package() (
  folder=$1/$2 package=$2
  missing=()
  shift 2
  mkdir -p "$folder" || exit
  for file in "$@"; do
    if [ -s "$folder/${file##*/}" ]; then continue; fi
    if [ -s "$file" ]; then cp "$file" "$folder/"; else missing+=(".$file"); fi
  done
  if [ ${#missing[@]} = 0 ]; then exit; fi
  scratch=$(mktemp -d) && chmod 755 "$scratch" && cd "$scratch" || exit
  if ! apt-get download -q "$package"; then
    as_root apt-get update -q && apt-get download -q "$package" || exit
  fi
  dpkg-deb --fsys-tarfile ./*.deb | tar -x "${missing[@]}" && mv "${missing[@]}" "$folder/" && rm -r "$scratch"
)
