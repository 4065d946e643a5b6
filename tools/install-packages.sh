#!/usr/bin/env bash
# Installs the Debian packages that sotto is built, tested or shown with; those already there are left alone.
set -euo pipefail
# shellcheck source=tools/steps.sh
source "$(dirname "${BASH_SOURCE[0]}")/steps.sh"

usage() {
  cat <<'TEXT'
usage: tools/install-packages.sh [--list] GROUP...

Groups (each by name, on Debian 12):
  library  compiler, build tools, and the libraries that libsotto stands on
  program  what the `sotto` program needs besides
  lab      what tools/lab.sh needs besides
  npm, chromium
           the same, for one of its clips and for its other peers
  test     what tools/test.sh needs besides: GoogleTest, clang with its fuzzer, clang-format, clang-tidy, ccache, coturn,
           a browser without a window

  --list  only prints the packages of the groups

Needs root or sudo, and the network, only if a package is missing.
TEXT
}

packages_of() {
  case $1 in
    library)
      echo cmake g++ make ninja-build pkg-config \
        libssl-dev libsodium-dev libasio-dev libprotobuf-dev protobuf-compiler \
        libnice-dev libglib2.0-dev libsrtp2-dev \
        libopus-dev libwebrtc-audio-processing-dev libsamplerate0-dev \
        libvpx-dev libyuv-dev
      ;;
    program)
      echo libcli11-dev nlohmann-json3-dev libpng-dev libpcap-dev libqrencode-dev libsqlite3-dev \
        libjs-dygraphs libkissfft-dev libspeexdsp-dev libwebp-dev \
        libavcodec-dev libavformat-dev libavutil-dev libswresample-dev libswscale-dev
      ;;
    lab) echo alsa-utils espeak-ng ffmpeg iperf3 iproute2 iputils-ping jq python3-matplotlib python3-numpy python3-scipy sox ;;
    npm) echo npm ;;
    chromium) echo chromium ;;
    test)
      echo binutils ccache chromium-headless-shell clang clang-format clang-tidy coturn iproute2 libclang-rt-14-dev libgmock-dev libgtest-dev python3-numpy python3-scipy
      ;;
    *)
      echo "tools/install-packages.sh: unknown group '$1'" >&2
      usage >&2
      return 2
      ;;
  esac
}

is_installed() { [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]; }

main() {
  local list=false group package groups=() wanted=() missing=()
  for group in "$@"; do
    case $group in
      --list) list=true ;;
      -h | --help) usage && return ;;
      *) groups+=("$group") ;;
    esac
  done
  if [ ${#groups[@]} = 0 ]; then usage >&2 && return 2; fi
  for group in "${groups[@]}"; do
    package=$(packages_of "$group")
    # Word splitting is meant: a group is a list.
    # shellcheck disable=SC2206
    wanted+=($package)
  done
  if $list; then
    printf '%s\n' "${wanted[@]}"
    return
  fi
  if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
    echo "This is no Debian system. Install what is named like these packages yourself: ${wanted[*]}"
    return
  fi

  for package in "${wanted[@]}"; do
    is_installed "$package" || missing+=("$package")
  done
  if [ ${#missing[@]} = 0 ]; then
    echo "All ${#wanted[@]} packages are installed."
    return
  fi
  echo "Installing ${#missing[@]} of ${#wanted[@]} packages: ${missing[*]}"
  # An update that fails (one broken source of many) need not keep the packages from being found.
  as_root apt-get update -q || echo "apt-get update failed; trying with the package lists that are there" >&2
  as_root DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends \
    -o DPkg::Lock::Timeout=300 -o Dpkg::Use-Pty=0 "${missing[@]}"
  # Tests start a TURN server of their own; this machine shall not serve as one because of them.
  if [[ " ${missing[*]} " == *" coturn "* && -d /run/systemd/system ]]; then
    as_root systemctl disable --now coturn
  fi
}

main "$@"
