#!/usr/bin/env bash
# soundfile 0.14.0 (libsndfile 1.2.2): a 32-bit float recording that is read as 16-bit numbers is silence, and
# the same recording written twice is not the same file.
#
# Recorders that cannot be overdriven write float WAV. Speech code often asks for int16, which scales every integer
# format. Floats from -1 to 1 are not scaled, only rounded to whole numbers: each sample is 0. No error is
# raised; a detector then finds no speech. Read as float and scale. Besides, libsndfile gives a float WAV a PEAK
# chunk with the time of day, so that hashes of such files differ from one second to the next.
#
# Seen: a tone of amplitude 0.5. PCM_24 read as int16: up to 16384. FLOAT read as int16: all 0; as float: up to
# 0.5. Written again after a second: one byte differs, that of the seconds in the PEAK chunk.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --no-deps soundfile==0.14.0 cffi==2.1.1 pycparser==3.12 numpy==2.2.6 \
    typing_extensions==4.16.0
cd "$folder"
venv/bin/python - <<'PY'
import pathlib
import time

import numpy as np
import soundfile

print("libsndfile", soundfile.__libsndfile_version__)
tone = 0.5 * np.sin(2 * np.pi * 1_000 * np.arange(16_000) / 16_000).astype(np.float32)
seen = {}
for subtype in ("PCM_24", "FLOAT"):
    soundfile.write("a.wav", tone, 16_000, subtype=subtype)
    for dtype in ("int16", "float32"):
        seen[subtype, dtype] = round(float(np.max(soundfile.read("a.wav", dtype=dtype)[0])), 2)
        print(f"{subtype} read as {dtype}: largest sample {seen[subtype, dtype]}")

first = pathlib.Path("a.wav").read_bytes()
time.sleep(1.1)
soundfile.write("a.wav", tone, 16_000, subtype="FLOAT")
second = pathlib.Path("a.wav").read_bytes()
stamp = first.index(b"PEAK") + 12
differing = [index - stamp for index, pair in enumerate(zip(first, second)) if pair[0] != pair[1]]
print("written again: bytes that differ, from the PEAK chunk's time:", *differing)
quiet = seen["PCM_24", "int16"] > 16_000 and seen["FLOAT", "int16"] == 0 and seen["FLOAT", "float32"] == 0.5
if not quiet or not differing or not set(differing) <= {0, 1, 2, 3}:
    raise SystemExit("changed: float read as int16 was all 0, and only the four bytes of the time differed")
PY
