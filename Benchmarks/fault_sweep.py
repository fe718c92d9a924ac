#!/usr/bin/env python3
"""Has the Nth allocation, open, read, write, fsync, rename, mapping or thread of a short job fail.

For every N (of kinds with more calls than `--most` for the first of them and an even series of the rest) a
transcription, a batch and an evaluation run with `faults/inject.c` preloaded, once with the Nth call
failing alone and once with all after it, too. Each run must end in time with a documented status, say no
more than one line of its own (a batch two: of the recording, and of the run), and say one where it fails; leave no temporary file; write what it writes
without a fault, or say in a note what is amiss; and the same command must then complete without one.

Prints a table, and each run that did otherwise with the words to repeat it.
"""

from __future__ import annotations

import argparse
import errno
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from harness import report

HERE = Path(__file__).parent / "faults"
SAMPLE = Path(__file__).parent.parent / "samples" / "meeting.mp4"
CODES = {"malloc": errno.ENOMEM, "open": errno.EMFILE, "read": errno.EIO, "write": errno.ENOSPC,
         "fsync": errno.EIO, "rename": errno.EIO, "mmap": errno.ENOMEM, "thread": errno.EAGAIN}
DOCUMENTED = {0, 65, 66, 69, 73, 74, 75, 77}
SPEECH = ("5.4", "6.6")
"""Where the sample's speech that is transcribed begins and ends, in seconds."""
PATIENCE = 90
TEMPORARY = (".tmp", ".part", ".claim")

JOBS = {
    "transcribe": ["transcribe", "a.wav", "-q", "-t", "1", "-f", "srt,json", "--output-dir", "out"],
    "batch": ["batch", "a.wav", "-q", "-t", "1", "-f", "srt,json", "--output-dir", "out"],
    "eval": ["eval", "list.tsv", "-q", "-t", "1", "--output-dir", "out"],
}
RESULTS = {"transcribe": ["a.srt"], "batch": ["a.srt"], "eval": ["report.md"]}


@dataclass
class Tally:
    """What came of the runs of one job and kind of call."""

    calls: int = 0
    runs: int = 0
    statuses: Counter[int] = field(default_factory=Counter)
    extra_lines: int = 0
    faults: list[str] = field(default_factory=list)


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--viseme", type=Path, default=report.DEFAULT_BINARY)
    parser.add_argument("--job", choices=JOBS, action="append", help="all unless given")
    parser.add_argument("--call", choices=CODES, action="append", help="all unless given")
    parser.add_argument("--most", type=int, default=100, help="runs of a job, kind of call and way of failing")
    return parser.parse_args()


def series(count: int, most: int) -> list[int]:
    """Every number from 1 to `count`; of many the first half of `most`, and as many evenly over the rest."""
    if count <= most:
        return list(range(1, count + 1))
    head = most // 2
    step = (count - head) / (most - head)
    return sorted({*range(1, head + 1), *(head + round(step * (n + 1)) for n in range(most - head))})


