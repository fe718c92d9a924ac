#!/usr/bin/env python3
"""Measures how well `viseme probe --lips` tells how far a recording's picture is from its sound, by recordings of
about 20 s whose picture is shifted by known amounts.

By default they are made of seven clips of GRID s1 that training never saw. With `--people FOLDER` (FOLDER/PERSON/*.mp4)
they are made of clips of the six people of Training/splits/people-test.txt. Clips of the net have offsets of their
own: of VoxCeleb2's, half are more than 40 ms off. So every clip is cut in two; the offset that `viseme probe` finds in
one half, heard and seen three times over, is taken out of the other half, and recordings are made of those halves.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from harness import media, people, report
from harness.programs import run
from lips import known

CLIPS = 7
TOLERANCE = 0.04
SECONDS = 20.0
"""Of a recording made of halves."""


def parse() -> argparse.Namespace:
    parser = report.parser(__doc__)
    parser.add_argument("--recordings", type=int, default=10, help="recordings of seven clips")
    parser.add_argument("--shifts", default="-400,-240,-80,0,80,240,400", help="milliseconds")
    parser.add_argument("--people", type=Path, help="a folder of clips of people")
    parser.add_argument("--least", type=float, default=6.0, help="seconds of a clip of people that is cut in two")
    parser.add_argument("--own", type=Path, help="a file of the offsets of halves; measured and written if absent")
    parser.add_argument("--limit", type=int, default=10_000, help="recordings of people at most")
    parser.add_argument("--each", type=int, help="shifts of each recording of people, in turn (default: all)")
    return parser.parse_args()


def offset(options: argparse.Namespace, recording: Path) -> float | None:
    text, _ = run([options.viseme, "probe", "--json", "--lips", recording], options.core)
    return json.loads(text)["lips"]["offset"]


def of_known(options: argparse.Namespace) -> list[list[Path]]:
    clips = [path for path, _, _ in known(options.data)]
    return [clips[i * CLIPS : (i + 1) * CLIPS] for i in range(options.recordings)]


def own_offsets(options: argparse.Namespace, halves: list[people.Half]) -> dict[str, float | None]:
    """Seconds by which the picture of each half is late in its clip."""
    if options.own and options.own.exists():
        return json.loads(options.own.read_text(encoding="utf-8"))
    found = {
        half.name: offset(options, media.shifted(options.cache, [half.file(options.cache)] * 3, 0)) for half in halves
    }
    if options.own:
        options.own.write_text(json.dumps(found), encoding="utf-8")
    return found


def of_people(options: argparse.Namespace) -> list[list[Path]]:
    """Recordings of halves of one person's clips, each freed from the offset of its clip's other half."""
    clips = people.clips(options.people, least=options.least)
    halves = [[people.Half(clip, first) for clip in of_one] for of_one in clips.values() for first in (True, False)]
    own = own_offsets(options, [half for row in halves for half in row])
    recordings = []
    for row in halves:
        recording: list[Path] = []
        for half in row:
            late = own.get(half.other.name)
            if late is None or len(recordings) == options.limit:
                continue
            recording.append(half.file(options.cache, late))
            if sum(map(media.duration, recording)) >= SECONDS:
                recordings.append(recording)
                recording = []
    told = sorted(abs(late) for late in own.values() if late is not None)
    beyond = sum(late > TOLERANCE for late in told)
    print(f"{len(told)} of {len(own)} halves of clips: own offset {1000 * told[len(told) // 2]:.0f} ms in the middle, "
          f"{beyond} beyond 40 ms")
    return recordings


def main() -> None:
    options = parse()
    shifts = list(map(int, options.shifts.split(",")))
    groups = of_people(options) if options.people else of_known(options)
    found: dict[int, list[float | None]] = {shift: [] for shift in shifts}
    for number, group in enumerate(groups):
        each = options.each or len(shifts)
        for shift in (shifts[(number * each + i) % len(shifts)] for i in range(each)):
            found[shift].append(offset(options, media.shifted(options.cache, group, shift / 1000)))
    rows: list[list[object]] = []
    for shift, values in found.items():
        errors = sorted(abs(value - shift / 1000) for value in values if value is not None)
        right = sum(error <= TOLERANCE for error in errors)
        rows.append([shift, len(values), len(errors), right, 1000 * errors[len(errors) // 2] if errors else "-"])
    header = ["shift, ms", "recordings", "told", "within 40 ms", "median error, ms"]
    print(report.table(header, rows))
    total, right = sum(len(values) for values in found.values()), sum(int(str(row[3])) for row in rows)
    print(f"within 40 ms: {right} of {total} ({100 * right / max(total, 1):.1f} %)")
    report.finish(options, {"rows": rows})


if __name__ == "__main__":
    main()
