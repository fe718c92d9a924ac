#!/usr/bin/env bash
# FFmpeg 9.0.2 (in imageio-ffmpeg 0.8.1): subtitles of two people who speak at once are cut short when they
# are put into an MP4 file.
#
# A text track of MP4 shows one sample at a time, each until the next one starts. Cues that overlap would have
# to be joined into samples that hold both texts. FFmpeg's mov_text instead ends the earlier cue where the later
# one starts, and does not bring it back when that one ends. Nothing is logged. Matroska keeps both cues
# whole. So overlapping speech belongs into a file beside the video, or into Matroska.
#
# Seen: Ann speaks from 1 s to 5 s, Bob from 2 s to 3 s. Out of Matroska come the same times; out of MP4,
# Ann ends at 2 s, and from 3 s to 5 s nothing is shown.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --no-deps imageio-ffmpeg==0.8.1
cd "$folder"
env -u IMAGEIO_FFMPEG_EXE venv/bin/python - <<'PY'
import pathlib
import re
import subprocess

import imageio_ffmpeg

TEXT = (
    "1\n00:00:01,000 --> 00:00:05,000\nAnn: The budget is done.\n\n"
    "2\n00:00:02,000 --> 00:00:03,000\nBob: Is it?\n"
)
pathlib.Path("a.srt").write_text(TEXT, encoding="utf-8")


def ffmpeg(*arguments: str) -> str:
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "warning", "-y", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return done.stdout + done.stderr


seen = {}
for codec, name in (("srt", "a.mkv"), ("mov_text", "a.mp4")):
    warnings = ffmpeg("-i", "a.srt", "-c:s", codec, name)
    text = ffmpeg("-i", name, "-f", "srt", "-")
    seen[name] = [warnings, *re.findall(r"\d\d:(\S+) --> \d\d:(\S+)", text)]
    print(name, "warnings: %r, cues: %s to %s, %s to %s" % (warnings, *seen[name][1], *seen[name][2]))
second = ("00:02,000", "00:03,000")
if seen != {
    "a.mkv": ["", ("00:01,000", "00:05,000"), second],
    "a.mp4": ["", ("00:01,000", "00:02,000"), second],
}:
    raise SystemExit("changed: the first cue ended at 5 s in Matroska and at 2 s in MP4, without a warning")
PY
