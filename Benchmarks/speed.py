#!/usr/bin/env python3
"""Viseme against moonshine-voice on one thread each: whole-process time on the same recording.

The recording holds more than ten minutes of speech (AAC beside a small video track, mp4). Runs
alternate on one core. The package reads no media files, so ffmpeg decodes for it; its time is given
with start-up and decoding ("process") and for its transcription call alone ("call").
"""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from statistics import median
from typing import Any

from harness import media, meetings, report
from harness.programs import Peer, Viseme

Runs = dict[str, list[float]]


def parse() -> argparse.Namespace:
    parser = report.parser(__doc__, peer=True)
    parser.set_defaults(core=max(os.sched_getaffinity(0)))
    parser.add_argument("--runs", type=int, default=5, help="runs of each program")
    parser.add_argument("--recording", type=Path, help="measure on this file; built from the data if absent")
    parser.add_argument("--no-peer", action="store_true", help="leave moonshine-voice out")
    parser.add_argument("--no-viseme", action="store_true", help="leave viseme out")
    return parser.parse_args()


def run_viseme(program: Viseme, recording: Path, runs: Runs) -> None:
    _, cost = program.transcribe_timed([recording])
    runs.setdefault("viseme, process, wall", []).append(cost.wall)
    runs.setdefault("viseme, process, CPU", []).append(cost.cpu)


def run_peer(program: Peer, recording: Path, runs: Runs) -> None:
    _, cost, call = program.transcribe_timed(recording)
    runs.setdefault("moonshine-voice, process, wall", []).append(cost.wall)
    runs.setdefault("moonshine-voice, process, CPU", []).append(cost.cpu)
    runs.setdefault("moonshine-voice, call, wall", []).append(call)


def measure(options: argparse.Namespace, recording: Path) -> Runs:
    runs: Runs = {}
    for _ in range(options.runs):
        if not options.no_viseme:
            run_viseme(report.viseme(options), recording, runs)
        if not options.no_peer:
            run_peer(report.peer(options), recording, runs)
    return runs


def ratios(runs: Runs) -> list[tuple[str, float]]:
    """How many times faster Viseme is, by medians, for each way of timing the package."""
    if "viseme, process, wall" not in runs:
        return []
    own = {unit: median(runs[f"viseme, process, {unit}"]) for unit in ("wall", "CPU")}
    return [
        (name, median(times) / own[name.rpartition(" ")[2]])
        for name, times in runs.items()
        if not name.startswith("viseme")
    ]


def main() -> None:
    options = parse()
    recording = options.recording or meetings.ten_minutes(options.data, options.cache)
    seconds = media.duration(recording)
    before = report.machine()
    runs = measure(options, recording)
    rows: list[list[Any]] = [
        [name, median(times), min(times), max(times), seconds / median(times)]
        for name, times in runs.items()
    ]
    print(f"{recording.name}: {seconds:.1f} s, {options.runs} runs, core {options.core}; times in seconds\n")
    print(report.table(["measured", "median", "least", "most", "times real time"], rows))
    for name, ratio in ratios(runs):
        print(f"\nviseme takes 1/{ratio:.2f} of the time of: {name}")
    print(f"\nbefore: {report.machine_line(before)}")
    report.finish(options, {"recording": recording.name, "seconds": seconds, "runs": runs, "before": before})


if __name__ == "__main__":
    main()
