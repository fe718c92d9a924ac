#!/usr/bin/env python3
"""Lets `viseme batch --watch` work for hours of sound while all goes wrong around it, and compares what it wrote
with a run that nobody disturbed.

Meetings of 20 minutes arrive in a folder one after the other, some of them slowly. At random moments the program is
killed (SIGKILL), asked to end (SIGTERM), its outputs' file system is filled, or its wall clock is set by seconds
to years, forward and back. It is started again each time. From `--calm` of the arrivals on it is left alone, which
shows whether memory and descriptors grow.

Needs root for a small file system (or `unshare -rm python3 Benchmarks/soak.py ...`), `cc` and `ffmpeg`.
"""

from __future__ import annotations

import argparse
import ctypes
import os
import random
import shutil
import signal
import statistics
import struct
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from harness import batches, processes, report
from harness.processes import Sample

MEETING_SECONDS = 20 * 60
OUTPUT_MEGABYTES = 256
CLOCK_STEPS = (-31_536_000, -86_400, -3_600, -7, 0, 11, 3_600, 86_400, 315_360_000)
"""How far the wall clock is off after it was set, in seconds."""
PATIENCE = 900
"""Seconds without any new output after which the run has failed."""


def parse() -> argparse.Namespace:
    parser = report.parser(__doc__)
    parser.add_argument("--hours", type=float, default=12.0, help="hours of sound")
    parser.add_argument("--every", type=float, default=6.0, help="seconds between two faults, on average")
    parser.add_argument("--calm", type=float, default=0.6, help="share of the arrivals after which no fault comes")
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args()


@contextmanager
def small_file_system(place: Path) -> Iterator[Path]:
    """A file system in memory that can be filled."""
    place.mkdir()
    size = f"size={OUTPUT_MEGABYTES}m"
    subprocess.run(["mount", "-t", "tmpfs", "-o", size, "tmpfs", str(place)], check=True)
    try:
        yield place
    finally:
        subprocess.run(["umount", str(place)], check=True)


