#!/usr/bin/env python3
"""Measures how well `viseme probe --lips` tells how far a recording's picture is from its sound: recordings of
seven clips of GRID s1 that training never saw (21 s), whose picture is shifted by known amounts.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from harness import media, report
from harness.programs import run
from lips import known

CLIPS = 7
TOLERANCE = 0.04


def parse() -> argparse.Namespace:
    parser = report.parser(__doc__)
    parser.add_argument("--recordings", type=int, default=10, help="recordings of seven clips")
    parser.add_argument("--shifts", default="-400,-240,-80,0,80,240,400", help="milliseconds")
    return parser.parse_args()


def offset(options: argparse.Namespace, recording: Path) -> float | None:
    text, _ = run([options.viseme, "probe", "--json", "--lips", recording], options.core)
    return json.loads(text)["lips"]["offset"]


def main() -> None:
    options = parse()
    clips = [path for path, _, _ in known(options.data)]
    groups = [clips[i * CLIPS : (i + 1) * CLIPS] for i in range(options.recordings)]
    rows: list[list[object]] = []
    for shift in map(int, options.shifts.split(",")):
        found = [offset(options, media.shifted(options.cache, group, shift / 1000)) for group in groups]
        told = [value for value in found if value is not None]
        right = sum(abs(value - shift / 1000) <= TOLERANCE for value in told)
        errors = sorted(abs(value - shift / 1000) for value in told)
        rows.append([shift, len(found), len(told), right, 1000 * errors[len(errors) // 2] if errors else "-"])
    header = ["shift, ms", "recordings", "told", "within 40 ms", "median error, ms"]
    print(report.table(header, rows))
    report.finish(options, {"rows": rows})


if __name__ == "__main__":
    main()
