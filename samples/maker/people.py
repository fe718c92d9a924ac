"""How the participants look."""

from __future__ import annotations

from dataclasses import dataclass

from .drawing import Colour


@dataclass(frozen=True)
class Look:
    """One face and what surrounds it."""

    skin: Colour
    lips: Colour
    hair: Colour
    iris: Colour
    shirt: Colour
    wall: Colour
    style: str
    width: float = 1.0
    jaw: float = 1.0
    brow: float = 1.0
    lashes: float = 0.5
    stubble: float = 0.0
    has_glasses: bool = False
    seed: int = 0


LOOKS = {
    "Maya": Look(
        skin=(222, 170, 134),
        lips=(184, 84, 80),
        hair=(52, 33, 26),
        iris=(96, 60, 34),
        shirt=(168, 56, 78),
        wall=(206, 196, 182),
        style="long",
        width=0.96,
        jaw=0.9,
        brow=0.8,
        lashes=1.0,
        seed=1,
    ),
    "Daniel": Look(
        skin=(238, 196, 168),
        lips=(190, 112, 102),
        hair=(98, 66, 40),
        iris=(70, 108, 140),
        shirt=(62, 96, 140),
        wall=(176, 190, 196),
        style="short",
        jaw=1.08,
        brow=1.15,
        stubble=0.16,
        seed=2,
    ),
    "Nora": Look(
        skin=(142, 92, 64),
        lips=(140, 66, 62),
        hair=(34, 25, 23),
        iris=(66, 40, 26),
        shirt=(232, 176, 72),
        wall=(150, 176, 160),
        style="curly",
        width=0.98,
        jaw=0.92,
        brow=0.9,
        lashes=0.9,
        seed=3,
    ),
    "Ian": Look(
        skin=(236, 188, 164),
        lips=(184, 106, 98),
        hair=(158, 150, 144),
        iris=(92, 122, 96),
        shirt=(84, 108, 88),
        wall=(196, 200, 208),
        style="grey",
        width=1.02,
        jaw=1.05,
        brow=1.05,
        stubble=0.3,
        has_glasses=True,
        seed=4,
    ),
}
