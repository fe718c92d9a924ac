#!/usr/bin/env bash
# pysubs2 1.8.0 and ass 1.0.3: a speaker's name with a comma breaks a line of ASS in two wrong halves, and words in
# braces vanish, even from SubRip to SubRip.
#
# A line of ASS is fields between commas, and the format has no escape for them. Both libraries write a name as it is.
# "Smith, Ann" is read back as speaker "Smith", and what follows moves into the fields behind, until the text starts
# with a comma. Braces hold commands in ASS. pysubs2 keeps everything as ASS inside, so that marks of noises or of
# doubt in braces are lost between two SubRip files. Names need another character for the comma, marks no braces.
#
# Seen: "Good morning." by "Smith, Ann" becomes ",Good morning." by "Smith" in both; "{laughs} Yes." becomes "Yes.".
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --no-deps pysubs2==1.8.0 ass==1.0.3
"$folder/venv/bin/python" -W ignore - <<'PY'
import io

import ass
import pysubs2

NAME, TEXT = "Smith, Ann", "Good morning."
one = pysubs2.SSAFile()
one.append(pysubs2.SSAEvent(end=1_000, text=TEXT, name=NAME))
one = pysubs2.SSAFile.from_string(one.to_string("ass"))[0]

document, file = ass.Document(), io.StringIO()
document.styles.append(ass.Style())
document.events.append(ass.Dialogue(text=TEXT, name=NAME))
document.dump_file(file)
file.seek(0)
other = ass.parse(file).events[0]

subtitles = pysubs2.SSAFile.from_string("1\n00:00:01,000 --> 00:00:02,000\n{laughs} Yes.\n")
left = subtitles.to_string("srt").split("\n")[2]
seen = [(one.name, one.text), (other.name, other.text), left]
print("pysubs2: %s; ass: %s; braces: %r" % tuple(seen))
if seen != [("Smith", ",Good morning.")] * 2 + ["Yes."]:
    raise SystemExit("changed: were Smith and ',Good morning.' twice, and 'Yes.'")
PY
