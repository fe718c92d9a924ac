"""Packets with timestamps of one's own choice: AAC from ADTS, written as Matroska or Flash Video.

Matroska: RFC 9559. Flash Video: Adobe, Video File Format Specification 10.1, annex E. ADTS and the
AudioSpecificConfig: ISO/IEC 14496-3, 1.A.2.2 and 1.6.2.1.
"""

from __future__ import annotations

import random
import struct
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

SAMPLES = 1024
"""Of a frame of AAC."""
RATES = [96_000, 88_200, 64_000, 48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025, 8_000]


@dataclass(frozen=True)
class Stream:
    """Frames of AAC without their headers, and what a decoder must know of them."""

    frames: list[bytes]
    rate: int
    channels: int
    setup: bytes

    def times(self) -> list[float]:
        """Seconds at which each frame begins if nothing is missing."""
        return [n * SAMPLES / self.rate for n in range(len(self.frames))]


def read_adts(data: bytes) -> Stream:
    frames: list[bytes] = []
    offset = 0
    while offset + 7 <= len(data):
        if data[offset] != 0xFF or data[offset + 1] & 0xF0 != 0xF0:
            raise ValueError(f"no ADTS header at byte {offset}")
        head = 7 if data[offset + 1] & 1 else 9
        length = (data[offset + 3] & 3) << 11 | data[offset + 4] << 3 | data[offset + 5] >> 5
        frames.append(data[offset + head : offset + length])
        offset += length
    kind, index = (data[2] >> 6) + 1, data[2] >> 2 & 15
    channels = (data[2] & 1) << 2 | data[3] >> 6
    setup = struct.pack(">H", kind << 11 | index << 7 | channels << 3)
    return Stream(frames, RATES[index], channels, setup)


def _element(identity: str, payload: bytes) -> bytes:
    return bytes.fromhex(identity) + struct.pack(">Q", len(payload) | 1 << 56) + payload


def _number(identity: str, value: int) -> bytes:
    return _element(identity, value.to_bytes(max(1, (value.bit_length() + 7) // 8), "big"))


def write_matroska(path: Path, stream: Stream, times: Sequence[float]) -> None:
    """Timestamps are rounded to milliseconds; a cluster has at most a second's worth of them."""
    header = _element("1A45DFA3", _number("4286", 1) + _number("42F7", 1) + _number("42F2", 4) + _number("42F3", 8)
                      + _element("4282", b"matroska") + _number("4287", 4) + _number("4285", 2))
    sound = _element("B5", struct.pack(">d", stream.rate)) + _number("9F", stream.channels)
    track = (_number("D7", 1) + _number("73C5", 1) + _number("83", 2) + _element("86", b"A_AAC")
             + _element("63A2", stream.setup) + _element("E1", sound))
    content = _element("1549A966", _number("2AD7B1", 1_000_000) + _element("4D80", b"test") + _element("5741", b"test"))
    content += _element("1654AE6B", _element("AE", track))
    cluster, first = b"", -10_000
    for frame, time in zip(stream.frames, times, strict=True):
        stamp = max(0, round(1000 * time))
        if not 0 <= stamp - first < 1000:
            content += _element("1F43B675", _number("E7", first) + cluster) if cluster else b""
            cluster, first = b"", stamp
        cluster += _element("A3", b"\x81" + struct.pack(">hB", stamp - first, 0x80) + frame)
    content += _element("1F43B675", _number("E7", first) + cluster)
    path.write_bytes(header + _element("18538067", content))


def write_flash(path: Path, stream: Stream, times: Sequence[float]) -> None:
    def tag(kind: int, stamp: int, payload: bytes) -> bytes:
        head = struct.pack(">B", kind) + len(payload).to_bytes(3, "big")
        head += (stamp & 0xFFFFFF).to_bytes(3, "big") + bytes([stamp >> 24 & 0x7F, 0, 0, 0])
        return head + payload + struct.pack(">I", len(head) + len(payload))

    body = b"FLV\x01\x04" + struct.pack(">II", 9, 0) + tag(8, 0, b"\xaf\x00" + stream.setup)
    for frame, time in zip(stream.frames, times, strict=True):
        body += tag(8, max(0, round(1000 * time)), b"\xaf\x01" + frame)
    path.write_bytes(body)


Lateness = Callable[[Sequence[float], random.Random], list[float]]
"""Times at which packets that were made at these times arrive, in order; seconds."""


def _in_order(times: Sequence[float]) -> list[float]:
    result: list[float] = []
    for time in times:
        result.append(max(time, result[-1] if result else time))
    return result


def uniform(times: Sequence[float], chance: random.Random) -> list[float]:
    """Each packet is late by 0 to 300 ms; none passes another."""
    return _in_order([time + chance.uniform(0, 0.3) for time in times])


def gaussian(times: Sequence[float], chance: random.Random) -> list[float]:
    """Late by 100 ms, standard deviation 60 ms, within 0 and 300 ms."""
    return _in_order([time + min(0.3, max(0.0, chance.gauss(0.1, 0.06))) for time in times])


def saw_tooth(times: Sequence[float], chance: random.Random) -> list[float]:
    """Packets are collected for 85 to 300 ms and stamped together, a millisecond apart."""
    result: list[float] = []
    first = 0
    while first < len(times):
        until = times[first] + chance.uniform(0.085, 0.3)
        last = next((n for n in range(first, len(times)) if times[n] > until), len(times))
        result += [times[last - 1] + 0.001 * (n - first) for n in range(first, last)]
        first = last
    return _in_order(result)


def queue(times: Sequence[float], chance: random.Random) -> list[float]:
    """A link that stops for up to 300 ms now and then, and then sends at three times the speed."""
    result: list[float] = []
    free = 0.0
    for n, time in enumerate(times):
        if chance.random() < 0.03:
            free = max(free, time + chance.uniform(0.05, 0.3))
        length = times[1] - times[0] if n else 0
        free = max(time, free + length / 3)
        result.append(free)
    return _in_order(result)


LATENESS: dict[str, Lateness] = {"uniform": uniform, "gaussian": gaussian, "saw-tooth": saw_tooth, "queue": queue}
