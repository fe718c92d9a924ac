#!/usr/bin/env bash
# srt 3.5.3 and pysubs2 1.8.0: a SubRip time with fewer than three digits after the comma is read as two
# different times.
#
# "00:00:02,5" is half a second past two for pysubs2 (a decimal fraction), and five milliseconds past
# two for srt (a number of milliseconds). Both read the file without a word. So a writer must pad to three
# digits, and a reader must choose; files with short fractions are common in hand-made subtitles.
#
# Seen: srt 2.005 s, pysubs2 2.5 s.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --no-deps srt==3.5.3 pysubs2==1.8.0
"$folder/venv/bin/python" - <<'PY'
import pysubs2
import srt

TEXT = "1\n00:00:01,000 --> 00:00:02,5\nGood morning.\n"
ends = (
    next(iter(srt.parse(TEXT))).end.total_seconds(),
    pysubs2.SSAFile.from_string(TEXT)[0].end / 1000,
)
print(f"srt: the cue ends at {ends[0]} s; pysubs2: at {ends[1]} s")
if ends != (2.005, 2.5):
    raise SystemExit("changed: were 2.005 s and 2.5 s")
PY
