#!/usr/bin/env python3
"""Errors of word times against GRID's alignments, over correctly recognised words.

Written digits are read as words ("F2" is "f", "two"); of a written word that covers several spoken
ones, only the first's start and the last's end are compared. An error is written minus reference.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from harness import report
from harness.programs import Word
from harness.words import align, normalise, percentile

UNITS_PER_SECOND = 25_000
SILENCE = {"sil", "sp"}
NAMES = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
DIGITS = {str(digit): name for digit, name in enumerate(NAMES)}


@dataclass(frozen=True)
class Timed:
    """A spoken word; None where a time is not known because a written word covers several."""

    word: str
    start: float | None
    end: float | None


def parse() -> argparse.Namespace:
    parser = report.parser(__doc__)
    parser.add_argument("--speakers", nargs="+", default=["s1", "s2", "s3", "s4", "s22"])
    parser.add_argument("--every", type=int, default=1, metavar="N", help="only each Nth clip")
    parser.add_argument("--limit", type=int, metavar="N", help="at most N clips of each speaker")
    return parser.parse_args()


def clips(options: argparse.Namespace) -> list[Path]:
    folders = [options.data / "grid" / speaker for speaker in options.speakers]
    chosen = [sorted(folder.glob("*.m[kp][vg]"))[:: options.every][: options.limit] for folder in folders]
    return [clip for folder in chosen for clip in folder]


def read_alignment(path: Path) -> list[Timed]:
    rows = [line.split() for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    return [
        Timed(word, int(start) / UNITS_PER_SECOND, int(end) / UNITS_PER_SECOND)
        for start, end, word in rows
        if word not in SILENCE
    ]


def spoken(words: Iterable[Word]) -> list[Timed]:
    """Written words as spoken ones: digits become words, and "F2" becomes two."""
    result = []
    for word in words:
        parts = [DIGITS.get(part, part) for plain in normalise(word.text)
                 for part in re.findall(r"\d|[^\d]+", plain)]
        last = len(parts) - 1
        result += [
            Timed(part, word.start if place == 0 else None, word.end if place == last else None)
            for place, part in enumerate(parts)
        ]
    return result


@dataclass
class Tally:
    spoken: int = 0
    correct: int = 0
    starts: list[float] | None = None
    ends: list[float] | None = None

    def add(self, reference: list[Timed], written: list[Timed]) -> None:
        self.spoken += len(reference)
        self.starts, self.ends = self.starts or [], self.ends or []
        for i, j in align([item.word for item in reference], [item.word for item in written]):
            if i is None or j is None or reference[i].word != written[j].word:
                continue
            self.correct += 1
            if (start := written[j].start) is not None:
                self.starts.append(start - (reference[i].start or 0))
            if (end := written[j].end) is not None:
                self.ends.append(end - (reference[i].end or 0))

    def summary(self, name: str) -> dict[str, Any]:
        starts, ends = self.starts or [], self.ends or []
        sizes = [abs(error) for error in starts]
        return {
            "clips": name,
            "spoken": self.spoken,
            "correct": self.correct,
            "starts": len(starts),
            "start_median_ms": 1000 * percentile(sizes, 0.5),
            "start_p95_ms": 1000 * percentile(sizes, 0.95),
            "start_bias_ms": 1000 * percentile(starts, 0.5),
            "ends": len(ends),
            "end_median_ms": 1000 * percentile((abs(error) for error in ends), 0.5),
            "end_bias_ms": 1000 * percentile(ends, 0.5),
        }


def measure(options: argparse.Namespace) -> list[dict[str, Any]]:
    paths = clips(options)
    tallies: dict[str, Tally] = {}
    for path, transcript in zip(paths, report.viseme(options).transcribe(paths), strict=True):
        reference = read_alignment(options.data / "grid" / "align" / f"{path.stem}.align")
        for name in (path.parent.name, "all"):
            tallies.setdefault(name, Tally()).add(reference, spoken(transcript.words))
    order = sorted(tallies, key=lambda name: (name == "all", len(name), name))
    return [tallies[name].summary(name) for name in order]


def main() -> None:
    options = parse()
    results = measure(options)
    header = ["clips", "spoken", "correct", "starts", "median start ms", "95 % ms", "bias ms", "ends",
              "median end ms", "bias ms"]
    print(report.table(header, [list(row.values()) for row in results]))
    report.finish(options, {"results": results})


if __name__ == "__main__":
    main()
