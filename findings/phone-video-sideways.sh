#!/usr/bin/env bash
# PyAV 13.1.0 and OpenCV 5.0.0.93: of the same phone video, one library gives people upright and the other lying
# on their side.
#
# A phone that is held upright writes its sensor's wide picture and a matrix that says "turn by 90 degrees".
# OpenCV turns the picture by default; PyAV returns it as it was coded and keeps the matrix beside it. Face
# detectors that are trained on upright faces find none in such a picture, so that a pipeline works or is blind by
# its choice of decoder. (The ffmpeg program turns, too; its libraries don't.)
#
# Seen: an MP4 file coded as 64 x 32 with a matrix of 90 degrees. OpenCV: 32 wide, 64 high. PyAV: 64 wide, 32 high,
# with the side data DISPLAYMATRIX.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --no-deps opencv-python-headless==5.0.0.93 av==13.1.0 numpy==2.2.6
cd "$folder"
venv/bin/python - <<'PY'
import pathlib
import struct

import av
import cv2
import numpy as np

with av.open("a.mp4", "w") as out:
    video = out.add_stream("mpeg4", rate=25)
    video.width, video.height, video.pix_fmt = 64, 32, "yuv420p"
    for _ in range(3):
        picture = np.zeros((32, 64, 3), np.uint8)
        out.mux(video.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
    out.mux(video.encode(None))

# The matrix stands 40 bytes into the track header (ISO/IEC 14496-12, version 0): nine 32-bit numbers.
data = bytearray(pathlib.Path("a.mp4").read_bytes())
start = data.index(b"tkhd") + 4 + 40
turned = (0, 1 << 16, 0, -(1 << 16), 0, 0, 0, 0, 1 << 30)
data[start : start + 36] = struct.pack(">9i", *turned)
pathlib.Path("a.mp4").write_bytes(data)

with av.open("a.mp4") as source:
    frame = next(source.decode(video=0))
    beside = [item.type.name for item in frame.side_data]
height, width = cv2.VideoCapture("a.mp4").read()[1].shape[:2]
print(f"OpenCV: {width} x {height}; PyAV: {frame.width} x {frame.height}, side data {beside}")
if (width, height, frame.width, frame.height, beside) != (32, 64, 64, 32, ["DISPLAYMATRIX"]):
    raise SystemExit("changed: were 32 x 64 and 64 x 32 with a DISPLAYMATRIX")
PY
