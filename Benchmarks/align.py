#!/usr/bin/env python3
"""What `viseme align` makes of true, edited and shifted scripts, and what an hour costs.

GRID has reference times of every word; the clips are joined, a pause between them. LibriSpeech has none: there
the times of the true script are compared with recognition's for the words that it got right, and those of an
edited script with those of the true one. Recognition and alignment are measured on the same joined recordings.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import layout
from harness import media, report
from harness.corpus import TWO_CITIES, recordings
from harness.programs import Cost, Word, run
from harness.words import align, normalise, percentile
from word_times import Tally, Timed, read_alignment, spoken

PAUSE = 0.5
TIMING = re.compile(r"(\d+):(\d+):(\d+),(\d+) --> (\d+):(\d+):(\d+),(\d+)")


@dataclass(frozen=True)
class Joined:
    """Recordings as one, with the words of each."""

    path: Path
    starts: list[float]
    scripts: list[list[str]]

    @property
    def script(self) -> list[str]:
        return [word for words in self.scripts for word in words]


def parse() -> argparse.Namespace:
    parser = report.parser(__doc__)
    parser.add_argument("--every", type=int, default=8, metavar="N", help="only each Nth GRID clip")
    parser.add_argument("--share", type=float, default=0.05, help="share of words that are edited")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--hour", action="store_true", help="also align an hour")
    return parser.parse_args()


def grid(options: argparse.Namespace) -> tuple[Joined, list[Timed]]:
    folders = [options.data / "grid" / speaker for speaker in ["s1", "s2", "s3", "s4", "s22"]]
    paths = [path for folder in folders for path in sorted(folder.glob("*.m[kp][vg]"))[:: options.every]]
    joined = media.concatenated(options.cache, "grid", paths, PAUSE)
    starts = media.starts(paths, PAUSE)
    timed = [read_alignment(options.data / "grid" / "align" / f"{path.stem}.align") for path in paths]
    reference = [
        Timed(item.word, start + (item.start or 0), start + (item.end or 0))
        for start, words in zip(starts, timed, strict=True) for item in words
    ]
    return Joined(joined, starts, [[item.word for item in words] for words in timed]), reference


def librispeech(options: argparse.Namespace) -> Joined:
    files = recordings(options.data, "librispeech/test-other")
    paths = [item.path for item in files]
    joined = media.concatenated(options.cache, "librispeech", paths, PAUSE)
    return Joined(joined, media.starts(paths, PAUSE), [item.transcript.split() for item in files])


def program(options: argparse.Namespace, words: Sequence[object], folder: str) -> tuple[dict[str, Any], Cost]:
    """The JSON that a command of viseme writes."""
    output = Path(folder) / "out.json"
    common = ["-o", output, "--threads", options.threads, "--quiet", *options.viseme_args]
    _, cost = run([options.viseme, *words, *common], options.core)
    return json.loads(output.read_text(encoding="utf-8")), cost


def words_of(document: dict[str, Any]) -> list[Word]:
    return [Word(word["text"], word["start"], word["end"], word["confidence"])
            for segment in document["segments"] for word in segment["words"]]


def aligned(
    options: argparse.Namespace, path: Path, lines: Sequence[Sequence[str]]
) -> tuple[list[Word], dict[str, Any], Cost]:
    with tempfile.TemporaryDirectory(prefix="viseme-align-") as folder:
        script = Path(folder) / "script.txt"
        script.write_text("".join(" ".join(line) + "\n" for line in lines), encoding="utf-8")
        document, cost = program(options, ["align", script, path], folder)
    return words_of(document), document, cost


def recognised(options: argparse.Namespace, path: Path) -> tuple[list[Word], Cost]:
    with tempfile.TemporaryDirectory(prefix="viseme-align-") as folder:
        document, cost = program(options, ["transcribe", "--lips", "never", path], folder)
    return words_of(document), cost


@dataclass
class Edited:
    """A script with edits, and for each of its words the place in the true one; None for one that was not said."""

    lines: list[list[str]]
    origins: list[int | None]
    count: int


def edited(options: argparse.Namespace, lines: Sequence[Sequence[str]]) -> Edited:
    """A third of the edits deletes a word, a third puts one in, a third exchanges one, by any other of the script."""
    chance = random.Random(options.seed)
    pool = [word for line in lines for word in line]
    result = Edited([], [], 0)
    place = 0
    for line in lines:
        kept: list[str] = []
        for word in line:
            kind = chance.choice("die") if chance.random() < options.share else ""
            result.count += bool(kind)
            if kind in {"i", "e"}:
                kept.append(chance.choice([other for other in pool if other != word]))
                result.origins.append(None)
            if kind in {"i", ""}:
                kept.append(word)
                result.origins.append(place)
            place += 1
        result.lines.append(kept)
    return result


def of_script(script: Sequence[str], words: Sequence[Word]) -> dict[int, Word]:
    """The written word of each word of a script; those that were left out are not there."""
    pairs = align([" ".join(normalise(word)) for word in script], [" ".join(normalise(word.text)) for word in words])
    return {i: words[j] for i, j in pairs if i is not None and j is not None}


def errors(name: str, values: Sequence[float], spoken_words: int) -> dict[str, Any]:
    sizes = [abs(value) for value in values]
    return {"what": name, "words": spoken_words, "compared": len(values),
            "median_ms": 1000 * percentile(sizes, 0.5), "p95_ms": 1000 * percentile(sizes, 0.95),
            "bias_ms": 1000 * percentile(values, 0.5)}


def edited_errors(
    options: argparse.Namespace, name: str, joined: Joined, starts: dict[int, float]
) -> dict[str, Any]:
    """Starts of the words that an edited script still has, against `starts` by their place in the true one."""
    script = edited(options, joined.scripts)
    words, document, _ = aligned(options, joined.path, script.lines)
    found = of_script([word for line in script.lines for word in line], words)
    values = [found[i].start - starts[origin] for i, origin in enumerate(script.origins)
              if origin is not None and i in found and origin in starts]
    told = re.search(r"not said[^:]*: (\d+) word", " ".join(document["notes"]))
    wrong = sum(origin is None for origin in script.origins)
    row = errors(f"{name}, {script.count} edits", values, len(script.origins))
    return row | {"not_said": wrong, "told": int(told.group(1)) if told else 0}


def drifted(text: str) -> str:
    """Subtitles 3 s late, with 1 % of drift."""
    def later(match: re.Match[str]) -> str:
        fields = [int(field) for field in match.groups()]
        times = [fields[i] * 3600 + fields[i + 1] * 60 + fields[i + 2] + fields[i + 3] / 1000 for i in (0, 4)]
        return " --> ".join(_clock(time * 1.01 + 3) for time in times)

    return TIMING.sub(later, text)


def _clock(seconds: float) -> str:
    whole, thousandths = divmod(round(seconds * 1000), 1000)
    return f"{whole // 3600:02}:{whole // 60 % 60:02}:{whole % 60:02},{thousandths:03}"


def subtitles(options: argparse.Namespace, joined: Joined) -> dict[str, Any]:
    """Recognition's own subtitles, shifted and drifted, and put right."""
    common = ["--threads", options.threads, "--quiet", *options.viseme_args]
    with tempfile.TemporaryDirectory(prefix="viseme-align-") as folder:
        right, late, back = (Path(folder) / f"{name}.srt" for name in ("right", "late", "back"))
        run([options.viseme, "transcribe", "--lips", "never", joined.path, "-o", right, *common])
        late.write_text(drifted(right.read_text(encoding="utf-8")), encoding="utf-8")
        run([options.viseme, "align", late, joined.path, "-o", back, *common])
        before, after = layout.read(right), layout.read(back)
    late_by = [b.start - a.start for a, b in zip(before, after, strict=False)]
    row = errors("SRT, 3 s late and 1 % slow", late_by, len(before))
    return row | {"same_texts": [cue.lines for cue in before] == [cue.lines for cue in after]}