class Worker:
    """The program, started again whenever it has ended."""

    def __init__(self, words: list[str], folder: Path) -> None:
        self.words = words
        self.log = folder / "log"
        self.clock = folder / "clock"
        self.library = folder / "clock.so"
        source = Path(__file__).parent / "faults" / "clock.c"
        subprocess.run(["cc", "-shared", "-fPIC", "-O2", "-o", self.library, source], check=True)
        self.set_clock(0)
        self.statuses: Counter[int] = Counter()
        self.samples: list[Sample] = []
        """Of the process that runs now."""
        self.process = self.start()

    def set_clock(self, seconds: int) -> None:
        # In place: the program has the file mapped.
        with open(self.clock, "r+b" if self.clock.exists() else "wb") as file:
            file.write(struct.pack("=q", seconds))

    def start(self) -> subprocess.Popen[bytes]:
        self.samples = []
        self.begin = time.monotonic()
        environment = os.environ | {"LD_PRELOAD": str(self.library), "CLOCK_FILE": str(self.clock)}
        with open(self.log, "ab") as log:
            return subprocess.Popen(self.words, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=environment)

    def look(self) -> None:
        """Starts the program again where it has ended; else notes its memory and descriptors."""
        if self.process.poll() is not None:
            self.statuses[self.process.returncode] += 1
            time.sleep(0.5)
            self.process = self.start()
            return
        if seen := processes.sample(self.process.pid, self.begin):
            self.samples.append(seen)

    def end(self, number: int) -> None:
        self.process.send_signal(number)
        self.process.wait(30)
        self.statuses[self.process.returncode] += 1
        self.process = self.start()

    def stop(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(30)


def fill(place: Path, seconds: float) -> None:
    """No room at all for a while."""
    ballast = place / "ballast"
    libc = ctypes.CDLL(None, use_errno=True)
    with open(ballast, "wb") as file:
        free = shutil.disk_usage(place).free
        while free > 0 and libc.posix_fallocate(file.fileno(), ctypes.c_long(0), ctypes.c_long(free)) != 0:
            free -= 4096
    time.sleep(seconds)
    ballast.unlink()


def arrive(recording: Path, folder: Path, chance: random.Random) -> None:
    """Under a name of its own; one in three in pieces, as over a slow line."""
    target = folder / recording.name
    if chance.random() > 1 / 3:
        shutil.copy(recording, target)
        return
    with open(recording, "rb") as source, open(target, "wb") as file:
        size = recording.stat().st_size
        while piece := source.read(size // 4 + 1):
            file.write(piece)
            file.flush()
            time.sleep(0.2)


def disturb(worker: Worker, outputs: Path, chance: random.Random, faults: Counter[str]) -> None:
    kind = chance.choice(["kill", "term", "full", "clock"])
    faults[kind] += 1
    if kind == "kill":
        worker.end(signal.SIGKILL)
    elif kind == "term":
        worker.end(signal.SIGTERM)
    elif kind == "full":
        fill(outputs, chance.uniform(0.5, 4))
    else:
        worker.set_clock(chance.choice(CLOCK_STEPS))


def soak(options: argparse.Namespace, meetings: list[Path], folder: Path) -> tuple[Worker, Counter[str]]:
    """Runs to the last recording's outputs."""
    chance = random.Random(options.seed)
    inbox, outputs = folder / "inbox", folder / "outputs"
    inbox.mkdir()
    worker = Worker(command(options, inbox, outputs, "--watch", "--settle", "1"), folder)
    try:
        return worker, drive(options, meetings, worker, chance, inbox, outputs)
    except BaseException:
        worker.process.kill()
        worker.process.wait()
        raise


def drive(options: argparse.Namespace, meetings: list[Path], worker: Worker, chance: random.Random, inbox: Path,
          outputs: Path) -> Counter[str]:
    """Lets recordings arrive and things go wrong; the faults by kind."""
    faults: Counter[str] = Counter()
    waiting = list(meetings)
    next_fault = time.monotonic() + chance.expovariate(1 / options.every)
    done, progress = 0, time.monotonic()
    while done < len(meetings):
        calm = len(meetings) - len(waiting) > options.calm * len(meetings)
        if waiting and len(meetings) - len(waiting) - done < 4:
            arrive(waiting.pop(0), inbox, chance)
        if not calm and time.monotonic() > next_fault:
            disturb(worker, outputs, chance, faults)
            next_fault = time.monotonic() + chance.expovariate(1 / options.every)
        worker.look()
        time.sleep(0.5)
        now = len(list(outputs.glob("*.json")))
        if now != done:
            done, progress = now, time.monotonic()
        elif time.monotonic() - progress > PATIENCE:
            print(f"no new output for {PATIENCE} s", file=sys.stderr)
            break
    # What is in memory now was there while the last recording was read.
    time.sleep(3)
    return faults


def command(options: argparse.Namespace, inbox: Path, outputs: Path, *more: str) -> list[str]:
    words = [options.viseme.resolve(), "batch", inbox, "--output-dir", outputs, "--quiet", "--format", "json,srt"]
    return [*map(str, words), "--threads", str(options.threads), *more]


def growth(samples: list[Sample]) -> dict[str, object]:
    """Medians over the second and the last quarter of the last process's life."""
    quarter = len(samples) // 4
    if quarter == 0:
        return {}
    early, late = samples[quarter:2 * quarter], samples[-quarter:]
    return {
        "last_process_s": samples[-1][0],
        "resident_mb": [statistics.median(sample[1] for sample in part) for part in (early, late)],
        "descriptors": [statistics.median(sample[2] for sample in part) for part in (early, late)],
    }


def main() -> int:
    options = parse()
    options.cache.mkdir(parents=True, exist_ok=True)
    count = max(3, round(options.hours * 3600 / MEETING_SECONDS))
    meetings = batches.long(options.data, options.cache / "long", count, MEETING_SECONDS)
    with tempfile.TemporaryDirectory(prefix="viseme-soak-", dir=options.cache) as name:
        folder = Path(name)
        calm = folder / "in"
        calm.mkdir()
        for meeting in meetings:
            os.link(meeting, calm / meeting.name)
        subprocess.run(command(options, calm, folder / "calm"), check=True, stdin=subprocess.DEVNULL)
        with small_file_system(folder / "outputs") as outputs:
            begin = time.monotonic()
            worker, faults = soak(options, meetings, folder)
            samples = worker.samples
            last = worker.stop()
            good, rough = batches.outputs(folder / "calm"), batches.outputs(outputs)
            result: dict[str, object] = {
                "hours": count * MEETING_SECONDS / 3600, "recordings": count, "wall_s": time.monotonic() - begin,
                "faults": dict(faults), "statuses": dict(worker.statuses), "last_status": last,
                "lost": sorted(good.keys() - rough.keys()),
                "different": sorted(key for key in good.keys() & rough.keys() if good[key] != rough[key]),
                "strays": batches.strays(outputs), **growth(samples),
            }
    for key, value in result.items():
        print(f"{key}: {value}")
    report.finish(options, result)
    return 1 if result["lost"] or result["different"] or result["strays"] or last != 130 else 0


if __name__ == "__main__":
    sys.exit(main())
