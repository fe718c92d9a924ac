#!/usr/bin/env python3
"""Scores another recogniser's words with `viseme eval score` and holds them against other scorers.

The recogniser is made up: the reference of the AMI openings with words exchanged, left out and put in, its
speakers under other names and their turns shifted. Writes it as CTM, STM and RTTM, has them scored, prints what a
person sees of the CTM, and compares WER with jiwer, cpWER and tcpWER with MeetEval and DER with
pyannote.metrics, on the same normalised words. Needs the packages named in requirements.txt for this script.
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
import tempfile
from pathlib import Path

from harness import corpus, report
from harness.words import normalise

COLLAR = 5


def turns(path: Path) -> list[dict]:
    """The segments of an STM."""
    rows = []
    for line in path.read_text().splitlines():
        session, _, speaker, start, end, *words = line.split(maxsplit=5)
        rows.append(dict(session_id=session, speaker=speaker, start_time=float(start), end_time=float(end),
                         words=words[0] if words else ""))
    return rows


def corrupted(rows: list[dict]) -> list[dict]:
    """What a recogniser with errors of all kinds would have made of it."""
    draw = random.Random(7)
    names: dict[tuple[str, str], str] = {}
    made = []
    for row in rows:
        words = []
        for word in row["words"].split():
            chance = draw.random()
            if chance < 0.1:
                continue
            words.append("something" if chance < 0.2 else word)
            if chance > 0.95:
                words.append("really")
        name = names.setdefault((row["session_id"], row["speaker"]), f"voice{len(names)}")
        shift = draw.uniform(-0.4, 0.4)
        start = max(0, row["start_time"] + shift)
        if draw.random() < 0.1:
            name = "voice0"
        made.append(dict(row, speaker=name, start_time=round(start, 3),
                         end_time=round(max(start, row["end_time"] + shift), 3), words=" ".join(words)))
    return [row for row in made if row["words"]]


def write(rows: list[dict], folder: Path) -> None:
    with (folder / "other.stm").open("w") as stm, (folder / "other.ctm").open("w") as ctm:
        for row in rows:
            stm.write("{session_id} 1 {speaker} {start_time} {end_time} {words}\n".format(**row))
            words = row["words"].split()
            share = (row["end_time"] - row["start_time"]) / len(words)
            for place, word in enumerate(words):
                start = row["start_time"] + share * place
                ctm.write(f"{row['session_id']} 1 {start:.3f} {share:.3f} {word} 0.9\n")


def plain(text: str) -> str:
    """`--normaliser plain`."""
    return " ".join(normalise(text))


def scored(viseme: str, hypothesis: Path, reference: list[Path], out: Path, show: bool) -> dict:
    command = [viseme, "eval", "score", str(hypothesis), "-d", str(out), "--normaliser", "plain", "--force",
               "--missing-as-empty"]
    for path in reference:
        command += ["--reference", str(path)]
    run = subprocess.run(command, capture_output=True, text=True)
    if run.returncode:
        sys.exit(f"{run.args} gave {run.returncode}: {run.stderr}")
    if show:
        print(run.stdout + run.stderr)
        print((out / "report.md").read_text())
    return json.loads((out / "report.json").read_text())["cells"][0]


def others(reference: list[dict], hypothesis: list[dict]) -> dict[str, float]:
    import jiwer
    import meeteval
    from pyannote.core import Annotation, Segment, Timeline
    from pyannote.metrics.diarization import DiarizationErrorRate

    def texts(rows: list[dict]) -> dict[str, str]:
        by_session: dict[str, list[dict]] = {}
        for row in rows:
            by_session.setdefault(row["session_id"], []).append(row)
        return {name: plain(" ".join(row["words"] for row in sorted(own, key=lambda row: row["start_time"])))
                for name, own in by_session.items()}

    said, heard = texts(reference), texts(hypothesis)
    names = sorted(said)
    words = jiwer.process_words([said[name] for name in names], [heard.get(name, "") for name in names])
    ref = meeteval.io.SegLST([dict(row, words=plain(row["words"])) for row in reference])
    hyp = meeteval.io.SegLST([dict(row, words=plain(row["words"])) for row in hypothesis])
    cp = sum(meeteval.wer.cpwer(ref, hyp).values())
    tcp = sum(meeteval.wer.tcpwer(ref, hyp, collar=COLLAR).values())

    def annotation(rows: list[dict], session: str) -> Annotation:
        made = Annotation(uri=session)
        for place, row in enumerate(rows):
            if row["session_id"] == session:
                made[Segment(row["start_time"], row["end_time"]), place] = row["speaker"]
        return made.support()

    # pyannote's collar is the whole width of what is left out around an edge.
    metric = DiarizationErrorRate(collar=0.5)
    for name in names:
        metric(annotation(reference, name), annotation(hypothesis, name), uem=Timeline([Segment(0, 30)]))
    return {"WER (jiwer)": words.wer, "cpWER (MeetEval)": cp.error_rate, "tcpWER (MeetEval)": tcp.error_rate,
            "DER (pyannote.metrics)": abs(metric)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--viseme", default=str(report.DEFAULT_BINARY))
    parser.add_argument("--data", type=Path, default=corpus.DEFAULT_DATA, help="the data folder")
    options = parser.parse_args()
    path = options.data / "ami"
    reference = turns(path / "ref.stm")
    hypothesis = corrupted(reference)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write(hypothesis, folder)
        # The folder: its recordings tell that each is 30 s long. DER from the STM's turns, as pyannote's here.
        manifest = folder / "list.tsv"
        rows = [f"{file}\t{path / 'ref.stm'}" for file in sorted(path.glob("*.flac"))]
        manifest.write_text("path\tstm\n" + "\n".join(rows) + "\n")
        scored(options.viseme, folder / "other.ctm", [path], folder / "ctm", True)
        cell = scored(options.viseme, folder / "other.stm", [manifest], folder / "stm", False)
    score, diarization = cell["scores"]["plain"], cell["diarization"]
    ours = [score["wordErrorRate"]["value"], score["cpWER"]["value"], score["tcpWER"]["value"],
            (diarization["missed"] + diarization["falseAlarm"] + diarization["confusion"]) / diarization["speech"]]
    wrong = False
    for (what, theirs), own in zip(others(reference, hypothesis).items(), ours):
        print(f"{what:24} {100 * theirs:9.4f}   viseme {100 * own:9.4f}")
        wrong |= abs(theirs - own) > 1e-4
    sys.exit("they differ" if wrong else 0)


if __name__ == "__main__":
    main()
