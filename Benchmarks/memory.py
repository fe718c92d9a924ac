#!/usr/bin/env python3
"""Peak memory of viseme on long recordings with a low-resolution video track (mp4)."""

from __future__ import annotations

import argparse
from typing import Any

from harness import media, meetings, report

MEGABYTE = 1_000_000
LIMIT = 150


def parse() -> argparse.Namespace:
    parser = report.parser(__doc__)
    parser.add_argument("--hours", type=float, nargs="+", default=[1, 10], help="lengths of the recordings")
    parser.add_argument("--build-only", action="store_true", help="only build the recordings")
    return parser.parse_args()


def measure(options: argparse.Namespace, hours: float) -> dict[str, Any]:
    recording = meetings.hours(options.data, options.cache, hours)
    seconds = media.duration(recording)
    if options.build_only:
        return {"hours": hours, "recording": str(recording), "seconds": seconds}
    (transcript,), cost = report.viseme(options).transcribe_timed([recording])
    return {"hours": hours, "recording": str(recording), "seconds": seconds, "wall": cost.wall,
            "cpu": cost.cpu, "peak_mb": cost.peak_rss / MEGABYTE, "words": len(transcript.words)}


def main() -> None:
    options = parse()
    results = []
    for hours in options.hours:
        results.append(measure(options, hours))
        print(f"{hours:g} h: {results[-1]}", flush=True)
    if not options.build_only:
        keys = ["hours", "peak_mb", "wall", "cpu", "words"]
        header = ["hours", f"peak RSS, MB (limit {LIMIT})", "wall s", "CPU s", "words"]
        print("\n" + report.table(header, [[row[key] for key in keys] for row in results]))
    report.finish(options, {"results": results})


if __name__ == "__main__":
    main()
