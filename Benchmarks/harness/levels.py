"""The active level of speech, by ITU-T P.56, method B: an implementation of its own."""

from __future__ import annotations

import numpy as np

RATE = 16_000
HANGOVER = RATE // 5
MARGIN = 15.9


def active_level(samples: np.ndarray) -> float:
    """Decibels relative to full scale."""
    signal = samples.astype(np.float64) - samples.mean(dtype=np.float64)
    envelope = smoothed(smoothed(np.abs(signal)))
    energy = float(np.sum(signal**2))
    thresholds = 2.0 ** np.arange(-24, 0)
    counts = [active_samples(envelope >= threshold) for threshold in thresholds]
    levels = [10 * np.log10(energy / count) if count else np.inf for count in counts]
    excess = [level - 20 * np.log10(threshold) for level, threshold in zip(levels, thresholds)]
    above = next(index for index, value in enumerate(excess) if value <= MARGIN)
    share = (excess[above - 1] - MARGIN) / (excess[above - 1] - excess[above])
    return float(levels[above - 1] + share * (levels[above] - levels[above - 1]))


def smoothed(signal: np.ndarray) -> np.ndarray:
    """An exponential average of 30 ms."""
    keep = float(np.exp(-1 / (RATE * 0.03)))
    out = np.empty_like(signal)
    state = 0.0
    for index, value in enumerate(signal.tolist()):
        state = keep * state + (1 - keep) * value
        out[index] = state
    return out


def active_samples(reached: np.ndarray) -> int:
    """Samples that reach the threshold or follow one that does within the hangover."""
    places = np.flatnonzero(reached)
    if places.size == 0:
        return 0
    gaps = np.diff(np.append(places, reached.size))
    return int(np.minimum(gaps, HANGOVER + 1).sum())


def level(samples: np.ndarray) -> float:
    """Decibels of the mean square, without the mean."""
    return float(10 * np.log10(np.var(samples.astype(np.float64))))
