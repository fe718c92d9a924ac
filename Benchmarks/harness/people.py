"""Clips of many people, in FOLDER/PERSON/CLIP.mp4: one visible person each, who speaks."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from . import media
from .corpus import REPOSITORY

SPLITS = REPOSITORY / "Training" / "splits"


def clips(folder: Path, names: str = "people-test", least: float = 0.0) -> dict[str, list[Path]]:
    """Person -> clips of at least so many seconds, for the people of a list of Training/splits."""
    people = (SPLITS / f"{names}.txt").read_text(encoding="utf-8").split()
    return {
        person: [clip for clip in sorted((folder / person).glob("*.mp4")) if not least or media.duration(clip) >= least]
        for person in people
    }


@dataclass(frozen=True)
class Half:
    """A half of a clip, and its other half."""

    clip: Path
    first: bool

    def span(self, late: float = 0.0) -> tuple[float, float]:
        """Seconds of the picture whose sound, `late` seconds earlier in the clip, is in the clip too."""
        whole = int(25 * media.duration(self.clip)) / 25
        middle = int(25 * whole / 2) / 25
        start, end = (0.0, middle) if self.first else (middle, whole)
        # On pictures, so that picture and sound of a piece are of one length.
        return max(start, _frames(late)), min(end, whole + min(late, 0.0))

    @property
    def name(self) -> str:
        return f"{self.clip.parent.name}/{self.clip.stem}/{1 if self.first else 2}"

    @property
    def other(self) -> Half:
        return Half(self.clip, not self.first)

    def file(self, cache: Path, late: float = 0.0) -> Path:
        """The half as a recording, its sound moved so that a picture `late` seconds late comes at its time."""
        start, end = self.span(late)
        return media.piece(cache, self.clip, start, end, late)


def _frames(seconds: float) -> float:
    """`seconds`, but not less than 0, up to the next picture."""
    return -(-max(seconds, 0.0) * 25 // 1) / 25
