#!/bin/sh
# Compiles what of Viseme sees FFmpeg's headers against those of other distributions.
# Usage: scripts/ffmpeg_headers.sh [FOLDER...]
# Without folders, fetches the packages of Ubuntu 24.04 (FFmpeg 6.1) and Debian 13 (FFmpeg 7.1) with apt-get
# into .build/headers, without installing them. A FOLDER holds libavformat/ and its neighbours.
# Needs clang; apt-get and dpkg-deb where headers are to be fetched.
set -eu
cd "$(dirname "$0")/.."

CLANG=${CLANG:-clang}
PLACE=.build/headers

# Fetches the header packages of a release: name, mirror, suite.
fetch() {
  root=$PWD/$PLACE/$1
  [ ! -d "$root/include" ] || return 0
  mkdir -p "$root/apt/lists/partial" "$root/apt/cache/archives/partial" "$root/deb"
  echo "deb [trusted=yes] $2 $3 main universe" >"$root/apt/sources"
  [ "$1" != debian13 ] || echo "deb [trusted=yes] $2 $3 main" >"$root/apt/sources"
  : >"$root/apt/status"
  set -- -q -o Dir::Etc::sourcelist="$root/apt/sources" -o Dir::Etc::sourceparts=- \
    -o Dir::State::lists="$root/apt/lists" -o Dir::State::status="$root/apt/status" \
    -o Dir::Cache="$root/apt/cache" -o APT::Sandbox::User=root
  apt-get "$@" update >"$root/log" 2>&1 || return 1
  (cd "$root/deb" && apt-get "$@" download libavformat-dev libavcodec-dev libswscale-dev \
    libswresample-dev libavutil-dev) >>"$root/log" 2>&1 || return 1
  for package in "$root"/deb/*.deb; do dpkg-deb -x "$package" "$root/deb/files"; done
  mv "$root"/deb/files/usr/include/*-linux-gnu "$root/include"
}

# Compiles the shim and the loader without linking.
check() {
  version=$(sed -n 's/.*LIBAVFORMAT_VERSION_MAJOR *\([0-9]*\).*/\1/p' \
    "$1/libavformat/version_major.h" "$1/libavformat/version.h" 2>/dev/null | head -n 1)
  for target in x86_64-linux-gnu aarch64-linux-gnu; do
    "$CLANG" --target=$target -fsyntax-only -Wall -Wextra -Werror -I "$1" \
      -I Sources/CFFmpeg/include -I "/usr/include/$target" Sources/CFFmpeg/load.c || return 1
  done
  echo "headers: $1 (libavformat $version): compiles"
}

if [ $# -eq 0 ]; then
  fetch ubuntu24.04 http://archive.ubuntu.com/ubuntu noble ||
    { echo 'headers: those of Ubuntu 24.04 cannot be fetched' >&2; exit 1; }
  fetch debian13 http://deb.debian.org/debian trixie ||
    { echo 'headers: those of Debian 13 cannot be fetched' >&2; exit 1; }
  set -- "$PLACE/ubuntu24.04/include" "$PLACE/debian13/include"
fi
for folder in "$@"; do check "$folder"; done
