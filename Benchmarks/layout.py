#!/usr/bin/env python3
"""Checks the layout of subtitles: reads SubRip files and counts, for all of them together, what guides forbid.

    python3 Benchmarks/layout.py before=old/ after=new/
    python3 Benchmarks/layout.py --max-line 37 --max-cps 17 meeting.srt

An operand is a file or a folder of them, with a name before "=" if wanted. Ends with status 1 where a line is
too long, a cue has too many lines, overlaps the next one, or lies closer to it than the gap; with --strict also
where anything but one-word cues is counted.
"""

from __future__ import annotations

import argparse
import re
import sys
from dataclasses import dataclass
from pathlib import Path

HELD = set(
    """a an the my your our their its his her this that these those every no each of to in on at by for from with
    into onto about and or but nor if because when while which who whose than as is are was were am be been being
    has have had do does did can could may might must shall should will would not i you he she we they mr mrs ms dr
    i'm you're we're they're he's she's it's i'll we'll don't didn't can't won't isn't wasn't""".split())
"""Words after which neither a line nor a cue may end: they belong to what follows."""
MILLISECOND = 0.0011
COLUMNS = ("cues", "lines", "long", "short", "lasting", "fast", "gap", "overlap", "breaks", "splits", "lone", "mixed")
MEANING = {
    "cues": "cues", "lines": "cues of too many lines", "long": "lines that are too long",
    "short": "cues shorter than the least", "lasting": "cues longer than the most",
    "fast": "cues faster than the reading speed", "gap": "gaps that are too short", "overlap": "overlaps",
    "breaks": "lines within a cue that end with a word of the next phrase",
    "splits": "cues that do, and are no sentence's end", "lone": "cues of one word",
    "mixed": "cues with names of two speakers in a line, or of dialogue with a line without a dash"}


@dataclass(frozen=True)
class Limits:
    """Of a cue: characters in a line, lines, seconds, characters a second, seconds to the next."""

    line: int
    lines: int
    least: float
    most: float
    speed: float
    gap: float


@dataclass(frozen=True)
class Cue:
    """Seconds and lines."""

    start: float
    end: float
    lines: tuple[str, ...]


def seconds(text: str) -> float:
    """Of HH:MM:SS,mmm."""
    hours, minutes, rest = text.replace(",", ".").split(":")
    return int(hours) * 3600 + int(minutes) * 60 + float(rest)


def read(path: Path) -> list[Cue]:
    """The cues of a SubRip file."""
    cues = []
    for block in re.split(r"\n\s*\n", path.read_text(encoding="utf-8").replace("\r\n", "\n").strip()):
        lines = block.split("\n")
        if len(lines) < 3 or "-->" not in lines[1]:
            if block:
                raise SystemExit(f"{path}: no cue: {block[:60]!r}")
            continue
        start, end = lines[1].split("-->")
        cues.append(Cue(seconds(start.strip()), seconds(end.strip()), tuple(lines[2:])))
    return cues


def holds(line: str) -> bool:
    """Whether a line ends with a word that belongs to the next one."""
    word = line.split()[-1].lower().replace("\u2019", "'") if line.split() else ""
    return word in HELD


def count(cues: list[Cue], limits: Limits) -> dict[str, int]:
    """What is wrong, by column."""
    found = dict.fromkeys(COLUMNS, 0)
    found["cues"] = len(cues)
    for cue, after in zip(cues, [*cues[1:], None]):
        length, text = cue.end - cue.start, " ".join(cue.lines)
        found["lines"] += len(cue.lines) > limits.lines
        found["long"] += sum(len(line) > limits.line and " " in line for line in cue.lines)
        found["short"] += length < limits.least - MILLISECOND
        found["lasting"] += length > limits.most + MILLISECOND
        found["fast"] += len(text) / max(length, 0.001) > limits.speed * 1.005
        dashes = [line.startswith("- ") for line in cue.lines]
        found["breaks"] += 0 if all(dashes) else sum(holds(line) for line in cue.lines[:-1])
        found["lone"] += len(text.split()) == 1
        found["mixed"] += any(dashes) and (not all(dashes) or len(dashes) != 2)
        if after is not None:
            found["overlap"] += after.start < cue.end - MILLISECOND
            found["gap"] += after.start - cue.end < limits.gap - MILLISECOND
            found["splits"] += holds(cue.lines[-1])
    return found


def files(operand: str) -> tuple[str, list[Path]]:
    """The name and the files of an operand."""
    name, _, place = operand.rpartition("=")
    path = Path(place)
    found = sorted(path.glob("*.srt")) if path.is_dir() else [path]
    return name or place, found


def main() -> int:
    """Prints a table with a row for each operand."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("operands", nargs="+", metavar="[NAME=]PLACE")
    parser.add_argument("--max-line", type=int, default=42)
    parser.add_argument("--max-lines", type=int, default=2)
    parser.add_argument("--min-cue", type=float, default=5 / 6)
    parser.add_argument("--max-cue", type=float, default=7)
    parser.add_argument("--max-cps", type=float, default=20)
    parser.add_argument("--gap", type=float, default=0.08, help="seconds")
    parser.add_argument("--strict", action="store_true")
    given = parser.parse_args()
    limits = Limits(given.max_line, given.max_lines, given.min_cue, given.max_cue, given.max_cps, given.gap)
    rows = []
    for operand in given.operands:
        name, paths = files(operand)
        total = dict.fromkeys(COLUMNS, 0)
        for path in paths:
            for column, number in count(read(path), limits).items():
                total[column] += number
        rows.append((name, total))
    width = max(len(name) for name, _ in rows)
    print(" " * width, *(column.rjust(7) for column in COLUMNS))
    for name, total in rows:
        print(name.ljust(width), *(str(total[column]).rjust(7) for column in COLUMNS))
    for column in COLUMNS[1:]:
        print(f"{column}: {MEANING[column]}")
    hard = [column for column in COLUMNS[1:] if column != "lone"] if given.strict else ["lines", "long", "gap", "overlap"]
    return int(any(total[column] for _, total in rows for column in hard))


if __name__ == "__main__":
    sys.exit(main())
