#!/usr/bin/env bash
# silero-vad 6.2.3 (its silero_vad.onnx, in onnxruntime 1.27.0): given the 512 samples that a chunk has, the network
# finds no speech at all, and does not complain.
#
# The input of the ONNX file is declared as [any, any]. It wants the last 64 samples of the chunk before in
# front, 576 in all; the package's own Python wrapper adds them, and one's own code has to. Without them the
# network runs, keeps its state, and returns small probabilities for clear speech. Where this detector leaves out
# silence, it leaves out the whole meeting.
#
# Seen: a sentence of 6 s from espeak-ng. With the 64 samples, 93 % of the chunks are speech (above 0.5) and the
# median probability is 1.00; without, 0 % and 0.00, and 0.23 is the largest.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --no-deps silero-vad==6.2.3 onnxruntime==1.27.0 flatbuffers==25.12.19 \
    protobuf==6.33.6 packaging==25.0 numpy==2.2.6 espeakng-loader==0.2.4
"$folder/venv/bin/python" - <<'PY'
import ctypes
import pathlib
import sysconfig

import espeakng_loader
import numpy as np
import onnxruntime

TEXT = b"Good morning everybody, we begin with the report, and then we talk about the budget for next year."

# espeak-ng speaks into memory: mode 2 is synchronous, and hands its samples to a callback.
voice, blocks = ctypes.CDLL(espeakng_loader.get_library_path()), []
rate = voice.espeak_Initialize(2, 0, espeakng_loader.get_data_path().encode(), 0)


@ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.c_void_p)
def take(samples, count, _):
    if samples and count:
        blocks.append(np.ctypeslib.as_array(samples, (count,)).copy())
    return 0


voice.espeak_SetSynthCallback(take)
voice.espeak_SetVoiceByName(b"en")
voice.espeak_Synth(TEXT, len(TEXT) + 1, 0, 1, 0, 1, None, None)
spoken = np.concatenate(blocks) / 32_768
times = np.arange(0, len(spoken) - 1, rate / 16_000)
sound = np.interp(times, np.arange(len(spoken)), spoken).astype(np.float32)

folder = pathlib.Path(sysconfig.get_paths()["purelib"]) / "silero_vad" / "data"
network, shares = onnxruntime.InferenceSession(str(folder / "silero_vad.onnx")), []
for context in (64, 0):
    state, found = np.zeros((2, 1, 128), np.float32), []
    padded = np.concatenate([np.zeros(context, np.float32), sound])
    for start in range(0, len(sound) - 511, 512):
        chunk = padded[None, start : start + context + 512]
        output, state = network.run(None, {"input": chunk, "state": state, "sr": np.array(16_000)})
        found.append(float(output[0, 0]))
    shares.append(float(np.mean(np.array(found) > 0.5)))
    middle, most = np.median(found), max(found)
    print(f"{context} + 512 samples: speech in {shares[-1]:.0%}; median {middle:.2f}, largest {most:.2f}")
if shares[0] < 0.9 or shares[1] > 0:
    raise SystemExit("changed: were over 90 % with the samples before, and 0 % without")
PY
