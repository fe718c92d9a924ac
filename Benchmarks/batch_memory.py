#!/usr/bin/env python3
"""Memory and open files of `viseme batch` over time, for one long recording and for very many short
ones; draws both as an SVG.
"""

from __future__ import annotations

import argparse
import itertools
import subprocess
import tempfile
import time
from pathlib import Path

from harness import media, meetings, processes, report
from harness.processes import Sample


def parse() -> argparse.Namespace:
    parser = report.parser(__doc__)
    parser.add_argument("--hours", type=float, default=10, help="length of the long recording")
    parser.add_argument("--clips", type=int, default=10_000, help="number of short ones")
    parser.add_argument("--plot", type=Path, default=None, help="where the drawing goes")
    return parser.parse_args()


def watch(words: list[object], period: float = 0.5) -> list[Sample]:
    """Runs a batch and samples it until its end."""
    process = subprocess.Popen([str(word) for word in words], stdin=subprocess.DEVNULL)
    begin, samples = time.monotonic(), []
    while process.poll() is None:
        if seen := processes.sample(process.pid, begin):
            samples.append(seen)
        time.sleep(period)
    if process.wait() != 0:
        raise SystemExit(f"viseme ended with {process.returncode}")
    return samples


def batch(options: argparse.Namespace, inputs: Path, outputs: Path) -> list[Sample]:
    return watch([options.viseme, "batch", inputs, "--output-dir", outputs, "--quiet", "--threads",
                  options.threads, "--format", "json"])


def clips(options: argparse.Namespace, folder: Path) -> None:
    """Hard links to the clips of GRID, as often as needed, in folders of a thousand."""
    sources = sorted((options.data / "grid").rglob("*.mkv"))
    kept = folder.parent / "kept"
    kept.mkdir()
    copied = []
    for source in sources:
        copy = kept / f"{source.parent.name}-{source.name}"
        copy.write_bytes(source.read_bytes())
        copied.append(copy)
    for number, source in zip(range(options.clips), itertools.cycle(copied)):
        place = folder / f"{number // 1000}" / f"{number}.mkv"
        place.parent.mkdir(parents=True, exist_ok=True)
        place.hardlink_to(source)


def quarter(samples: list[Sample], index: int, which: int) -> float:
    """The largest value within a quarter of the run."""
    length = len(samples) / 4
    return max(sample[which] for sample in samples[int(index * length):int((index + 1) * length) + 1])


def curve(samples: list[Sample], top: float, left: float, width: float, height: float, y: float) -> str:
    end = samples[-1][0] or 1
    points = " ".join(f"{left + t / end * width:.1f},{y + height - mb / top * height:.1f}" for t, mb, _ in samples)
    return f'<polyline fill="none" stroke="#1f6feb" stroke-width="1.5" points="{points}"/>'


def draw(runs: dict[str, list[Sample]]) -> str:
    left, width, height, gap, top = 60, 560, 130, 60, 400.0
    parts = []
    for number, (name, samples) in enumerate(runs.items()):
        y = 30 + number * (height + gap)
        parts.append(f'<text x="{left}" y="{y - 8}">{name}: resident memory, MB</text>')
        for mark in range(0, 401, 100):
            line = y + height - mark / top * height
            parts.append(f'<line x1="{left}" x2="{left + width}" y1="{line}" y2="{line}" stroke="#ddd"/>')
            parts.append(f'<text x="{left - 6}" y="{line + 4}" text-anchor="end">{mark}</text>')
        parts.append(curve(samples, top, left, width, height, y))
        parts.append(f'<text x="{left}" y="{y + height + 16}">0 s</text>')
        parts.append(f'<text x="{left + width}" y="{y + height + 16}" text-anchor="end">{samples[-1][0]:.0f} s</text>')
    total = 30 + len(runs) * (height + gap)
    return (f'<svg xmlns="http://www.w3.org/2000/svg" width="{left + width + 20}" height="{total}" '
            f'font-family="sans-serif" font-size="12"><rect width="100%" height="100%" fill="white"/>'
            + "".join(parts) + "</svg>\n")


def main() -> None:
    options = parse()
    options.cache.mkdir(parents=True, exist_ok=True)
    runs = {}
    with tempfile.TemporaryDirectory(prefix="viseme-batch-memory-", dir=options.cache) as name:
        folder = Path(name)
        if options.hours > 0:
            recording = meetings.hours(options.data, options.cache, options.hours)
            long = f"one recording of {media.duration(recording) / 3600:.1f} hours"
            runs[long] = batch(options, recording, folder / "long")
        if options.clips > 0:
            clips(options, folder / "in")
            runs[f"{options.clips} recordings of 3 s"] = batch(options, folder / "in", folder / "short")
    rows = [[name, f"{samples[-1][0]:.0f}", *(f"{quarter(samples, q, 1):.0f}" for q in range(4)),
             *(f"{quarter(samples, q, 2):.0f}" for q in range(4))] for name, samples in runs.items()]
    quarters = ["first", "second", "third", "last"]
    print(report.table(["", "s", *(f"MB, {q} quarter" for q in quarters), *(f"files, {q}" for q in quarters)], rows))
    if options.plot:
        options.plot.write_text(draw(runs))
    report.finish(options, {"runs": runs})


if __name__ == "__main__":
    main()
