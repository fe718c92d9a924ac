#!/usr/bin/env bash
# OpenCV 5.0.0.93: the time of a picture is counted from the first picture, not from the start of the file.
#
# In recordings of calls the camera often starts after the sound. CAP_PROP_POS_MSEC is 0 for the first picture
# all the same, so lips that are placed by it come before the voice by as much as the camera was late. The time
# stamps that the file has (PyAV gives them) are needed beside sound. The number of pictures is a guess from
# length and rate: it counts the seconds before the first one, and knows nothing of a variable rate.
#
# Seen: a Matroska file of sound from 0 s and five pictures from 2 s to 4.5 s. PyAV: 2.0, 2.04, 2.08, 3.0, 4.5 s.
# OpenCV: 0.0, 0.04, 0.08, 1.0, 2.5 s, and 125 pictures where 5 can be read.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --no-deps opencv-python-headless==5.0.0.93 av==13.1.0 numpy==2.2.6
cd "$folder"
venv/bin/python - <<'PY'
from fractions import Fraction

import av
import cv2
import numpy as np

TIMES, RATE = [2.0, 2.04, 2.08, 3.0, 4.5], 16_000
with av.open("a.mkv", "w") as out:
    sound = out.add_stream("pcm_s16le", rate=RATE, layout="mono")
    video = out.add_stream("mpeg4", rate=25)
    video.width, video.height, video.pix_fmt = 64, 32, "yuv420p"
    video.codec_context.time_base = Fraction(1, 1000)
    for tenth in range(50):
        block = np.zeros((1, RATE // 10), np.int16)
        frame = av.AudioFrame.from_ndarray(block, format="s16", layout="mono")
        frame.sample_rate, frame.pts = RATE, tenth * RATE // 10
        out.mux(sound.encode(frame))
    out.mux(sound.encode(None))
    for time in TIMES:
        frame = av.VideoFrame.from_ndarray(np.zeros((32, 64, 3), np.uint8), format="rgb24")
        frame.pts, frame.time_base = round(1000 * time), Fraction(1, 1000)
        out.mux(video.encode(frame))
    out.mux(video.encode(None))

with av.open("a.mkv") as source:
    stamps = [round(frame.time, 3) for frame in source.decode(video=0)]
capture, clock = cv2.VideoCapture("a.mkv"), []
count = int(capture.get(cv2.CAP_PROP_FRAME_COUNT))
while capture.read()[0]:
    clock.append(round(capture.get(cv2.CAP_PROP_POS_MSEC) / 1000, 3))
print("PyAV:", *stamps)
print("OpenCV:", *clock, "of", count, "pictures")
if (stamps, clock, count) != (TIMES, [0.0, 0.04, 0.08, 1.0, 2.5], 125):
    raise SystemExit("changed: OpenCV's first time was 0 where the file's is 2 s, and its count 125")
PY
