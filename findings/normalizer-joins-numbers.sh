#!/usr/bin/env bash
# whisper-normalizer 0.1.15 (Whisper's own text normalizer as a package): numbers that are read out one by one
# become one word, so that one wrong digit is 10 % before normalizing and 100 % after.
#
# EnglishTextNormalizer writes number words as figures and joins those that follow one another. A telephone number of
# ten digits with one wrong is then one wrong word of one instead of one of ten. Separate numbers are joined, too, and
# "oh" is a zero. Text in brackets is removed, so what a program invents in brackets costs nothing. Rates before and
# after normalizing cannot be compared.
#
# Seen: one wrong digit of ten: error rate 0.1 before, 1.0 after. "sixty four, sixty five" is 6465, "Oh no." is
# "0 no", "Ann's car" is "ann is car", "[applause for everybody] Yes." is "yes".
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --no-deps whisper-normalizer==0.1.15 regex==2026.11.19 more-itertools==11.2.1 \
    jiwer==4.0.0 rapidfuzz==3.14.6 click==8.5.1
"$folder/venv/bin/python" - <<'PY'
import jiwer
from whisper_normalizer.english import EnglishTextNormalizer

EXPECTED = {
    "sixty four, sixty five": "6465",
    "Oh no.": "0 no",
    "Ann's car": "ann is car",
    "[applause for everybody] Yes.": "yes",
}
normalize = EnglishTextNormalizer()
said = "two four six eight one three five seven nine two"
heard = said.replace("five", "nine")
rates = jiwer.wer(said, heard), jiwer.wer(normalize(said), normalize(heard))
print(f"{normalize(said)!r} heard as {normalize(heard)!r}: error rate {rates[0]} before, {rates[1]} after")
seen = {text: normalize(text).strip() for text in EXPECTED}
for text, result in seen.items():
    print(f"{text!r} becomes {result!r}")
if rates != (0.1, 1.0) or seen != EXPECTED:
    raise SystemExit(f"changed: were 0.1, 1.0 and {EXPECTED}")
PY
