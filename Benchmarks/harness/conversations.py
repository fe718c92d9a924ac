"""Two-channel recordings made of single voices: calls and interviews with a person on each channel, and rooms that
one pair of microphones hears."""

from __future__ import annotations

import random
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from .words import normalise

RATE = 16_000
Samples = NDArray[np.float64]


@dataclass(frozen=True)
class Turn:
    """Something that a voice says; seconds."""

    voice: int
    start: float
    end: float
    words: list[str]


@dataclass(frozen=True)
class Saying:
    """A recording of one voice, with its transcript."""

    samples: Samples
    text: str


@dataclass
class Talk:
    """Voices by themselves, each at full length, and what they say."""

    voices: list[Samples]
    turns: list[Turn] = field(default_factory=list)

    @property
    def count(self) -> int:
        return len(self.voices[0])


def decode(path: Path) -> Samples:
    """Mono at 16 kHz, full scale 1."""
    command = ["ffmpeg", "-v", "error", "-nostdin", "-i", str(path), "-ac", "1", "-ar", str(RATE), "-f", "f32le", "-"]
    return np.frombuffer(subprocess.run(command, check=True, capture_output=True).stdout, "<f4").astype(float)


def level(samples: Samples) -> float:
    """Decibels of full scale where there is sound: of the loudest half of all frames of 32 ms."""
    frames = samples[: len(samples) // 512 * 512].reshape(-1, 512)
    powers = np.sort(np.mean(frames * frames, axis=1))
    return float(10 * np.log10(np.mean(powers[len(powers) // 2 :]) + 1e-12))


def gain(decibels: float) -> float:
    return float(10 ** (decibels / 20))


def talk(voices: Sequence[Sequence[Saying]], order: Sequence[int], chance: random.Random, *, overlap: float = 0.0,
         pause: float = 0.4) -> Talk:
    """Voices that speak in this order. `overlap` is the share of a turn for which the next one speaks over it;
    without it there are pauses of up to twice `pause` seconds."""
    said = [list(sayings) for sayings in voices]
    at, placed = 0.5, []
    for voice in order:
        saying = said[voice].pop(0)
        samples = saying.samples * gain(-26 - level(saying.samples))
        length = len(samples) / RATE
        placed.append((Turn(voice, at, at + length, normalise(saying.text)), samples))
        # Speech begins and ends a little within its recording.
        at += length - (overlap * length + 0.3) if overlap else length + chance.uniform(0, 2 * pause)
    count = int((max(turn.end for turn, _ in placed) + 0.5) * RATE)
    result = Talk([np.zeros(count) for _ in voices], [turn for turn, _ in placed])
    for turn, samples in placed:
        first = int(turn.start * RATE)
        result.voices[turn.voice][first : first + len(samples)] += samples
    return result


@dataclass(frozen=True)
class Place:
    """How two microphones hear a voice: decibels and milliseconds of the direct sound at each, and decibels of the
    reverberation, which is the same in the whole room, below what the nearer one has of direct sound."""

    left: float
    right: float
    late_left: float = 0.0
    late_right: float = 0.0
    room: float | None = None

    def heard(self, voice: Samples, noise: np.random.Generator) -> Samples:
        """Two rows of samples."""
        near = max(self.left, self.right)
        rows = [delayed(voice, late) * gain(direct)
                for direct, late in ((self.left, self.late_left), (self.right, self.late_right))]
        if self.room is not None:
            rows = [row + gain(near - self.room) * reverberation(voice, noise) for row in rows]
        return np.stack(rows)


def delayed(samples: Samples, milliseconds: float) -> Samples:
    """Also by parts of a sample."""
    if not milliseconds:
        return samples
    size = 1 << (len(samples) + RATE).bit_length()
    spectrum = np.fft.rfft(samples, size)
    turn = np.exp(-2j * np.pi * np.arange(len(spectrum)) / size * milliseconds * RATE / 1000)
    return np.fft.irfft(spectrum * turn)[: len(samples)]


def reverberation(samples: Samples, noise: np.random.Generator, seconds: float = 0.35) -> Samples:
    """The sound of a room with this reverberation time, from 3 ms on, of the power of the voice."""
    length = int(seconds * RATE)
    tail = noise.standard_normal(length) * 10 ** (-3 * np.arange(length) / length)
    tail[: int(0.003 * RATE)] = 0
    tail /= np.sqrt(np.sum(tail * tail))
    size = 1 << (len(samples) + length).bit_length()
    return np.fft.irfft(np.fft.rfft(samples, size) * np.fft.rfft(tail, size))[: len(samples)]


def hiss(count: int, decibels: float, noise: np.random.Generator, slope: float = 1.0) -> Samples:
    """Noise of so many decibels of full scale whose power falls with frequency to the power of `slope`."""
    spectrum = np.fft.rfft(noise.standard_normal(1 << count.bit_length()))
    spectrum /= np.maximum(1, np.arange(len(spectrum))) ** (slope / 2)
    samples = np.fft.irfft(spectrum)[:count]
    return samples * gain(decibels) / float(np.sqrt(np.mean(samples * samples)))


def looped(samples: Samples, count: int, decibels: float) -> Samples:
    """A recorded noise at so many decibels."""
    repeated = np.resize(samples, count)
    return repeated * gain(decibels) / float(np.sqrt(np.mean(repeated * repeated)))


def music(count: int, decibels: float, chance: random.Random) -> Samples:
    """Chords on two channels: every note stands somewhere between them, each channel out of tune by itself."""
    rows = np.zeros((2, count))
    length = int(1.6 * RATE)
    for first in range(0, count, length):
        time = np.arange(min(length, count - first)) / RATE
        root = 110 * 2 ** (chance.choice([0, 3, 5, 7, 8]) / 12)
        for step in (0, 4, 7, 12, 19):
            place = chance.uniform(0.1, 0.9)
            for row, share in ((0, 1 - place), (1, place)):
                pitch = root * 2 ** (step / 12) * (1 + chance.uniform(-0.002, 0.002))
                for partial in (1, 2, 3, 5):
                    rows[row, first : first + len(time)] += (
                        share / partial * np.sin(2 * np.pi * pitch * partial * time + chance.uniform(0, 6)))
        rows[:, first : first + len(time)] *= np.minimum(1, 8 * time) * np.exp(-time)
    return rows * gain(decibels) / float(np.sqrt(np.mean(rows * rows)))


def write(path: Path, rows: Samples, codec: Sequence[str] = ("-c:a", "pcm_s16le")) -> Path:
    """Stores channels with a codec of FFmpeg; full scale is kept."""
    rows = rows / max(1.0, float(np.max(np.abs(rows))) / 0.95)
    command = ["ffmpeg", "-v", "error", "-nostdin", "-y", "-f", "f32le", "-ar", str(RATE), "-ac", str(len(rows)),
               "-i", "-", *codec, "-bitexact", str(path)]
    subprocess.run(command, check=True, input=rows.T.astype("<f4").tobytes())
    return path


def through(row: Samples, codec: Sequence[str], suffix: str, folder: Path) -> Samples:
    """A channel after a codec of its own."""
    path = write(folder / f"line{suffix}", row[np.newaxis], codec)
    return np.resize(decode(path), len(row))