def refusals(options: argparse.Namespace, joined: Joined) -> list[str]:
    """What is said of the text of another book."""
    said = []
    with tempfile.TemporaryDirectory(prefix="viseme-align-") as folder:
        script, output = Path(folder) / "script.txt", Path(folder) / "out.txt"
        script.write_text(TWO_CITIES * 5, encoding="utf-8")
        command = [options.viseme, "align", script, joined.path, "-o", output]
        done = subprocess.run(list(map(str, command)), capture_output=True, text=True, check=False)
        said.append(f"exit {done.returncode}, output {output.exists()}: {done.stderr.strip()}")
    return said


def hour(options: argparse.Namespace, joined: Joined) -> dict[str, Any]:
    """An hour of the same recordings over and over, for which no run of words is unique."""
    recording = media.looped(options.cache, joined.path, 3600)
    times = 3600 / media.duration(joined.path)
    lines = joined.scripts * int(times) + joined.scripts[: int(len(joined.scripts) * (times % 1))]
    script = edited(options, lines)
    _, transcription = recognised(options, recording)
    words, document, cost = aligned(options, recording, script.lines)
    return {"words": len(words), "wall_s": cost.wall, "cpu_s": cost.cpu, "peak_mb": cost.peak_rss / 1e6,
            "transcribe_wall_s": transcription.wall, "transcribe_cpu_s": transcription.cpu,
            "transcribe_peak_mb": transcription.peak_rss / 1e6, "notes": [note[:200] for note in document["notes"]]}


