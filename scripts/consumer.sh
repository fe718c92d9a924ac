#!/bin/sh
# Checks that another package can use the library, in a minute rather than in a whole build of it.
#
# SwiftPM plans the build of Examples, which tells whether it takes our manifest as a dependency's (our targets
# have unsafe flags), and builds one small target of it. Then the examples are compiled against the modules
# of this package's own build, linked with its objects, and one of them is run. `make examples` builds all
# of it as a user does.
set -eu
cd "$(dirname "$0")/.."

SWIFT=${SWIFT:-swift}
build=.build/debug
place=.build/consumer
[ -f "$build/Modules/Viseme.swiftmodule" ] || { echo 'consumer: make models comes first' >&2; exit 1; }
mkdir -p "$place"

echo 'consumer: the manifest as a dependency'
$SWIFT build --package-path Examples --scratch-path "$place/build" --target CProcess >"$place/log" 2>&1 || {
  cat "$place/log" >&2
  exit 1
}
maps=''
for map in Sources/C*/include/module.modulemap "$build"/C*.build/module.modulemap; do
  [ ! -f "$map" ] || maps="$maps -Xcc -fmodule-map-file=$map"
done
for folder in Sources/C*/include; do maps="$maps -Xcc -I$folder"; done
objects=$(grep -v '/VisemeCommand.build/' "$build/viseme.product/Objects.LinkFileList" | tr -d "'")
for example in transcribe queue custom lipsync; do
  echo "consumer: $example"
  # The lists are split into words on purpose.
  # shellcheck disable=SC2086
  ${SWIFT}c -swift-version 6 -module-name $example -I "$build/Modules" $maps -use-ld=lld \
    -o "$place/$example" Examples/Sources/$example/*.swift $objects "$build"/Viseme.build/*.o -ldl -lpthread -lm
done
cp samples/meeting.mp4 "$place/meeting.mp4"
"$place/transcribe" "$place/meeting.mp4" | tee "$place/transcript"
grep -q 'Good morning' "$place/transcript"
head -n 1 "$place/meeting.mp4.vtt" | grep -q WEBVTT
echo 'consumer: all is right'
