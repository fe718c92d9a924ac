#!/bin/sh
# Checks for what Viseme is built with and installs the Debian packages that are missing.
# Usage: scripts/setup.sh [tests | instructions]
#   tests         adds what only the tests need (the ffmpeg command)
#   instructions  adds what counting instructions needs (valgrind)
# Does nothing, in well under a second, when all is there.
set -eu

say() { printf 'setup: %s\n' "$*"; }
fail() {
  printf 'setup: %s\n' "$*" >&2
  exit 1
}

# FFmpeg 5.1, by the version of its libavformat.
LIBAVFORMAT_MINIMUM=59.27.100
LIBRARIES='libavformat libavcodec libswscale libswresample libavutil'

check_swift() {
  command -v swift >/dev/null 2>&1 ||
    fail 'no swift found. Install a Swift 6.2 (or newer) toolchain from swift.org and put it on PATH.'
  # Without its libraries swift fails here, and its own message is the one to show.
  text=$(swift --version 2>&1) || fail "swift does not start: $text"
  version=$(printf '%s\n' "$text" | sed -n 's/.*Swift version \([0-9]*\.[0-9]*\).*/\1/p' | head -n 1)
  major=${version%%.*}
  minor=${version#*.}
  if [ -z "$version" ]; then
    fail "swift tells no version that can be read: $text"
  fi
  if [ "$major" -lt 6 ] || { [ "$major" -eq 6 ] && [ "$minor" -lt 2 ]; }; then
    fail "Swift $version found; Viseme needs 6.2 or newer (swift.org)."
  fi
}

missing_packages() {
  if command -v pkg-config >/dev/null 2>&1; then
    for library in $LIBRARIES; do
      pkg-config --exists "$library" || printf '%s-dev ' "$library"
    done
  else
    printf 'pkg-config '
    for library in $LIBRARIES; do printf '%s-dev ' "$library"; done
  fi
  python3 -m pip --version >/dev/null 2>&1 || printf 'python3-pip '
  if [ "$1" = tests ]; then
    command -v ffmpeg >/dev/null 2>&1 || printf 'ffmpeg '
  fi
  if [ "$1" = instructions ]; then
    command -v valgrind >/dev/null 2>&1 || printf 'valgrind '
    command -v strip >/dev/null 2>&1 || printf 'binutils '
  fi
}

# Runs a command as root, with sudo where needed.
as_root() {
  if [ "$(id -u)" -eq 0 ]; then
    "$@" </dev/null
  else
    # sudo may ask for a password, on the terminal and not on standard input.
    sudo "$@" </dev/null
  fi
}

install_packages() {
  command -v apt-get >/dev/null 2>&1 ||
    fail "there is no apt-get here. Install what these Debian packages hold: $*"
  if [ "$(id -u)" -ne 0 ] && ! command -v sudo >/dev/null 2>&1; then
    fail "packages are missing and there is no sudo. As root: apt-get install $*"
  fi
  say "installing $*"
  as_root apt-get update -q || say 'apt-get update failed; trying with the package lists at hand'
  as_root env DEBIAN_FRONTEND=noninteractive \
    apt-get install -q -y --no-install-recommends "$@" ||
    fail "apt-get could not install: $*"
}

purpose=${1:-run}
check_swift
missing=$(missing_packages "$purpose")
if [ -n "$missing" ]; then
  # The list is split into words on purpose.
  # shellcheck disable=SC2086
  install_packages $missing
  missing=$(missing_packages "$purpose")
  [ -z "$missing" ] || fail "still missing after the installation: $missing"
fi
pkg-config --atleast-version="$LIBAVFORMAT_MINIMUM" libavformat ||
  fail "libavformat $(pkg-config --modversion libavformat) found; Viseme needs FFmpeg 5.1 or newer."
say "Swift $version, libavformat $(pkg-config --modversion libavformat): all that is needed is here"
