#!/usr/bin/env python3
"""Runs faster-whisper on one recording with one thread and prints its text as JSON.

Started as a process of its own by whisper.py, with a Python that has faster-whisper.
"""

from __future__ import annotations

import json
import sys

from faster_whisper import WhisperModel


def main() -> None:
    folder, recording, beam = sys.argv[1], sys.argv[2], int(sys.argv[3])
    model = WhisperModel(folder, device="cpu", compute_type="int8", cpu_threads=1)
    segments, _ = model.transcribe(
        recording, language="en", beam_size=beam, vad_filter=True, without_timestamps=beam == 1
    )
    print(json.dumps({"text": " ".join(segment.text for segment in segments)}))


if __name__ == "__main__":
    main()
