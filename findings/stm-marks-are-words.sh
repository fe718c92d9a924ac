#!/usr/bin/env bash
# meeteval 0.4.3: in an STM reference, NIST's marks are counted as spoken words.
#
# NIST's STM format has marks for its scorer: a label such as <o,f0,male> before the text, (words in brackets) that
# may be missing, { one / other } wordings, and whole lines ignore_time_segment_in_scoring and inter_segment_gap
# that are not scored. References that carry them are in public corpora. meeteval reads the file without a
# word and takes each mark for text that the recognizer missed. Even lines that are to be ignored count as
# missed speakers. The marks have to be resolved before.
#
# Seen: "hello world ok" heard rightly, and nothing else spoken: 8 errors in 11 words, two missed speakers.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet meeteval==0.4.3 numpy==2.2.6
"$folder/venv/bin/python" - <<'PY'
import meeteval

REFERENCE = """\
rec 1 ann 0.0 2.0 <o,f0,female> hello (%hesitation) world { okay / ok }
rec 1 inter_segment_gap 2.0 3.0 <o,f0,>
rec 1 bob 3.0 5.0 ignore_time_segment_in_scoring
"""
reference = meeteval.io.STM.parse(REFERENCE)
heard = meeteval.io.STM.parse("rec 1 ann 0.0 2.0 hello world ok\n")
rate = meeteval.wer.cpwer(reference, heard)["rec"]
print(f"{rate.errors} errors in {rate.length} words, missed speakers: {rate.missed_speaker}")
if (rate.errors, rate.length, rate.missed_speaker) != (8, 11, 2):
    raise SystemExit("changed: were 8 errors in 11 words and 2 missed speakers")
PY
