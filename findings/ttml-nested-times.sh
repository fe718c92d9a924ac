#!/usr/bin/env bash
# pycaption 2.3.14 and ttconv 1.2.3: a begin time on TTML's body or div moves the captions in it, but one reader
# does not move them and the other loses them.
#
# Times in TTML are relative to the element around (as in SMIL). Producers use this to shift a whole file, say to the
# start of the recording. pycaption looks at the paragraph only. ttconv adds the times, but takes an
# outer element without an end to end where its content would without the shift, so that the caption
# is cut off or gone. Neither says anything. With an end on the body ttconv is right. A writer should put
# absolute times on paragraphs and nothing outside.
#
# Seen: a caption from 1 s to 2 s in a body that begins at 10 s, so from 11 s to 12 s. pycaption: 1 s to 2 s. ttconv:
# nothing; with end="100s" on the body 11 s to 12 s; with a begin of 0.5 s 1.5 s to 2 s instead of 2.5 s.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --only-binary :all: pycaption==2.3.14 ttconv==1.2.3
"$folder/venv/bin/python" -W ignore - <<'PY'
import re
import xml.etree.ElementTree as tree

import pycaption
import ttconv.imsc.reader
import ttconv.srt.writer

TEXT = (
    '<tt xmlns="http://www.w3.org/ns/ttml" xml:lang="en"><body %s><div>'
    '<p begin="1s" end="2s">Good morning.</p></div></body></tt>'
)
seen = []
for times in ("", 'begin="10s"', 'begin="10s" end="100s"', 'begin="0.5s"'):
    text = TEXT % times
    caption = pycaption.DFXPReader().read(text).get_captions("en")[0]
    model = ttconv.imsc.reader.to_model(tree.ElementTree(tree.fromstring(text)))
    other = re.findall(r"00:00:([\d,]+) --> 00:00:([\d,]+)", ttconv.srt.writer.from_model(model))
    seen.append((caption.start / 1e6, caption.end / 1e6, other))
    print(f"body {times}: pycaption {seen[-1][0]} to {seen[-1][1]} s; ttconv {other}")
shifted = [("11,000", "12,000")]
ends = [[("01,000", "02,000")], [], shifted, [("01,500", "02,000")]]
if seen != [(1.0, 2.0, end) for end in ends]:
    raise SystemExit("changed: pycaption ignored the body; ttconv lost the caption, moved it, and cut it off")
PY
