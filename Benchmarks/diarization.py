#!/usr/bin/env python3
"""Who speaks: error rates of `viseme eval --speakers auto` on recordings of 2 to 6 speakers, as they are and
with a cafe at 10 dB, and on AMI openings; what telling voices apart costs.

DER has a collar of 0.25 s on each side and counts overlapping speech. pyannote.metrics, where it is
installed, scores the same turns as a second opinion.
"""

from __future__ import annotations

import argparse
import json
import math
import tempfile
from collections.abc import Iterable
from pathlib import Path
from random import Random
from typing import Any

from harness import report
from harness.programs import run

COMPOSED = ("L2", "L3", "L4", "L6")
CAFE = "noise/places_cafe.opus"
COLLAR = 0.25


def parse() -> argparse.Namespace:
    parser = report.parser(__doc__)
    parser.add_argument("--no-speed", action="store_true", help="error rates only")
    parser.add_argument("--goldens", type=Path, metavar="FILE",
                        help="only write what pyannote.metrics says of random turns to FILE, for the tests")
    return parser.parse_args()


def manifest(options: argparse.Namespace, folder: Path) -> Path:
    """The composed recordings; what is said in them is not known, so their word errors mean nothing."""
    data = options.data.resolve() / "diarization"
    lines = ["path\ttranscript\trttm"]
    lines += [f"{data}/{name}.flac\tunknown\t{data}/{name}.rttm" for name in COMPOSED]
    path = folder / "composed.tsv"
    path.write_text("\n".join(lines) + "\n")
    return path


def evaluate(options: argparse.Namespace, source: Path, target: Path, *more: str) -> dict[str, Any]:
    command = [options.viseme, "eval", source, "--speakers", "auto", "--quiet", "--force"]
    command += ["--threads", options.threads, "--output-dir", target, *more]
    run(command, options.core)
    return json.loads((target / "report.json").read_text())


def spans(path: Path, session: str) -> list[tuple[str, float, float]]:
    rows = [line.split() for line in path.read_text().splitlines() if line.startswith("SPEAKER")]
    own = [row for row in rows if row[1] == session] or rows
    return [(row[7], float(row[3]), float(row[3]) + float(row[4])) for row in own]


def annotation(turns: Iterable[tuple[str, float, float]]) -> Any:
    from pyannote.core import Annotation, Segment

    result = Annotation()
    for number, (speaker, start, end) in enumerate(turns):
        result[Segment(start, end), number] = speaker
    return result.support()


def second_opinion(pairs: list[tuple[Any, Any, float]]) -> tuple[float, float] | None:
    """DER and JER in percent by pyannote.metrics over (reference, hypothesis, seconds)."""
    try:
        from pyannote.core import Segment, Timeline
        from pyannote.metrics.diarization import DiarizationErrorRate, JaccardErrorRate
    except ImportError:
        return None
    der, jer = DiarizationErrorRate(collar=2 * COLLAR), JaccardErrorRate()
    for reference, hypothesis, seconds in pairs:
        span = Timeline([Segment(0, seconds)])
        der(annotation(reference), annotation(hypothesis), uem=span)
        jer(annotation(reference), annotation(hypothesis), uem=span)
    return 100 * abs(der), 100 * abs(jer)


def percent(score: dict[str, Any], *parts: str) -> float:
    # Where nobody speaks, as in one of the AMI openings, there is no rate.
    return 100 * sum(score[part] for part in parts) / score["speech"] if score["speech"] else math.nan


def rows(report_: dict[str, Any], reference: Path, name: str) -> Iterable[list[object]]:
    """A row for each cell, pooled, and one for each recording."""
    said = {one["id"]: one for one in report_["utterances"]}
    for cell in report_["cells"]:
        condition = name if cell.get("noise") is None else f"{name}, cafe {cell['snr']:g} dB"
        pairs = []
        lines = []
        for result in cell["results"]:
            stem = Path(said[result["utterance"]]["path"]).stem
            path = reference / f"{stem}.rttm" if reference.is_dir() else reference
            heard = [(str(turn["speaker"]), turn["start"], turn["end"]) for turn in result["voices"]]
            pair = (spans(path, stem), heard, said[result["utterance"]]["seconds"])
            pairs.append(pair)
            lines.append(row(f"{condition}: {stem}", result["diarization"], second_opinion([pair])))
        yield row(f"**{condition}**", cell["diarization"], second_opinion(pairs))
        yield from lines


