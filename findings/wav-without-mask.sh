#!/usr/bin/env bash
# libswresample 5.1 (in PyAV 13.1.0): a WAV file without a channel mask is mixed down as if its channels were
# loudspeakers, so that microphones disappear.
#
# A plain PCM WAV says how many channels it has and not where they belong. FFmpeg's decoder reports
# "3 channels", yet the mix to mono takes them for left, right and subwoofer, and a subwoofer is left
# out of a mix. Of three microphones the third is silent afterwards; of six or eight the fourth; of
# sixteen, seven. Nothing is logged.
#
# Seen: gain of each channel in the mix, before the level is evened out:
#   3: 0.71 0.71 0;  6: 0.71 0.71 1 0 0.5 0.5;  16: seven zeros
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --no-deps av==13.1.0 numpy==2.2.6
"$folder/venv/bin/python" - <<'PY'
import io
import wave

import av
import numpy as np

RATE = 16_000
TONE = (8_000 * np.sin(2 * np.pi * 440 * np.arange(RATE) / RATE)).astype(np.int16)


def gain(channels: int, only: int) -> float:
    """Level of the mono mix of a file in which one channel has a tone, against the tone's."""
    samples = np.zeros((RATE, channels), np.int16)
    samples[:, only] = TONE
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(channels)
        out.setsampwidth(2)
        out.setframerate(RATE)
        out.writeframes(samples.tobytes())
    file.seek(0)
    mixer = av.AudioResampler(format="flt", layout="mono", rate=RATE)
    blocks = [
        block.to_ndarray().ravel()
        for frame in av.open(file).decode(audio=0)
        for block in mixer.resample(frame)
    ]
    tone = np.sqrt(np.mean((TONE / 32_768.0) ** 2))
    return round(float(np.sqrt(np.mean(np.concatenate(blocks) ** 2)) / tone), 2)


silent = {}
for channels in (3, 6, 8, 16):
    gains = [gain(channels, only) for only in range(channels)]
    silent[channels] = [index + 1 for index, value in enumerate(gains) if value == 0]
    print(channels, "channels:", *gains)
expected = {3: [3], 6: [4], 8: [4], 16: [10, 12, 13, 14, 15, 16]}
if silent != expected:
    raise SystemExit(f"changed: channels left out are {silent}, were {expected}")
PY
