#!/usr/bin/env bash
# whisper-normalizer 0.1.15 (Whisper's own text normalizer as a package): words of Hindi, Bengali or Thai that
# differ in their vowel become equal, so that wrong words are counted as right.
#
# BasicTextNormalizer turns every character whose Unicode category begins with M, S or P into a space. Languages
# that write vowels as marks on a consonant lose these vowels, and their words are cut apart where a mark stood. So a
# word error rate that was computed this way forgives wrong vowels and counts pieces of words. (The package has
# a normalizer of its own for Indian languages; the basic one says nothing.)
#
# Seen: six pairs of different words, day and poor, root and mill, ox and bill in Hindi, day and gift in
# Bengali, good and look, eat and together in Thai: all six are equal afterwards, and five are two pieces each.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --no-deps whisper-normalizer==0.1.15 regex==2026.11.19
"$folder/venv/bin/python" - <<'PY'
from whisper_normalizer.basic import BasicTextNormalizer

PAIRS = [
    ("दिन", "दीन"),
    ("मूल", "मिल"),
    ("बैल", "बिल"),
    ("দিন", "দান"),
    ("ดี", "ดู"),
    ("กิน", "กัน"),
]
normalize = BasicTextNormalizer()
equal = pieces = 0
for one, other in PAIRS:
    left, right = normalize(one), normalize(other)
    print(f"{one} and {other} become {left!r} and {right!r}")
    equal += left == right
    pieces += len(left.split()) > 1
if (equal, pieces) != (6, 5):
    raise SystemExit(f"changed: were 6 equal and 5 in pieces, now {equal} and {pieces}")
PY