def main() -> None:
    options = parse()
    joined, reference = grid(options)
    tallies = {"GRID, recognised": Tally(), "GRID, aligned": Tally()}
    heard, _ = recognised(options, joined.path)
    tallies["GRID, recognised"].add(reference, spoken(heard))
    true, document, _ = aligned(options, joined.path, joined.scripts)
    tallies["GRID, aligned"].add(reference, spoken(true))
    summaries = [tally.summary(name) for name, tally in tallies.items()]
    print(report.table(["what", "spoken", "correct", "starts", "median start ms", "95 % ms", "bias ms", "ends",
                        "median end ms", "bias ms"], [list(row.values()) for row in summaries]))
    print("\n".join(note[:300] for note in document["notes"]), "\n")
    rows = [edited_errors(options, "GRID", joined, {i: item.start or 0 for i, item in enumerate(reference)})]

    books = librispeech(options)
    heard, _ = recognised(options, books.path)
    true, document, _ = aligned(options, books.path, books.scripts)
    mine, theirs = of_script(books.script, true), of_script(books.script, heard)
    alike = [i for i in mine if i in theirs and normalise(theirs[i].text) == normalise(books.script[i])]
    rows.append(errors("LibriSpeech, aligned beside recognised", [mine[i].start - theirs[i].start for i in alike],
                       len(books.script)))
    place = 0
    outside = 0
    for start, script, end in zip(books.starts, books.scripts, [*books.starts[1:], 1e9], strict=True):
        outside += sum(not start - 0.1 <= mine[i].start < end for i in range(place, place + len(script)) if i in mine)
        place += len(script)
    rows.append(edited_errors(options, "LibriSpeech", books, {i: word.start for i, word in mine.items()}))
    rows.append(subtitles(options, books))
    for row in rows:
        print(row)
    print(f"LibriSpeech: {len(mine)} of {len(books.script)} words written, {outside} outside their own utterance")
    print("\n".join(note[:600] for note in document["notes"]))
    said = refusals(options, books)
    print("\n".join(said))
    results = {"grid": summaries, "rows": rows, "outside": outside, "refusals": said}
    if options.hour:
        results["hour"] = hour(options, books)
        print(results["hour"])
    report.finish(options, results)


if __name__ == "__main__":
    sys.exit(main())
