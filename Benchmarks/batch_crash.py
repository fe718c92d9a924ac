#!/usr/bin/env python3
"""Kills `viseme batch` with SIGKILL at random moments, starts it again each time, and compares what it
wrote with a run that nobody disturbed: outputs byte for byte, no stray file, the work done in all.

Work is told twice: as CPU time of all processes, and as seconds of audio that were begun (whatever
was in work at a kill counts whole, though it was only begun, and though what was read of it may have been
kept). `restored_s` is the speech that the runs which finished their recordings did not read, as the report
tells it; `kept_s` what lay in journals at a kill, on average.

`--long N` adds N meetings of 20 minutes to the batch of short recordings.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from harness import batches, report
from harness.corpus import REPOSITORY


LONG_SECONDS = 20 * 60


@dataclass
class Work:
    cpu: float = 0.0
    wall: float = 0.0
    lost: float = 0.0
    """Seconds of audio in work at kills."""
    kept: float = 0.0
    """Seconds of speech that were read and kept at kills."""


def parse() -> argparse.Namespace:
    parser = report.parser(__doc__)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--jobs", default="auto")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--long", type=int, default=0, help="meetings of 20 minutes to add")
    parser.add_argument("--repeat", type=int, default=1, help="copies of each good recording")
    return parser.parse_args()


def command(options: argparse.Namespace, inputs: list[Path], outputs: Path) -> list[str]:
    words = [options.viseme, "batch", *inputs, "--output-dir", outputs, "--quiet", "--jobs", options.jobs]
    words += ["--format", "json,srt,vtt,txt", "--threads", options.threads]
    return [str(word) for word in words]


def run(words: list[str], work: Work, limit: float | None = None) -> int | None:
    """Runs to the end, or for `limit` seconds; none where it was killed."""
    begin = time.monotonic()
    process = subprocess.Popen(words, stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    if limit is not None:
        try:
            process.wait(limit)
            # Usage of a child that wait() has taken is not told any more.
            return process.returncode
        except subprocess.TimeoutExpired:
            process.kill()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    work.cpu += usage.ru_utime + usage.ru_stime
    work.wall += time.monotonic() - begin
    return None if process.returncode < 0 else process.returncode


def in_work(outputs: Path, seconds: dict[str, float]) -> float:
    """Seconds of the recordings that a killed process had claimed."""
    total = 0.0
    for claim in outputs.rglob(".viseme/work/*.claim"):
        stem = json.loads(claim.read_text())["stem"]
        total += seconds.get(str((claim.parents[2] / stem).relative_to(outputs)), 0.0)
    return total


def kept(outputs: Path) -> float:
    """Seconds of speech in the journals: each line but the first has number, track, first sample, samples and
    what was read after its checksum, a first reading with its grade."""
    total = 0
    for journal in outputs.rglob(".viseme/work/*.segments"):
        for line in journal.read_bytes().split(b"\n")[1:-1]:
            samples, read = line.split(b" ", 5)[4:]
            total += 0 if b'"grade":' in read else int(samples)
    return total / 16_000


def restored(outputs: Path) -> float:
    """Seconds of speech that the runs which finished their recordings did not read."""
    entries = map(json.loads, (outputs / "report.jsonl").read_text().splitlines())
    return sum(entry.get("resumed", 0.0) for entry in entries)


def lengths(outputs: Path) -> dict[str, float]:
    result = {}
    for line in (outputs / "report.jsonl").read_text().splitlines():
        entry = json.loads(line)
        if entry["status"] == "done":
            name = Path(entry["outputs"][0]).relative_to(outputs).with_suffix("")
            result[str(name)] = entry["audio"]
    return result


def copies(inputs: Path, folder: Path, count: int) -> Path:
    for number in range(count):
        (folder / str(number)).symlink_to(inputs) if count == 1 else link_tree(inputs, folder / str(number), number)
    return folder


def link_tree(source: Path, target: Path, number: int) -> None:
    for path in source.rglob("*"):
        if path.is_file() and (number == 0 or "broken" not in path.parts):
            place = target / path.relative_to(source)
            place.parent.mkdir(parents=True, exist_ok=True)
            os.link(path, place)


def main() -> None:
    options = parse()
    options.cache.mkdir(parents=True, exist_ok=True)
    short = batches.build(options.data, REPOSITORY / "samples" / "meeting.mp4", options.cache / "batch")
    inputs = [short]
    with tempfile.TemporaryDirectory(prefix="viseme-batch-crash-", dir=options.cache) as name:
        folder = Path(name)
        if options.repeat > 1:
            (folder / "in").mkdir()
            inputs = [copies(short, folder / "in", options.repeat)]
        if options.long:
            inputs += batches.long(options.data, options.cache / "long", options.long, LONG_SECONDS)
        calm, rough = Work(), Work()
        code = run(command(options, inputs, folder / "calm"), calm)
        seconds = lengths(folder / "calm")
        chance = random.Random(options.seed)
        # Uniformly random moments of a run have exponential gaps; their mean is the run's share.
        gap = calm.wall * 1.15 / (options.kills + 1)
        kills = 0
        while kills < options.kills:
            ended = run(command(options, inputs, folder / "rough"), rough, chance.expovariate(1 / gap))
            if ended is not None:
                break
            kills += 1
            rough.lost += in_work(folder / "rough", seconds)
            rough.kept += kept(folder / "rough")
        final = run(command(options, inputs, folder / "rough"), rough)
        same = batches.outputs(folder / "calm") == batches.outputs(folder / "rough")
        audio = sum(seconds.values())
        result = {
            "codes": [code, final], "kills": kills, "recordings": len(seconds), "audio_s": audio,
            "identical": same, "strays": batches.strays(folder / "rough"),
            "cpu_s": [calm.cpu, rough.cpu], "cpu_ratio": rough.cpu / calm.cpu,
            "wall_s": [calm.wall, rough.wall], "audio_ratio": 1 + rough.lost / audio,
            "restored_s": restored(folder / "rough"), "kept_s": rough.kept / max(kills, 1),
        }
    for key, value in result.items():
        print(f"{key}: {value}")
    report.finish(options, result)


if __name__ == "__main__":
    main()
