#!/usr/bin/env python3
"""How fast viseme is, and how far from the bars: everything in one run, in turn, as medians.

  peer     viseme against moonshine-voice 0.0.49, whole processes, one thread each
  ort      viseme against the package's two model files run directly by ONNX Runtime on viseme's segments
  isa      viseme with VISEME_ISA=avx2 and =baseline against moonshine-voice
  threads  two threads against one, not pinned to a core
  latency  `transcribe jfk.flac`, `--version` and loading the models
  memory   peak resident memory of the ten-minute runs

The recording holds more than ten minutes of speech (AAC beside a small video track, mp4). All but
`threads` run on one core.
"""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import Any

from harness import contest, media, meetings, report
from harness.trials import Trials, alternate

LONG = {contest.VISEME, contest.PEER, contest.ORT, contest.AVX2, contest.BASELINE, contest.ONE, contest.TWO}
TIMES = {"wall": "wall", "cpu": "CPU", "call_wall": "its call, wall",
         "model_wall": "model runs, wall", "model_cpu": "model runs, CPU"}


def parse() -> argparse.Namespace:
    parser = report.parser(__doc__, peer=True)
    parser.set_defaults(core=max(os.sched_getaffinity(0)))
    parser.add_argument("--parts", type=parts, default=list(contest.PARTS), metavar="LIST",
                        help=f"parts to run, among {','.join(contest.PARTS)}")
    parser.add_argument("--runs", type=int, default=5, help="rounds")
    parser.add_argument("--recording", type=Path, help="measure on this file; built from the data if absent")
    parser.add_argument("--bench", type=Path, default=report.DEFAULT_BINARY.with_name("viseme-bench"),
                        help="the kernel benchmark, which times the loading of the models")
    return parser.parse_args()


def parts(text: str) -> list[str]:
    chosen = text.split(",")
    if unknown := set(chosen) - set(contest.PARTS):
        raise argparse.ArgumentTypeError(f"no such part: {', '.join(sorted(unknown))}")
    return chosen


def times(trials: Trials, seconds: float) -> list[list[Any]]:
    """A row for each contestant and kind of time."""
    rows: list[list[Any]] = []
    for name, measures in trials.values.items():
        for measure, label in TIMES.items():
            if found := measures.get(measure):
                middle = trials.median(name, measure) or 0
                speed = seconds / middle if name in LONG and middle else "-"
                rows.append([name, label, *(f"{value:.3f}" for value in (middle, min(found), max(found))), speed])
    return rows


def facts(trials: Trials) -> list[list[Any]]:
    """Peak memory and words written, which show that all did the same work."""
    return [
        [name, (trials.median(name, "peak_rss") or 0) / 1e6, round(trials.median(name, "words") or 0)]
        for name, measures in trials.values.items() if "words" in measures
    ]


def main() -> None:
    options = parse()
    recording = options.recording or meetings.ten_minutes(options.data, options.cache)
    seconds = media.duration(recording)
    before = report.machine()
    trials = alternate(contest.contestants(options, recording), options.runs)
    print(f"{recording.name}: {seconds:.1f} s, {options.runs} rounds, core {options.core}; times in seconds\n")
    print(report.table(["measured", "time", "median", "least", "most", "times real time"],
                       times(trials, seconds)))
    if rows := facts(trials):
        print("\n" + report.table(["measured", "peak RSS, MB", "words"], rows))
    bars = [bar.row(trials) for bar in contest.BARS if bar.part in options.parts]
    print("\n" + report.table(["bar", "asked for", "measured", "reached"], bars))
    print(f"\nbefore: {report.machine_line(before)}")
    report.finish(options, {"recording": recording.name, "seconds": seconds, "values": trials.values,
                            "bars": bars, "before": before})


if __name__ == "__main__":
    main()
