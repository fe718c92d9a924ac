#!/usr/bin/env python3
"""What context terms change: rare words of each utterance, alone and among terms that are not spoken in it.

The protocol is that of Le et al. 2021 (biasing lists with distractors). A word is rare when it has four
letters or more and no other transcript of the data holds it. Each utterance is given its own rare words and
N distractors, rare words of others; "never" are 200 words that no transcript holds, without its own.
"""

from __future__ import annotations

import argparse
import json
import random
import tempfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from harness import corpus, report
from harness.programs import Cost, run
from harness.words import align, normalise

NEVER_SEED = 7
SYLLABLES = "ba cor del fin gra hol jan kel lor mun nev or pra quil ras sten tor ul vas wen yar zel".split()


@dataclass
class Counts:
    """Of the listed words, of all others, and of terms written where they were not said."""

    listed: int = 0
    recalled: int = 0
    listed_errors: int = 0
    others: int = 0
    other_errors: int = 0
    false_terms: int = 0

    def add(self, said: list[str], written: list[str], own: set[str], terms: set[str]) -> None:
        self.listed += sum(word in own for word in said)
        self.others += sum(word not in own for word in said)
        for i, j in align(said, written):
            word, guess = said[i] if i is not None else None, written[j] if j is not None else None
            self.recalled += word in own and word == guess
            if word != guess:
                # An added word counts with the listed ones when it is listed.
                biased = (word if word is not None else guess) in own
                self.listed_errors += biased
                self.other_errors += not biased
        surplus = Counter(word for word in written if word in terms) - Counter(said)
        self.false_terms += surplus.total()

    def row(self) -> list[float | int]:
        words = self.listed + self.others
        return [100 * (self.listed_errors + self.other_errors) / max(words, 1),
                100 * self.listed_errors / max(self.listed, 1), 100 * self.other_errors / max(self.others, 1),
                100 * self.recalled / max(self.listed, 1), self.false_terms]


def parse() -> argparse.Namespace:
    parser = report.parser(__doc__)
    parser.add_argument("--distractors", default="none,0,20,100,all,never", metavar="LIST",
                        help="lists to try: none, never, all, or a number of distractors")
    parser.add_argument("--only", choices=["tuned", "held-out"], help="one part only")
    parser.add_argument("--show", action="store_true", help="print terms that came in or went, file by file")
    return parser.parse_args()


def rare_words(options: argparse.Namespace) -> dict[Path, list[str]]:
    """Of every recording with a transcript, its words of four letters or more that no other one has."""
    everything = [item for item in corpus.recordings(options.data, "") if item.transcript]
    holders = Counter(word for item in everything for word in set(normalise(item.transcript)))
    return {item.path: sorted(word for word in set(normalise(item.transcript))
                              if holders[word] == 1 and len(word) >= 4 and word.isalpha())
            for item in everything}


def never_said(known: set[str]) -> list[str]:
    """200 names that nobody says, made of syllables."""
    draw = random.Random(NEVER_SEED)
    made: list[str] = []
    while len(made) < 200:
        word = "".join(draw.sample(SYLLABLES, draw.choice([2, 2, 3])))
        if word not in known and word not in made:
            made.append(word)
    return [word.capitalize() for word in made]


def terms(kind: str, own: list[str], others: list[str], never: list[str], seed: str) -> list[str]:
    if kind == "none":
        return []
    if kind == "never":
        return never
    rest = [word for word in others if word not in own]
    return own + (rest if kind == "all" else random.Random(seed).sample(rest, int(kind)))


def transcribe(options: argparse.Namespace, lists: dict[Path, list[str]]) -> tuple[dict[Path, str], Cost]:
    """One batch in which every recording has its own terms."""
    with tempfile.TemporaryDirectory(prefix="viseme-benchmark-") as folder:
        manifest = Path(folder) / "list.jsonl"
        manifest.write_text("".join(
            json.dumps({"path": str(path), "context": words, "output": path.stem}) + "\n"
            for path, words in lists.items()), encoding="utf-8")
        command = [options.viseme, "batch", "--manifest", manifest, "--output-dir", folder, "--format", "txt",
                   "--quiet", "--threads", str(options.threads), "--jobs", "8", *options.viseme_args]
        _, cost = run(command, options.core)
        return {path: (Path(folder) / f"{path.stem}.txt").read_text(encoding="utf-8") for path in lists}, cost


def show(kind: str, said: list[str], plain: list[str], written: list[str]) -> None:
    if plain == written:
        return
    changes = [f"{plain[i] if i is not None else ''}>{written[j] if j is not None else ''}"
               for i, j in align(plain, written)
               if i is None or j is None or plain[i] != written[j]]
    print(f"{kind}: {' '.join(changes)}   [{' '.join(said)[:60]}]")


def main() -> None:
    options = parse()
    rare = rare_words(options)
    recordings = corpus.recordings(options.data, "librispeech/test-other/")
    others = sorted({word for words in rare.values() for word in words})
    never = never_said({word for item in recordings for word in normalise(item.transcript)})
    # Every other utterance, so that each speaker is in both parts.
    parts = {"tuned": recordings[::2], "held-out": recordings[1::2]}
    rows: list[list[object]] = []
    results: list[dict[str, Any]] = []
    plain: dict[Path, str] = {}
    base: float | None = None
    for kind in options.distractors.split(","):
        lists = {item.path: terms(kind, rare[item.path], others, never, f"{kind} {item.path.name}")
                 for item in recordings}
        texts, cost = transcribe(options, lists)
        plain = plain or texts
        base = base or cost.cpu
        for part, items in parts.items():
            if options.only not in (None, part):
                continue
            counts = Counts()
            for item in items:
                said, written = normalise(item.transcript), normalise(texts[item.path])
                counts.add(said, written, set(rare[item.path]), {word.lower() for word in lists[item.path]})
                if options.show:
                    show(kind, said, normalise(plain[item.path]), written)
            rows.append([kind, part, *counts.row(), cost.cpu / base])
            results.append({"terms": kind, "part": part, "counts": vars(counts), "cpu": cost.cpu})
    print(report.table(["distractors", "part", "WER", "B-WER", "U-WER", "recall of terms", "false terms",
                        "processor time"], rows))
    report.finish(options, {"results": results})


if __name__ == "__main__":
    main()
