"""The development data: what lies in the data folder and its MANIFEST.tsv."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
DEFAULT_DATA = REPOSITORY.parent / "shared" / "data"


@dataclass(frozen=True)
class Recording:
    path: Path
    transcript: str


def recordings(data: Path, folder: str) -> list[Recording]:
    """The manifest's recordings whose path starts with `folder`, in the manifest's order."""
    with open(data / "MANIFEST.tsv", newline="", encoding="utf-8") as file:
        rows = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        found = [row for row in rows if row["path"].startswith(folder)]
    return [Recording(data / row["path"], row["transcript"]) for row in found]


# The opening of Charles Dickens, A Tale of Two Cities (1859), public domain.
TWO_CITIES = """
It was the best of times, it was the worst of times, it was the age of wisdom, it was the age of
foolishness, it was the epoch of belief, it was the epoch of incredulity, it was the season of
Light, it was the season of Darkness, it was the spring of hope, it was the winter of despair, we
had everything before us, we had nothing before us, we were all going direct to Heaven, we were all
going direct the other way--in short, the period was so far like the present period, that some of
its noisiest authorities insisted on its being received, for good or for evil, in the superlative
degree of comparison only.
"""
