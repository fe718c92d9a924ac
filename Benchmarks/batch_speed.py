#!/usr/bin/env python3
"""Holds `viseme batch` on two cores against `viseme transcribe` on one, over the same recordings, in
alternating runs of whole processes; and its memory with two jobs against one.

`side by side` is `transcribe` over all recordings twice at once, on a core each: twice its speed is what
the machine can do at best, for two cores share caches, memory and power.

On a busy machine the wall times say little. `ready` is how many threads of the batch were running or
ready to run on average, at most two counted: what it would keep busy if it had two cores for itself.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from harness import batches, report
from harness.corpus import REPOSITORY
from harness.programs import Cost, run

FOLDERS = ["librispeech", "grid", "meeting", "ami/flac"]


def parse() -> argparse.Namespace:
    parser = report.parser(__doc__)
    parser.add_argument("--rounds", type=int, default=5, help="runs of each")
    return parser.parse_args()


def batch(options: argparse.Namespace, folders: list[Path], target: Path, *more: object) -> Cost:
    command = [options.viseme, "batch", *folders, "--output-dir", target, "--quiet", "--format", "json"]
    return run([*command, "--threads", 2, *more])[1]


def transcribe(options: argparse.Namespace, folders: list[Path], target: Path, core: int | None) -> Cost:
    files = [path for folder in folders for path in sorted(folder.rglob("*")) if path.is_file()]
    command = [options.viseme, "transcribe", *files, "--output-dir", target, "--quiet", "--format", "json"]
    return run([*command, "--threads", 1], core)[1]


def side_by_side(options: argparse.Namespace, folders: list[Path], target: Path) -> Cost:
    """The slower of two runs at once on the first two cores; one's processor time and memory."""
    cores = sorted(os.sched_getaffinity(0))[:2]
    with ThreadPoolExecutor(2) as pool:
        both = list(pool.map(lambda core: transcribe(options, folders, target / str(core), core), cores))
    return max(both, key=lambda cost: cost.wall)


def ready(options: argparse.Namespace, folders: list[Path], target: Path) -> float:
    """Threads of a batch that are running or ready, at most two, averaged over its time."""
    command = [options.viseme, "batch", *folders, "--output-dir", target, "--quiet", "--format", "json",
               "--threads", 2]
    process = subprocess.Popen([str(word) for word in command], stdin=subprocess.DEVNULL)
    counts = []
    while process.poll() is None:
        states = []
        for task in Path(f"/proc/{process.pid}/task").glob("*/stat"):
            try:
                states.append(task.read_text().rsplit(")", 1)[1].split()[0])
            except OSError:
                continue
        counts.append(min(2, states.count("R")))
        time.sleep(0.01)
    return statistics.mean(counts)


def row(name: str, costs: list[Cost]) -> list[object]:
    def shown(values: list[float]) -> str:
        return f"{statistics.median(values):.2f} ({min(values):.2f}–{max(values):.2f})"

    rss = statistics.median(cost.peak_rss for cost in costs) / 1e6
    return [name, shown([c.wall for c in costs]), shown([c.cpu for c in costs]), f"{rss:.0f} MB"]


def speed(costs: dict[str, list[Cost]], name: str) -> float:
    """How many times as fast as one core; the median of the rounds."""
    pairs = zip(costs["transcribe, one core"], costs[name])
    return statistics.median(alone.wall / other.wall for alone, other in pairs)


def main() -> None:
    options = parse()
    options.cache.mkdir(parents=True, exist_ok=True)
    inputs = batches.build(options.data, REPOSITORY / "samples" / "meeting.mp4", options.cache / "batch")
    folders = [inputs / name for name in FOLDERS]
    costs: dict[str, list[Cost]] = {"transcribe, one core": [], "transcribe, side by side": [],
                                    "batch --jobs auto": [], "batch --jobs 1": [], "batch --jobs 2": []}
    for _ in range(options.rounds):
        with tempfile.TemporaryDirectory(prefix="viseme-batch-speed-") as name:
            target = Path(name)
            costs["transcribe, one core"].append(transcribe(options, folders, target / "alone", options.core))
            costs["transcribe, side by side"].append(side_by_side(options, folders, target / "both"))
            for jobs in ["auto", 1, 2]:
                costs[f"batch --jobs {jobs}"].append(
                    batch(options, folders, target / str(jobs), "--jobs", jobs))
    print(report.table(["", "wall s", "CPU s", "peak RSS"], [row(*item) for item in costs.items()]))
    with tempfile.TemporaryDirectory(prefix="viseme-batch-speed-") as name:
        busy = ready(options, folders, Path(name))
    speedup, limit = speed(costs, "batch --jobs auto"), 2 * speed(costs, "transcribe, side by side")
    memory = statistics.median(
        two.peak_rss / one.peak_rss for one, two in zip(costs["batch --jobs 1"], costs["batch --jobs 2"]))
    print(f"\nmedian of the rounds' ratios: {speedup:.2f} times the speed, of {limit:.2f} that the machine can do; "
          f"two jobs take {memory:.2f} times the memory of one; ready: {busy:.2f} threads of two")
    report.finish(options, {"speedup": speedup, "limit": limit, "memory": memory, "ready": busy, "costs": costs})


if __name__ == "__main__":
    main()
