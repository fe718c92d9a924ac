#!/usr/bin/env bash
# srt 3.5.3: writing subtitles drops each cue that lasts no time, and numbers the rest so that no gap shows.
#
# compose() sorts and numbers by default, and this step leaves out cues whose end is not after their start (or that
# start before zero, or are empty). Word times of speech recognizers, rounded to their frames, often have words of
# no length: in subtitles with a cue for each word, these words are gone. A log message of level INFO is all that is
# said. pysubs2 1.8.0 writes the same cue. With reindex=False the cue stays; better is to give it a length.
#
# Seen: three words, of which the second starts and ends at 2 s: srt writes "1 good, 2 everybody", pysubs2 all three.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --no-deps srt==3.5.3 pysubs2==1.8.0
"$folder/venv/bin/python" - <<'PY'
import datetime

import pysubs2
import srt

WORDS = [("good", 1.0, 2.0), ("morning", 2.0, 2.0), ("everybody", 2.0, 3.0)]
seconds = [datetime.timedelta(seconds=value) for value in range(4)]
cues = [
    srt.Subtitle(number, seconds[int(start)], seconds[int(end)], word)
    for number, (word, start, end) in enumerate(WORDS, 1)
]
other = pysubs2.SSAFile()
other.extend(
    pysubs2.SSAEvent(start=int(1000 * start), end=int(1000 * end), text=word)
    for word, start, end in WORDS
)
seen = []
for name, text in (
    ("srt", srt.compose(cues)),
    ("srt, reindex=False", srt.compose(cues, reindex=False)),
    ("pysubs2", other.to_string("srt")),
):
    blocks = [block.split("\n") for block in text.strip().split("\n\n")]
    seen.append([f"{block[0]} {block[2]}" for block in blocks])
    print(f"{name}: {seen[-1]}")
every = ["1 good", "2 morning", "3 everybody"]
if seen != [["1 good", "2 everybody"], every, every]:
    raise SystemExit("changed: srt left out the cue without a length, unless told not to number")
PY
