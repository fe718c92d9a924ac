"""Speech from FFmpeg's flite source, placed on the meeting's timeline."""

from __future__ import annotations

import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from .script import CLOSING_SECONDS, PEOPLE, SCRIPT, TITLE_SECONDS, Line, Person

RATE = 16_000
"""Samples per second of every signal here: the rate of the flite voices."""

LOUDNESS = 0.09
"""Root mean square of each spoken line (full scale is 1)."""

Signal = np.ndarray


@dataclass(frozen=True)
class Turn:
    """A spoken line with its place in the meeting, in seconds."""

    line: Line
    start: float
    end: float
    samples: Signal


@dataclass(frozen=True)
class Meeting:
    """The whole meeting: turns in order and its length in seconds."""

    turns: tuple[Turn, ...]
    seconds: float

    @property
    def noise_span(self) -> tuple[float, float]:
        """From when to when the noise outside a window lasts, in seconds."""
        noisy = [turn for turn in self.turns if turn.line.is_noisy]
        return noisy[0].start - 1.0, noisy[-1].end + 0.8

    def stem(self, person: Person | None = None) -> Signal:
        """The voice of one person, or of all, alone on the timeline."""
        mixed = np.zeros(round(self.seconds * RATE), np.float32)
        for turn in self.turns:
            if person is None or turn.line.person == person:
                first = round(turn.start * RATE)
                mixed[first : first + len(turn.samples)] += turn.samples
        return mixed


def compose() -> Meeting:
    """Speaks the script and lays the turns out one after another."""
    clock = TITLE_SECONDS
    turns = []
    for line in SCRIPT:
        samples = _levelled(_trimmed(_spoken(line)))
        # On the grid of samples at 10 ms, so that the times written are the times heard.
        start = round(clock + line.pause, 2)
        end = start + len(samples) / RATE
        turns.append(Turn(line, start, end, samples))
        clock = end
    # A whole number of frames at 25 a second.
    return Meeting(tuple(turns), round((clock + CLOSING_SECONDS) * 25) / 25)


def voice_names() -> list[str]:
    """The flite voices the meeting needs."""
    return sorted({person.voice for person in PEOPLE})


def _spoken(line: Line) -> Signal:
    person = line.person
    with tempfile.TemporaryDirectory() as folder:
        text = Path(folder) / "line.txt"
        text.write_text(line.text, encoding="utf-8")
        source = f"flite=voice={person.voice}:textfile={text}"
        tempo = person.tempo / person.pitch
        change = f"asetrate={round(RATE * person.pitch)},aresample={RATE},atempo={tempo:.4f}"
        command = ["ffmpeg", "-v", "error", "-nostdin", "-f", "lavfi", "-i", source]
        command += ["-af", change, "-ac", "1", "-ar", str(RATE), "-f", "f32le", "-"]
        raw = subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout
    return np.frombuffer(raw, np.float32)


def _trimmed(samples: Signal) -> Signal:
    """Without the silence that flite puts around a line; 20 ms are kept."""
    loud = np.flatnonzero(np.abs(samples) > 0.01 * np.abs(samples).max())
    margin = RATE // 50
    return samples[max(0, loud[0] - margin) : loud[-1] + margin]


def _levelled(samples: Signal) -> Signal:
    scaled = samples * (LOUDNESS / np.sqrt(np.mean(samples**2)))
    return np.tanh(scaled * 1.1) / 1.1
