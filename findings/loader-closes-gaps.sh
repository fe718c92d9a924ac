#!/usr/bin/env bash
# faster-whisper 1.2.1 (with PyAV 13.1.0): the loader ignores the times of the packets, so a pause in a
# recording is closed and every word after it comes too early.
#
# A container may start its sound later than zero, and leave gaps: a muted microphone in a browser's
# recording, a lost connection, discontinuous transmission. decode_audio joins the samples that it gets. What
# it returns is shorter than the file, nothing is logged, and word times in it are not times in the file. A
# player of the same file shows the subtitles seconds early. Filling by time stamp has to be done before.
#
# Seen: a Matroska file with one sound at 2 s and one at 8 s, each of 1 s. Its length is 9 s. The loader
# returns 2 s of sound, the second one at 1 s instead of 8 s.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --no-deps faster-whisper==1.2.1 av==13.1.0 numpy==2.2.6
"$folder/venv/bin/python" - <<'PY'
import importlib.util
import io
import pathlib
import sysconfig

import av
import numpy as np

# The module alone: the package would ask for an inference engine that is not needed here.
path = pathlib.Path(sysconfig.get_paths()["purelib"]) / "faster_whisper" / "audio.py"
spec = importlib.util.spec_from_file_location("audio", path)
audio = importlib.util.module_from_spec(spec)
spec.loader.exec_module(audio)

RATE, LEVELS = 16_000, {2: 1_000, 8: 2_000}
file = io.BytesIO()
with av.open(file, "w", format="matroska") as out:
    stream = out.add_stream("pcm_s16le", rate=RATE, layout="mono")
    for start, level in LEVELS.items():
        for tenth in range(10):
            block = np.full((1, RATE // 10), level, np.int16)
            frame = av.AudioFrame.from_ndarray(block, format="s16", layout="mono")
            frame.sample_rate, frame.pts = RATE, start * RATE + tenth * RATE // 10
            out.mux(stream.encode(frame))
    out.mux(stream.encode(None))

file.seek(0)
with av.open(file) as source:
    length = source.duration / 1e6
    times = [frame.time for frame in source.decode(audio=0)]
file.seek(0)
sound = audio.decode_audio(file, sampling_rate=RATE)
second = float(np.flatnonzero(sound > 1_500 / 32_768)[0] / RATE)
print(f"file: {length} s, first sound at {times[0]} s, second at {times[10]} s")
print(f"loader: {len(sound) / RATE} s, second sound at {second} s")
if (length, times[0], times[10], len(sound) / RATE, second) != (9.0, 2.0, 8.0, 2.0, 1.0):
    raise SystemExit("changed: were 9, 2 and 8 s in the file, 2 and 1 s from the loader")
PY
