#!/usr/bin/env bash
# soundfile 0.14.0 (libsndfile 1.2.2) and PyAV 13.1.0 (libavformat 61.1): of an Ogg file made of several recordings, one
# reads the first only, and the other declares the last one's length and starts its clock again at each joint.
#
# Ogg lets recordings follow one another in a file ("chaining", RFC 3533), each with a serial number of its own. Streams
# that change their title and recorders that pause make such files. libsndfile stops after the first link, with its
# length for that of the file. libavformat decodes everything, but a cue placed by the time stamps of the
# second link falls on the words of the first. Nothing is logged. Counting samples is the only right clock here.
#
# Seen: Opus of 3 s and 2 s. soundfile: 3 s and nothing more. PyAV: declared 2.01 s, decoded 5 s, time stamps
# jump from 2.99 s back to 0 and end at 1.99 s.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --no-deps av==13.1.0 numpy==2.2.6 soundfile==0.14.0 cffi==2.1.1 \
    pycparser==3.12 typing_extensions==4.16.0
"$folder/venv/bin/python" - <<'PY'
import io

import av
import numpy as np
import soundfile

RATE, PACKET = 48_000, 960


def recording(seconds: int) -> bytes:
    """An Ogg file of its own; the writer draws its serial number."""
    file, noise = io.BytesIO(), np.random.default_rng(seconds)
    with av.open(file, "w", format="ogg") as out:
        stream = out.add_stream("libopus", rate=RATE, layout="mono")
        for start in range(0, seconds * RATE, PACKET):
            block = noise.normal(0, 3_000, (1, PACKET)).astype(np.int16)
            frame = av.AudioFrame.from_ndarray(block, format="s16", layout="mono")
            frame.sample_rate, frame.pts = RATE, start
            out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
    return file.getvalue()


chained = recording(3) + recording(2)
# A page: "OggS", version 0, type, position (8 bytes), serial number (4).
serials = {page[9:13] for page in chained.split(b"OggS\0")[1:]}
with av.open(io.BytesIO(chained)) as source:
    declared = source.duration / 1e6
    frames = list(source.decode(audio=0))
times = [frame.time for frame in frames]
back = [(round(one, 2), round(other, 2)) for one, other in zip(times, times[1:]) if other < one]
decoded = sum(frame.samples for frame in frames) / RATE
read = len(soundfile.read(io.BytesIO(chained))[0]) / RATE
print(len(serials), "serial numbers; soundfile:", read, "s; PyAV: declared", declared, "s, decoded", decoded, "s")
print("PyAV's time stamps go back from and to", *back, "and end at", round(times[-1], 2))
if (read, round(declared), decoded, len(back), len(serials)) != (3.0, 2, 5.0, 1, 2):
    raise SystemExit("changed: soundfile read 3 s; PyAV declared 2 s, decoded 5 s, and went back once")
PY
