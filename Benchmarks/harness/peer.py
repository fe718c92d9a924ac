"""Transcribes one file with the moonshine-voice package; prints JSON: text and seconds taken.

Run as a program by the benchmarks, once for each file: the package's voice detector keeps its state
from call to call, and freeing a transcriber that was made without speaker identification crashes.
Speaker identification and the return of audio are off. Samples come from the ffmpeg command and are
handed to the package's library without the Python list that its wrapper would build: the measured
time is the library's own.
"""

from __future__ import annotations

import ctypes
import json
import os
import subprocess
import sys
import time

from moonshine_voice import ModelArch, Transcriber, get_model_path
from moonshine_voice.errors import check_error
from moonshine_voice.moonshine_api import TranscriptC

SAMPLE_RATE = 16_000
OPTIONS = {"identify_speakers": "false", "return_audio_data": "false"}


def decoded(path: str) -> ctypes.Array[ctypes.c_float]:
    """16 kHz mono float samples."""
    command = ["ffmpeg", "-nostdin", "-v", "error", "-i", path, "-map", "0:a:0",
               "-ac", "1", "-ar", str(SAMPLE_RATE), "-f", "f32le", "-"]
    samples = bytearray(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)
    return (ctypes.c_float * (len(samples) // 4)).from_buffer(samples)


def transcribe(transcriber: Transcriber, samples: ctypes.Array[ctypes.c_float]) -> str:
    out = ctypes.POINTER(TranscriptC)()
    error = transcriber._lib.moonshine_transcribe_without_streaming(
        transcriber._handle, samples, len(samples), SAMPLE_RATE, 0, ctypes.byref(out)
    )
    check_error(error)
    transcript = out.contents
    lines = (transcript.lines[i].text for i in range(transcript.line_count))
    return " ".join(ctypes.string_at(line).decode("utf-8", errors="replace") for line in lines if line)


def main(path: str) -> None:
    samples = decoded(path)
    transcriber = Transcriber(str(get_model_path("tiny-en")), ModelArch.TINY, options=OPTIONS)
    begin = time.monotonic()
    text = transcribe(transcriber, samples)
    seconds = time.monotonic() - begin
    print(json.dumps({"text": text, "seconds": seconds}), flush=True)
    os._exit(0)  # before the transcriber is freed


if __name__ == "__main__":
    main(sys.argv[1])
