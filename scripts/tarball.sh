#!/bin/sh
# Packs a built program with its manual and completions; the Swift runtime is inside the program, FFmpeg is not.
# Usage: scripts/tarball.sh PROGRAM
set -eu
cd "$(dirname "$0")/.."

program=${1:?PROGRAM}
[ -x "$program" ] || { echo "tarball: no program $program" >&2; exit 66; }
version=$("$program" --version | cut -d ' ' -f 2)
name=viseme-$version-linux-$(uname -m)
stage=.build/tarball
rm -rf "$stage"
mkdir -p "$stage/$name" .build/dist
scripts/install.sh "$program" "$stage/$name" >/dev/null
strip --strip-unneeded "$stage/$name/bin/viseme"
cp README.md CHANGELOG.md LICENSE "$stage/$name/"
if objdump -p "$stage/$name/bin/viseme" | grep -q 'NEEDED.*libswift'; then
  echo 'tarball: the program needs the Swift runtime; build it with make build' >&2
  exit 1
fi
archive=.build/dist/$name.tar.gz
tar -C "$stage" --sort=name --owner=0 --group=0 --numeric-owner \
  --mtime="@${SOURCE_DATE_EPOCH:-$(date +%s)}" -cf - "$name" | gzip -9n >"$archive"
echo "tarball: $archive ($(du -h "$archive" | cut -f 1))"
