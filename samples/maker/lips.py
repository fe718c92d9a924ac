"""Mouth shapes from the sound of a voice, one for every video frame.

Three things that eyes read from lips are estimated from the spectrum: how far the mouth is open
(energy, and the height of the first formant), how far the corners are apart (the second formant:
high for spread "ee", low for round "oo"), and whether the teeth nearly meet (fricatives).
Nasals and the closures of plosives shut the lips.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .voices import RATE, Signal

HOP = RATE // 100
WINDOW = RATE // 40


@dataclass(frozen=True)
class Mouth:
    """A mouth: `opening` 0 to 1, `spread` -1 (round) to 1 (wide), `teeth` 0 to 1 (clenched)."""

    opening: float = 0.0
    spread: float = 0.0
    teeth: float = 0.0


def mouths(voice: Signal, frames: int, fps: int = 25) -> list[Mouth]:
    """The shapes of a speaker's mouth in each of `frames` video frames."""
    if not np.any(voice):
        return [Mouth()] * frames
    opening, spread, teeth = _tracks(voice)
    # Lips lead the sound a little, and take about 60 ms to move.
    lead = 2
    kernel = np.hanning(9)[1:-1]
    kernel /= kernel.sum()
    shapes = []
    smooth = [np.convolve(track, kernel, mode="same") for track in (opening, spread, teeth)]
    for frame in range(frames):
        index = min(len(opening) - 1, round((frame + 0.5) * 100 / fps) + lead)
        values = [float(track[index]) for track in smooth]
        shapes.append(Mouth(*values))
    return shapes


def _tracks(voice: Signal) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Opening, spread and teeth, a hundred times a second."""
    power = _spectrogram(voice)
    hertz = np.fft.rfftfreq(WINDOW, 1 / RATE)
    energy = _decibels(power.sum(axis=1))
    tilted = power * hertz**2
    speech = energy > np.percentile(energy, 99) - 35
    loudness = np.clip((energy - (np.percentile(energy[speech], 90) - 30)) / 26, 0, 1)
    first = _placed(_centroid(tilted, hertz, 200, 1000), speech)
    second = _placed(_centroid(tilted, hertz, 700, 2800), speech)
    hiss = _share(power, hertz, 3600, 8000)
    fricative = np.clip((hiss - 0.35) / 0.3, 0, 1) * speech
    murmur = np.clip(1 - _share(power, hertz, 500, 8000) / 0.01, 0, 1)
    opening = loudness * (0.2 + 0.8 * first) * (1 - 0.8 * fricative) * (1 - 0.9 * murmur)
    spread = (2 * second - 1) * np.clip(2 * loudness, 0, 1) * (1 - 0.5 * fricative)
    return opening, spread, fricative


def _spectrogram(voice: Signal) -> np.ndarray:
    count = len(voice) // HOP
    padded = np.pad(voice, (WINDOW // 2, WINDOW))
    windows = np.lib.stride_tricks.sliding_window_view(padded, WINDOW)[::HOP][:count]
    return np.abs(np.fft.rfft(windows * np.hanning(WINDOW), axis=1)) ** 2 + 1e-9


def _decibels(power: np.ndarray) -> np.ndarray:
    return 10 * np.log10(power)


def _band(hertz: np.ndarray, low: float, high: float) -> np.ndarray:
    return (hertz >= low) & (hertz < high)


def _centroid(power: np.ndarray, hertz: np.ndarray, low: float, high: float) -> np.ndarray:
    band = _band(hertz, low, high)
    return power[:, band] @ hertz[band] / power[:, band].sum(axis=1)


def _share(power: np.ndarray, hertz: np.ndarray, low: float, high: float) -> np.ndarray:
    return power[:, _band(hertz, low, high)].sum(axis=1) / power.sum(axis=1)


def _placed(values: np.ndarray, speech: np.ndarray) -> np.ndarray:
    """Where a value lies between this voice's own extremes, 0 to 1."""
    low, high = np.percentile(values[speech], (8, 92))
    return np.clip((values - low) / (high - low), 0, 1)
