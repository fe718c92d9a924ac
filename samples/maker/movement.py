"""How people move: heads sway and nod, eyes blink and look at who speaks, brows rise."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .lips import Mouth

BLINK = (0.6, 0.1, 0.0, 0.1, 0.35, 0.6, 0.85)
"""How far the eyes are open in each frame of a blink."""


@dataclass(frozen=True)
class Pose:
    """One face in one frame: mouth, eyes, and the place of the head in units and degrees."""

    mouth: Mouth
    eyes: float
    gaze: float
    brows: float
    x: float
    y: float
    turn: float


def poses(shapes: list[Mouth], gazes: list[float], seed: int, fps: int = 25) -> list[Pose]:
    """The poses of one person, given the mouth and where to look in each frame."""
    frames = len(shapes)
    generator = np.random.default_rng(seed)
    opening = np.array([shape.opening for shape in shapes])
    stress = _smooth(opening, 13)
    talking = np.clip(3 * _smooth(opening, 61), 0, 1)
    x, y, turn = (_sway(frames, fps, generator) for _ in range(3))
    nod = _smooth(np.diff(stress, prepend=0.0), 9) * 22
    eyes = _blinks(frames, fps, generator)
    brows = np.round(4 * np.clip(stress - 0.3, 0, 0.75))
    result = []
    for frame, (shape, gaze) in enumerate(zip(shapes, gazes)):
        lively = 0.55 + 0.75 * talking[frame]
        result.append(
            Pose(
                mouth=_quantised(shape),
                eyes=float(eyes[frame]),
                gaze=round(1.2 * gaze) / 1.2,
                brows=float(brows[frame]),
                x=float(3.2 * lively * x[frame]),
                y=float(1.8 * lively * y[frame] + nod[frame]),
                turn=float(1.7 * lively * turn[frame]),
            )
        )
    return result


def _quantised(shape: Mouth) -> Mouth:
    """A mouth on a grid, so that few have to be drawn."""
    return Mouth(
        round(12 * shape.opening) / 12, round(2 * shape.spread) / 2, round(2 * shape.teeth) / 2
    )


def _smooth(values: np.ndarray, frames: int) -> np.ndarray:
    kernel = np.hanning(frames + 2)
    return np.convolve(values, kernel / kernel.sum(), mode="same")


def _sway(frames: int, fps: int, generator: np.random.Generator) -> np.ndarray:
    """A slow wander between -1 and 1."""
    clock = np.arange(frames) / fps
    periods = generator.uniform((3.1, 5.3, 9.1), (4.2, 7.9, 14.0))
    phases = generator.uniform(0, 2 * np.pi, 3)
    waves = np.sin(2 * np.pi * clock[:, None] / periods + phases)
    return waves @ np.array([0.2, 0.35, 0.45])


def _blinks(frames: int, fps: int, generator: np.random.Generator) -> np.ndarray:
    eyes = np.ones(frames)
    frame = int(generator.uniform(0.5, 3) * fps)
    while frame + len(BLINK) < frames:
        eyes[frame : frame + len(BLINK)] = BLINK
        frame += int(generator.uniform(2.2, 5.5) * fps)
    return eyes
