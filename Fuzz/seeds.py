#!/usr/bin/env python3
"""Writes small inputs that are right, a folder for each fuzz target, for the fuzzer to begin with."""

from __future__ import annotations

import io
import json
import pickle
import struct
import sys
import zipfile
import zlib
from collections import OrderedDict
from pathlib import Path

SNAPSHOTS = Path(__file__).parent.parent / "Tests" / "TranscriptTests" / "Snapshots"


def archive(files: dict[str, bytes], method: int) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as target:
        for name, data in files.items():
            target.writestr(name, data)
    return buffer.getvalue()


def deflated(data: bytes, level: int) -> bytes:
    """The size, and the data as a raw DEFLATE stream."""
    packer = zlib.compressobj(level, zlib.DEFLATED, -15)
    return struct.pack("<H", len(data)) + packer.compress(data) + packer.flush()


def torch_pickle() -> bytes:
    """The dictionary of one tensor of four numbers, as torch.save writes it."""
    return (b"\x80\x02ccollections\nOrderedDict\nq\x00)Rq\x01X\x01\x00\x00\x00wq\x02ctorch._utils\n_rebuild_tensor_v2\n"
            b"q\x03((X\x07\x00\x00\x00storageq\x04ctorch\nFloatStorage\nq\x05X\x01\x00\x00\x000q\x06X\x03\x00\x00\x00cpu"
            b"q\x07K\x04tq\x08QK\x00K\x02K\x02\x86q\tK\x02K\x01\x86q\n\x89h\x00)Rq\x0btq\x0cRq\rs.")


def safetensors(tensors: dict[str, tuple[str, list[int], bytes]]) -> bytes:
    header, data = {"__metadata__": {"made": "here"}}, b""
    for name, (kind, shape, values) in tensors.items():
        header[name] = {"dtype": kind, "shape": shape, "data_offsets": [len(data), len(data) + len(values)]}
        data += values
    text = json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + data


def text(value: str) -> bytes:
    """A string of CTranslate2: its length with the zero, and the bytes."""
    data = value.encode() + b"\0"
    return struct.pack("<H", len(data)) + data


def ctranslate2() -> bytes:
    variable = text("encoder/conv1/weight") + struct.pack("<BIIBI", 2, 2, 2, 0, 16) + bytes(16)
    return struct.pack("<I", 6) + text("WhisperSpec") + struct.pack("<II", 3, 1) + variable + struct.pack("<I", 0)


def ggml() -> bytes:
    header = b"lmgg" + struct.pack("<11i", 2, 1500, 4, 1, 1, 448, 4, 1, 1, 80, 0)
    bands = struct.pack("<2i", 1, 2) + bytes(8)
    tokens = struct.pack("<i", 2) + struct.pack("<i", 1) + b"a" + struct.pack("<i", 2) + b"bc"
    tensor = struct.pack("<3i", 1, 1, 0) + struct.pack("<i", 2) + b"w" + bytes(8)
    return header + bands + tokens + tensor


def ort() -> bytes:
    """A model with an empty graph: three tables behind one another."""
    root = struct.pack("<I", 0)  # patched below
    body = bytearray(root + b"ORTM")
    graph_table = struct.pack("<HH", 4, 4)
    model_table = struct.pack("<HH", 24, 8) + struct.pack("<H", 0) * 7 + struct.pack("<H", 4) + bytes(2)
    session_table = struct.pack("<HHHH", 8, 8, 0, 4)
    places = {}
    for name, table in (("session", session_table), ("model", model_table), ("graph", graph_table)):
        while len(body) % 4:
            body.append(0)
        start = len(body)
        body += table
        while len(body) % 4:
            body.append(0)
        places[name] = len(body)
        body += struct.pack("<i", len(body) - start) + bytes(4 if name != "graph" else 0)
    struct.pack_into("<I", body, 0, places["session"])
    for name, target in (("session", "model"), ("model", "graph")):
        place = places[name] + 4
        struct.pack_into("<I", body, place, places[target] - place)
    return bytes(body)


def index() -> bytes:
    """A search index without its trailer: the block of a transcript of three pieces, and as long, the tables."""
    words = [(b"Aa", b"aa"), (b".", b"")]
    vocabulary = struct.pack("<I", len(words)) + b"".join(struct.pack("<2I", len(w), len(f) << 1) for w, f in words)
    letters = b"".join(w + f for w, f in words)
    vocabulary += struct.pack("<Q", len(letters)) + letters
    speakers = struct.pack("<2I", 1, 4) + b"Anna"
    entry = struct.pack("<I", 6) + b"a.json" + struct.pack("<qqBQII", 9, 9, 0, 0, 3, 1) + bytes(16)
    tables = vocabulary + speakers + struct.pack("<I", 1) + entry
    block = struct.pack("<3I", 0, 1, 0) + struct.pack("<3I", 0, 100, 200) + struct.pack("<2I", 0, 1)
    return block.ljust(len(tables), b"\0") + tables


