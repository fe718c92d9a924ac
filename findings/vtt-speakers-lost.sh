#!/usr/bin/env bash
# webvtt-py 0.5.1 and pysubs2 1.8.0: WebVTT's voice spans, entities and word times do not survive common
# readers.
#
# Of a cue "<v Ann>Salt &amp; pepper, <00:00:02.000>please</v>" pysubs2 drops the speaker (its `name`
# stays empty) and shows "&amp;" and the time to the viewer as text. webvtt-py keeps the speaker and drops
# the time, but shows "&amp;" too, although the standard has escapes for that character. So a speaker's
# name that must reach everybody has to stand in the text, and JSON is the better source for words.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --no-deps webvtt-py==0.5.1 pysubs2==1.8.0
cd "$folder"
venv/bin/python - <<'PY'
import pathlib

import pysubs2
import webvtt

CUE = "<v Ann>Salt &amp; pepper, <00:00:02.000>please</v>"
pathlib.Path("a.vtt").write_text(
    f"WEBVTT\n\n00:00:01.000 --> 00:00:03.000\n{CUE}\n", encoding="utf-8"
)
one, other = webvtt.read("a.vtt")[0], pysubs2.load("a.vtt")[0]
seen = (one.voice, one.text, other.name, other.plaintext)
print("webvtt-py: speaker %r, text %r\npysubs2: speaker %r, text %r" % seen)
expected = (
    "Ann",
    "Salt &amp; pepper, please",
    "",
    "Salt &amp; pepper, <00:00:02.000>please",
)
if seen != expected:
    raise SystemExit(f"changed: were {expected}")
PY
