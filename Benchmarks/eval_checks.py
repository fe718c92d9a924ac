#!/usr/bin/env python3
"""Compares the golden values of the evaluation's tests with the packages that they come from.

The tests in Tests/EvaluationTests hold that Viseme's scores equal these files; this script shows
that the files equal what jiwer, MeetEval and whisper-normalizer say, and prints the figures.
`--write` makes the files again. Needs the packages named in requirements.txt for this script.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from pathlib import Path

from harness import corpus, goldens, report

GOLDENS = corpus.REPOSITORY / "Tests" / "EvaluationTests" / "Goldens"


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=corpus.DEFAULT_DATA, help="the data folder")
    parser.add_argument("--write", action="store_true", help="make the golden files again")
    return parser.parse_args()


def made(data: Path) -> dict[str, str]:
    """The golden files by name, as the packages make them now."""
    return {
        "random-strings.txt": goldens.edit_counts(),
        "test-other.txt": goldens.utterances(data, GOLDENS / "test-other.hypotheses.tsv"),
        "ami.txt": goldens.meetings(data, GOLDENS / "ami.hypotheses.stm"),
        "references.txt": goldens.normalised_references(data),
        "normaliser-cases.tsv": goldens.normaliser_cases(GOLDENS / "normaliser-cases.tsv"),
    }


def rates(files: dict[str, str]) -> list[list[object]]:
    """Pooled error rates in percent, of jiwer."""
    def pooled(text: str, first: int) -> list[object]:
        rows = [[int(number) for number in line.split() if number.isdigit()] for line in text.splitlines()]
        hits, *errors = (sum(row[first + place] for row in rows) for place in range(4))
        return [100 * sum(errors) / (hits + errors[0] + errors[1]), hits, *errors]

    strings, utterances = files["random-strings.txt"], files["test-other.txt"]
    return [
        ["1000 random strings, words", *pooled(strings, 0)],
        ["1000 random strings, characters", *pooled(strings, 4)],
        ["test-other, words, plain", *pooled(utterances, 0)],
        ["test-other, characters, plain", *pooled(utterances, 4)],
        ["test-other, words, whisper", *pooled(utterances, 8)],
    ]


def meeting_rates(text: str) -> list[list[object]]:
    """cpWER and tcpWER in percent of each way of dealing the hypothesis."""
    totals: dict[str, list[int]] = {}
    for line in text.splitlines():
        name, _, *numbers = line.split()
        sums = totals.setdefault(name, [0, 0, 0])
        totals[name] = [total + int(number) for total, number in zip(sums, numbers, strict=True)]
    return [
        [name, cp, tcp, words, 100 * cp / words, 100 * tcp / words]
        for name, (cp, tcp, words) in totals.items()
    ]


def normaliser_differences(text: str) -> list[list[object]]:
    """How many cases differ from the package, by reason."""
    rows = [line.split("\t") for line in text.splitlines() if not line.startswith("# ")]
    reasons = Counter(reason for _, _, package, reason in rows if package != "=")
    return [["same", len(rows) - reasons.total()], *map(list, reasons.most_common())]


def main() -> int:
    options = parse()
    files = made(options.data)
    print(report.table(["jiwer", "%", "hits", "sub", "del", "ins"], rates(files)), end="\n\n")
    header = ["MeetEval, AMI", "cp errors", "tcp errors", "words", "cpWER %", "tcpWER %"]
    print(report.table(header, meeting_rates(files["ami.txt"])), end="\n\n")
    header = ["normaliser, 200 cases and more", "cases"]
    print(report.table(header, normaliser_differences(files["normaliser-cases.tsv"])))
    stale = 0
    for name, text in files.items():
        path = GOLDENS / name
        if options.write:
            path.write_text(text, encoding="utf-8")
        elif not path.exists() or path.read_text(encoding="utf-8") != text:
            print(f"{path.relative_to(corpus.REPOSITORY)} is not what the packages say", file=sys.stderr)
            stale += 1
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())