def box(kind: bytes, *parts: bytes) -> bytes:
    data = b"".join(parts)
    return struct.pack(">I", len(data) + 8) + kind + data


def mp4() -> bytes:
    """Boxes of a recording with one picture track, without pictures."""
    times = struct.pack(">5I", 0, 0, 0, 1000, 5000)
    sizes = box(b"stsz", struct.pack(">3I", 0, 0, 400), struct.pack(">I", 9) * 400)
    table = box(b"stbl", sizes)
    media = box(b"mdia", box(b"mdhd", times + bytes(4)), box(b"hdlr", bytes(8), b"vide", bytes(12)),
                box(b"minf", table))
    edits = box(b"edts", box(b"elst", struct.pack(">5I", 0, 1, 5000, 0, 1 << 16)))
    track = box(b"trak", box(b"tkhd", bytes(84)), edits, media)
    return box(b"ftyp", b"isom", bytes(4)) + box(b"moov", box(b"mvhd", times + bytes(80)), track) + box(b"mdat", bytes(64))


def riff(kind: bytes, *parts: bytes) -> bytes:
    data = kind + b"".join(parts)
    return b"RIFF" + struct.pack("<I", len(data)) + data


def chunk(kind: bytes, data: bytes) -> bytes:
    return kind + struct.pack("<I", len(data)) + data + bytes(len(data) % 2)


def wav() -> bytes:
    return riff(b"WAVE", chunk(b"fmt ", struct.pack("<HHIIHH", 1, 1, 16000, 32000, 2, 16)), chunk(b"data", bytes(400)))


def avi() -> bytes:
    stream = b"strl" + chunk(b"strh", b"auds" + bytes(16) + struct.pack("<4I", 1, 16000, 0, 400) + bytes(16))
    movie = b"movi" + chunk(b"00wb", b"") * 3 + chunk(b"00wb", bytes(32))
    return riff(b"AVI ", chunk(b"LIST", b"hdrl" + chunk(b"avih", bytes(56)) + chunk(b"LIST", stream)), chunk(b"LIST", movie))


def ogg() -> bytes:
    """Two links of Opus, three pages each."""
    def page(flags: int, granule: int, serial: int, data: bytes) -> bytes:
        return b"OggS" + struct.pack("<BBqIIIBB", 0, flags, granule, serial, 0, 0, 1, len(data)) + data
    head = b"OpusHead" + struct.pack("<BBHIhB", 1, 1, 312, 48000, 0, 0)
    return b"".join(page(2, 0, serial, head) + page(0, 0, serial, b"OpusTags" + bytes(8)) + page(4, 9600, serial, bytes(9))
                    for serial in (1, 2))


def seeds() -> dict[str, list[bytes]]:
    words = b"the quick brown fox jumps over the lazy dog " * 20
    plain = {"a.txt": words, "data/0": bytes(range(256))}
    model = {"archive/data.pkl": torch_pickle(), "archive/data/0": struct.pack("<4f", 1, 2, 3, 4)}
    return {
        "zip": [archive(plain, zipfile.ZIP_DEFLATED), archive(plain, zipfile.ZIP_STORED)],
        "inflate": [deflated(words, level) for level in (0, 1, 9)] + [deflated(bytes(range(256)) * 3, 6)],
        "pickle": [torch_pickle(), *(pickle.dumps(OrderedDict(a=[1, 2.5, "x", None], b=(True, b"y")), protocol)
                                     for protocol in (2, 4))],
        "torch": [archive(model, zipfile.ZIP_STORED)],
        "safetensors": [safetensors({"a.w": ("F32", [2, 2], bytes(16)), "b": ("U8", [3], b"abc")}),
                        safetensors({"w": ("U8", [1, 2], b"ab"), "w.scale": ("F32", [1], struct.pack("<f", 1)),
                                     "w.zero_point": ("U8", [1], b"\x80"), "h": ("F16", [1], b"\x00\x3c")})],
        "recording": [mp4(), wav(), avi(), ogg()],
        "stm": [b";; a comment\nmeeting 1 Anna 0.5 2.25 <o,f0,female> good morning\nmeeting 1 Ben 2 3 hello\r\n"],
        "rttm": [b"SPEAKER meeting 1 0.5 1.75 <NA> <NA> Anna <NA> <NA>\nLEXEME meeting 1 0.5 0.2 good lex Anna 0.9 <NA>\n"],
        "index": [index(), bytes(24)],
        "ctranslate2": [ctranslate2()],
        "ggml": [ggml()],
        "ort": [ort()],
        "transcript": [path.read_bytes() for path in sorted(SNAPSHOTS.glob("*.json"))],
    }


def main() -> None:
    corpus = Path(sys.argv[1])
    for target, inputs in seeds().items():
        folder = corpus / target
        folder.mkdir(parents=True, exist_ok=True)
        for index, data in enumerate(inputs):
            (folder / f"seed-{index}").write_bytes(data)


if __name__ == "__main__":
    main()