def row(name: str, score: dict[str, Any], other: tuple[float, float] | None) -> list[object]:
    return [
        name, percent(score, "missed", "falseAlarm", "confusion"), percent(score, "missed"),
        percent(score, "falseAlarm"), percent(score, "confusion"),
        100 * score["jaccard"] / max(1, score["speakers"]), score["speakers"], score["voices"],
        *(other or ("", "")),
    ]


HEADER = ["recordings", "DER %", "missed", "false alarm", "confusion", "JER %", "speakers", "voices",
          "pyannote.metrics DER %", "JER %"]


def goldens(path: Path) -> None:
    """Random turns of up to five speakers, and voices that are mostly right, with their rates."""
    random = Random(17)
    cases = []
    for number in range(24):
        speakers = random.randint(1, 5)
        reference, hypothesis, now = [], [], 0.0
        while now < 100:
            speaker, length = random.randrange(speakers), round(random.uniform(0.2, 8), 3)
            reference.append((f"r{speaker}", round(now, 3), round(now + length, 3)))
            if random.random() < 0.9:
                voice = speaker if random.random() < 0.85 else random.randrange(speakers + 1)
                shift = random.uniform(-0.4, 0.4)
                start = round(max(0, now + shift), 3)
                hypothesis.append((f"h{voice}", start, round(start + length, 3)))
            now += length + random.uniform(-1.5, 1.5) if number % 2 else length + random.uniform(0, 2)
            now = max(0, now)
        rates = second_opinion([(reference, hypothesis, 100.0)])
        assert rates
        cases.append({"reference": reference, "hypothesis": hypothesis, "seconds": 100.0,
                      "der": rates[0] / 100, "jer": rates[1] / 100})
    path.write_text("[\n" + ",\n".join(json.dumps(case, separators=(",", ":")) for case in cases) + "\n]\n")


def speed(options: argparse.Namespace, folder: Path) -> list[list[object]]:
    """Whole transcriptions of the composed recordings on one thread, without and with speakers."""
    files = [options.data / "diarization" / f"{name}.flac" for name in COMPOSED]
    result = []
    for speakers in ("none", "auto"):
        command = [options.viseme, "transcribe", *files, "--quiet", "--force", "--format", "json",
                   "--threads", "1", "--lips", "never", "--speakers", speakers, "--output-dir", folder]
        _, cost = run(command, options.core)
        result.append([f"--speakers {speakers}", cost.cpu, cost.wall, 1200 / cost.cpu, cost.peak_rss / 2**20])
    extra = result[1][1] - result[0][1]
    return result + [["the difference", extra, "", 1200 / extra, ""]]


def main() -> None:
    options = parse()
    if options.goldens:
        return goldens(options.goldens)
    with tempfile.TemporaryDirectory(prefix="viseme-diarization-") as name:
        folder = Path(name)
        composed = evaluate(options, manifest(options, folder), folder / "composed",
                            "--noise", str(options.data / CAFE), "--snr", "clean,10")
        meetings = evaluate(options, options.data / "ami", folder / "ami")
        table = [*rows(composed, options.data / "diarization", "composed"),
                 *rows(meetings, options.data / "ami" / "ref.rttm", "AMI")]
        print(report.table(HEADER, table))
        scores = meetings["cells"][0]["scores"]["whisper"]
        print("\nAMI: " + ", ".join(
            f"{key} {100 * scores[key]['value']:.1f} %" for key in ("wordErrorRate", "cpWER", "tcpWER")))
        costs = [] if options.no_speed else speed(options, folder)
        if costs:
            print("\n" + report.table(["20 minutes", "CPU s", "wall s", "times real time", "MB"], costs))
        report.finish(options, {"rows": table, "scores": scores, "costs": costs})


if __name__ == "__main__":
    main()
