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
import mmap
import os
import subprocess
import sys
import time
from ctypes import POINTER, c_void_p
from typing import Any

from moonshine_voice import ModelArch, Transcriber, get_model_path
from moonshine_voice.errors import check_error
from moonshine_voice.moonshine_api import TranscriptC, _MoonshineLib

SAMPLE_RATE = 16_000
OPTIONS = {"identify_speakers": "false", "return_audio_data": "false"}


def hold_to_one_thread() -> None:
    """Makes the package's ONNX Runtime sessions use one thread each.

    The package has no option for it, and the runtime sizes its pools by the machine's cores whatever
    the affinity: on one core the pools' workers only spin, and more than double the processor time.
    The runtime's table of functions (append-only by its ABI) is changed in this process so that new
    session options start with one thread.
    """
    table = _runtime_table()
    create = ctypes.CFUNCTYPE(c_void_p, POINTER(c_void_p))(table[CREATE_SESSION_OPTIONS])
    set_threads = ctypes.CFUNCTYPE(c_void_p, c_void_p, ctypes.c_int)(table[SET_INTRA_OP_NUM_THREADS])

    @ctypes.CFUNCTYPE(c_void_p, POINTER(c_void_p))
    def create_with_one_thread(out: Any) -> Any:
        return create(out) or set_threads(out[0], 1)

    _keep.append(create_with_one_thread)
    _make_writable(ctypes.addressof(table))
    table[CREATE_SESSION_OPTIONS] = ctypes.cast(create_with_one_thread, c_void_p).value


CREATE_SESSION_OPTIONS, SET_INTRA_OP_NUM_THREADS, TABLE_SIZE = 10, 24, 32  # places in OrtApi
_keep: list[Any] = []


def _runtime_table() -> ctypes.Array[c_void_p]:
    """The first functions of the OrtApi that the package's own runtime hands out."""
    _MoonshineLib()  # loads the runtime
    with open("/proc/self/maps", encoding="utf-8") as maps:
        path = next(line.split()[-1] for line in maps if "libonnxruntime" in line)
    base = ctypes.CDLL(path).OrtGetApiBase
    base.restype = POINTER(c_void_p)
    api = ctypes.CFUNCTYPE(c_void_p, ctypes.c_uint32)(base()[0])(1)
    return (c_void_p * TABLE_SIZE).from_address(api)


def _make_writable(address: int) -> None:
    page = mmap.PAGESIZE
    first = address // page * page
    size = address + TABLE_SIZE * ctypes.sizeof(c_void_p) - first
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.mprotect(c_void_p(first), ctypes.c_size_t(size), mmap.PROT_READ | mmap.PROT_WRITE) != 0:
        raise OSError(ctypes.get_errno(), "mprotect")


def thread_count() -> int:
    return len(os.listdir("/proc/self/task"))


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
    hold_to_one_thread()
    transcriber = Transcriber(str(get_model_path("tiny-en")), ModelArch.TINY, options=OPTIONS)
    begin = time.monotonic()
    text = transcribe(transcriber, samples)
    seconds = time.monotonic() - begin
    if (threads := thread_count()) != 1:
        sys.exit(f"{threads} threads where one was asked for")
    print(json.dumps({"text": text, "seconds": seconds}), flush=True)
    os._exit(0)  # before the transcriber is freed


if __name__ == "__main__":
    main(sys.argv[1])
