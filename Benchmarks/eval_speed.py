#!/usr/bin/env python3
"""Holds the time of a six-ratio babble evaluation of LibriSpeech test-other against the time that
`viseme transcribe` takes for the very same sounds, as files. Both whole processes, alternating.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
from pathlib import Path

from harness import report
from harness.programs import Cost, run

FOLDER = "librispeech/test-other"
RATIOS = "clean,20,10,5,0,-5"


def parse() -> argparse.Namespace:
    parser = report.parser(__doc__)
    parser.add_argument("--rounds", type=int, default=5, help="runs of each")
    return parser.parse_args()


def evaluate(options: argparse.Namespace, target: Path, *more: str) -> Cost:
    command = [options.viseme, "eval", options.data / "MANIFEST.tsv", "--only", FOLDER]
    command += ["--noise", "babble", f"--snr={RATIOS}", "--quiet", "--force"]
    command += ["--threads", options.threads, "--output-dir", target, *more]
    return run(command, options.core)[1]


def transcribe(options: argparse.Namespace, files: list[Path], target: Path) -> Cost:
    command = [options.viseme, "transcribe", *files, "--quiet", "--force", "--format", "json"]
    command += ["--threads", options.threads, "--output-dir", target, *options.viseme_args]
    return run(command, options.core)[1]


def named_apart(sounds: Path, folder: Path) -> list[Path]:
    """Links to the mixtures under names that tell them apart."""
    folder.mkdir()
    links = []
    for path in sorted(sounds.rglob("*.wav")):
        link = folder / f"{path.parent.name}-{path.stem[:8]}-{len(links)}.wav"
        link.symlink_to(path)
        links.append(link)
    return links


def row(name: str, costs: list[Cost]) -> list[object]:
    def shown(values: list[float]) -> str:
        return f"{statistics.median(values):.2f} ({min(values):.2f}–{max(values):.2f})"

    rss = max(cost.peak_rss for cost in costs) / 2**20
    return [name, shown([c.cpu for c in costs]), shown([c.wall for c in costs]), f"{rss:.0f} MB"]


def main() -> None:
    options = parse()
    with tempfile.TemporaryDirectory(prefix="viseme-eval-speed-") as name:
        folder = Path(name)
        evaluate(options, folder / "kept", "--save-audio")
        files = named_apart(folder / "kept" / "audio", folder / "links")
        evaluations, transcriptions = [], []
        for _ in range(options.rounds):
            evaluations.append(evaluate(options, folder / "eval"))
            transcriptions.append(transcribe(options, files, folder / "out"))
        rows = [row("viseme eval", evaluations), row("viseme transcribe", transcriptions)]
        ratio = statistics.median(c.cpu for c in evaluations) / statistics.median(
            c.cpu for c in transcriptions
        )
        print(report.table(["", "CPU s", "wall s", "peak RSS"], rows))
        print(f"\n{len(files)} sounds; eval takes {ratio:.2f} times the CPU time")
        report.finish(options, {"ratio": ratio, "eval": evaluations, "transcribe": transcriptions})


if __name__ == "__main__":
    main()