class Sweep:
    """Runs jobs in folders of their own."""

    def __init__(self, viseme: Path, folder: Path) -> None:
        self.viseme = viseme.resolve()
        self.folder = folder
        self.library = folder / "inject.so"
        subprocess.run(["cc", "-shared", "-fPIC", "-O2", "-o", self.library, HERE / "inject.c", "-ldl"], check=True)
        self.recording = folder / "a.wav"
        subprocess.run(["ffmpeg", "-v", "error", "-nostdin", "-ss", SPEECH[0], "-to", SPEECH[1], "-i", SAMPLE,
                        "-vn", "-ac", "1", "-ar", "16000", "-bitexact", self.recording], check=True)
        self.good = {job: self.result(job, self.fresh(), None) for job in JOBS}

    def fresh(self) -> Path:
        """A new folder with the recording and the list."""
        place = self.folder / "run"
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir()
        shutil.copy(self.recording, place / "a.wav")
        (place / "list.tsv").write_text("path\ttranscript\na.wav\tgood morning everyone\n")
        return place

    def run(self, job: str, place: Path, fault: dict[str, str] | None) -> tuple[int, list[str]]:
        environment = dict(os.environ)
        if fault is not None:
            environment |= fault | {"LD_PRELOAD": str(self.library)}
        try:
            done = subprocess.run([self.viseme, *JOBS[job]], cwd=place, env=environment, capture_output=True,
                                  timeout=PATIENCE, check=False, stdin=subprocess.DEVNULL)
        except subprocess.TimeoutExpired:
            return 124, ["(hangs)"]
        return done.returncode, done.stderr.decode(errors="replace").splitlines()

    def result(self, job: str, place: Path, fault: dict[str, str] | None) -> list[str]:
        """What a job writes, without what differs from run to run."""
        status, lines = self.run(job, place, fault)
        if status != 0:
            raise SystemExit(f"{job} does not run: {status} {lines}")
        return self.written(job, place)

    @staticmethod
    def written(job: str, place: Path) -> list[str]:
        texts = []
        for name in RESULTS[job]:
            path = place / "out" / name
            text = path.read_text() if path.exists() else ""
            texts.append("\n".join(line for line in text.splitlines() if "|" in line) if job == "eval" else text)
        return texts

    def count(self, job: str, call: str) -> int:
        path = self.folder / "count"
        self.run(job, self.fresh(), {"FAULT_CALL": call, "FAULT_COUNT": str(path)})
        return int(path.read_text() or 0)

    def check(self, job: str, fault: dict[str, str], tally: Tally) -> None:
        """One run with a fault, and the next one without."""
        place = self.fresh()
        status, lines = self.run(job, place, fault)
        tally.runs += 1
        tally.statuses[status] += 1
        own = [line for line in lines if line.startswith("viseme: ")]
        tally.extra_lines += len(lines) - len(own)
        wrong = []
        if status not in DOCUMENTED:
            wrong.append("hangs" if status == 124 else f"status {status}")
        if status != 0 and not own:
            wrong.append("says nothing")
        if len(own) > (2 if job == "batch" else 1):
            wrong.append(f"{len(own)} lines")
        left = [str(path.relative_to(place)) for path in place.rglob("*") if path.name.endswith(TEMPORARY)]
        if left:
            wrong.append(f"leaves {', '.join(left)}")
        if status == 0 and self.written(job, place) != self.good[job] and not self.is_noted(place):
            wrong.append("writes something else and does not say so")
        if status != 0:
            after, more = self.run(job, place, None)
            if after != 0 or self.written(job, place) != self.good[job]:
                wrong.append(f"the next run ends with {after} {more[:1]}")
        if wrong:
            words = " ".join(f"{name}={value}" for name, value in fault.items())
            tally.faults.append(f"{job} {words}: {'; '.join(wrong)} {lines[:2]}")

    @staticmethod
    def is_noted(place: Path) -> bool:
        """Whether a transcript or a report has a note of what is amiss."""
        texts = [path.read_text() for name in ("a.json", "report.jsonl") if (path := place / "out" / name).exists()]
        return any(re.search(r'"notes": ?\[[^\]\s]', text) for text in texts)


def main() -> int:
    arguments = parse()
    begin = time.monotonic()
    rows, faults = [], []
    with tempfile.TemporaryDirectory() as folder:
        sweep = Sweep(arguments.viseme, Path(folder))
        for job in arguments.job or JOBS:
            for call in arguments.call or CODES:
                tally = Tally(calls=sweep.count(job, call))
                for at in series(tally.calls, arguments.most):
                    fault = {"FAULT_CALL": call, "FAULT_AT": str(at), "FAULT_ERRNO": str(CODES[call])}
                    sweep.check(job, fault, tally)
                    sweep.check(job, fault | {"FAULT_FROM": "1"}, tally)
                statuses = ", ".join(f"{status}: {count}" for status, count in sorted(tally.statuses.items()))
                rows.append(f"| {job} | {call} | {tally.calls} | {tally.runs} | {statuses} | {tally.extra_lines} "
                            f"| {len(tally.faults)} |")
                print(rows[-1], file=sys.stderr, flush=True)
                for line in tally.faults:
                    print(f"  {line}", file=sys.stderr, flush=True)
                faults += tally.faults
    print("| job | call | calls | runs | statuses | other lines | faults |\n| --- | --- | --- | --- | --- | --- | --- |")
    print("\n".join(rows))
    print(f"\n{len(faults)} faults, {time.monotonic() - begin:.0f} s")
    print("\n".join(faults))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
