#!/usr/bin/env bash
# pyannote.core 6.1.0: of two speakers with the same start and end, the usual way to fill an annotation keeps one.
#
# annotation[Segment(0, 10)] = "ann" uses a track of the name "_". A second speaker with the same segment writes
# to the same track and replaces the first one; segments that differ by a millisecond are both kept. Made-up
# mixtures and turns that were rounded or cut to windows have equal times, so the reference loses just
# the overlapping speech, and no error rate shows it. A track name for each turn keeps both.
#
# Seen: ann and bob both from 0 to 10 s: labels ["bob"], 10 s of speech in all. With bob's end at 10.001 s, or with a
# track for each: both labels and 20 s.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --only-binary :all: pyannote.core==6.1.0
"$folder/venv/bin/python" -W ignore - <<'PY'
from pyannote.core import Annotation, Segment


def total(annotation: Annotation) -> tuple[list[str], float]:
    labels = annotation.labels()
    return labels, round(sum(annotation.label_duration(label) for label in labels), 1)


same, near, tracked = Annotation(), Annotation(), Annotation()
for number, name in enumerate(("ann", "bob")):
    same[Segment(0, 10)] = name
    near[Segment(0, 10 + number / 1000)] = name
    tracked[Segment(0, 10), number] = name
seen = [total(annotation) for annotation in (same, near, tracked)]
print("same times: %s; one longer by 1 ms: %s; with tracks: %s" % tuple(seen))
if seen != [(["bob"], 10.0), (["ann", "bob"], 20.0), (["ann", "bob"], 20.0)]:
    raise SystemExit("changed: were only bob and 10 s; both and 20 s; both and 20 s")
PY
