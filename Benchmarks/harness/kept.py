"""Where a program puts the sound of a recording whose gaps are known: from the samples that it heard."""

from __future__ import annotations

import subprocess
import tempfile
import wave
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

RATE = 16_000
Samples = NDArray[np.float64]


@dataclass(frozen=True)
class Kept:
    """How a recording was heard."""

    begin: int
    """Samples before its sound."""
    gaps: list[tuple[int, int]]
    """Silences: before which sample of the sound, and how many samples."""
    difference: float
    """Decibels by which what was heard differs from the sound with these silences, below the sound."""


def samples(path: Path) -> Samples:
    with wave.open(str(path)) as file:
        return np.frombuffer(file.readframes(file.getnframes()), "<i2").astype(float)


def heard(viseme: Path, paths: Sequence[Path], threads: int) -> dict[Path, Samples]:
    """What the program hears of recordings of one channel, in 16 bits."""
    with tempfile.TemporaryDirectory(prefix="viseme-kept-") as folder:
        manifest = Path(folder) / "list.tsv"
        manifest.write_text("path\ttranscript\n" + "".join(f"{path.resolve()}\tx\n" for path in paths), "utf-8")
        subprocess.run([str(viseme), "eval", str(manifest), "--output-dir", folder, "--save-audio", "--quiet",
                        "--threads", str(threads)], check=True)
        found = {}
        for file in (Path(folder) / "audio").rglob("*.wav"):
            # NUMBER-NAME.wav, numbered in the order of the list.
            found[paths[int(file.name.split("-")[0]) - 1]] = samples(file)
        return found


def place(part: Samples, sound: Samples, first: int, last: int) -> int:
    """Where a part lies in a sound: the offset of the greatest normalised correlation."""
    first, last = max(0, first), min(last, len(sound) - len(part))
    window = sound[first : last + len(part)]
    size = 1 << (len(window) + len(part)).bit_length()
    product = np.fft.irfft(np.fft.rfft(window, size) * np.conj(np.fft.rfft(part, size)), size)[: last - first + 1]
    sums = np.concatenate([[0.0], np.cumsum(window * window)])
    powers = sums[len(part) :][: len(product)] - sums[: len(product)]
    return first + int(np.argmax(product / np.sqrt(np.maximum(powers, 1.0))))


def kept(sound: Samples, written: Samples, gaps: Sequence[tuple[float, float]], reach: float = 0.6) -> Kept:
    """How `sound` lies in what was written, with gaps near the given ones: at seconds of the sound, so long."""
    edges = [0, *(round(at * RATE) for at, _ in gaps), len(sound)]
    total, shifts = 0.0, []
    for number, (first, last) in enumerate(zip(edges, edges[1:])):
        total += gaps[number - 1][1] if number else 0
        # What lies next to a gap may have been put on its other side.
        inset = min(int(0.5 * RATE), (last - first) // 4)
        part = sound[first + inset : last - inset]
        at = first + inset + round(total * RATE)
        shifts.append(place(part, written, at - int(reach * RATE), at + int(reach * RATE)) - first - inset)
    found = []
    for (at, _), before, after in zip(gaps, shifts, shifts[1:]):
        low, high = max(0, round((at - 1) * RATE)), min(len(sound), round((at + 1) * RATE))
        span = np.arange(low, high)
        ending = (written[np.clip(span + before, 0, len(written) - 1)] - sound[span]) ** 2
        beginning = (written[np.clip(span + after, 0, len(written) - 1)] - sound[span]) ** 2
        costs = np.concatenate([[0.0], np.cumsum(ending)]) + np.concatenate([np.cumsum(beginning[::-1])[::-1], [0.0]])
        found.append((low + int(np.argmin(costs)), after - before))
    model = np.zeros(len(written))
    for first, last, shift in zip([0, *(at for at, _ in found)], [*(at for at, _ in found), len(sound)], shifts):
        count = max(0, min(last, len(written) - shift) - first)
        model[first + shift : first + shift + count] = sound[first : first + count]
    difference = 10 * np.log10((np.sum((model - written) ** 2) + 1) / np.sum(written**2))
    return Kept(shifts[0], found, float(-difference))


def with_gaps(sound: Samples, like: Kept, path: Path) -> Path:
    """The sound with silences as they were kept, as a WAV file."""
    edges = [0, *(at for at, _ in like.gaps), len(sound)]
    parts = [np.zeros(max(0, like.begin)), sound[: edges[1]]]
    for (_, length), first, last in zip(like.gaps, edges[1:], edges[2:]):
        parts += [np.zeros(max(0, length)), sound[first:last]]
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(np.concatenate(parts).astype("<i2").tobytes())
    return path
