#!/usr/bin/env python3
"""How long `viseme search` takes in an archive of made transcripts, and what SQLite's FTS5 would.

Makes so many hours (an hour a transcript, 9,000 words drawn by Zipf's law from a vocabulary of made words, four
speakers; a hundred different ones and copies of them), searches them for the first time and again, and prints the times and sizes. The transcripts are some 750
kB an hour.
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import sqlite3
import subprocess
import tempfile
import time
from pathlib import Path

from harness import report

WORDS_AN_HOUR = 9000
DIFFERENT = 100


def vocabulary(draw: random.Random, size: int) -> list[str]:
    syllables = [c + v for c in "bdfghklmnprstvw" for v in "aeiou"]
    words: dict[str, None] = {}
    while len(words) < size:
        words["".join(draw.choices(syllables, k=draw.choice([1, 2, 2, 3, 3, 4])))] = None
    return list(words)


def transcript(draw: random.Random, words: list[str], cumulative: list[float]) -> str:
    """An hour, in the form in which viseme writes it."""
    drawn = draw.choices(words, cum_weights=cumulative, k=WORDS_AN_HOUR)
    segments = []
    for first in range(0, WORDS_AN_HOUR, 40):
        own = drawn[first : first + 40]
        entries = []
        for place, word in enumerate(own):
            start = (first + place) * 0.4
            entries.append(f'{{"text": "{word}", "start": {start:.3f}, "end": {start + 0.35:.3f}, "confidence": 0.900}}')
        name = f"Speaker {1 + first // 40 % 4}"
        segments.append(
            f'    {{"start": {first * 0.4:.3f}, "end": {(first + 40) * 0.4:.3f}, "track": 1, "speaker": "{name}", '
            f'"confidence": 0.900, "text": "{" ".join(own)}", "words": [{", ".join(entries)}]}}')
    lines = ",\n".join(segments)
    return (
        '{\n  "schema": "viseme.transcript",\n  "version": 1,\n  "program": {"name": "viseme", "version": "0.2.0"},\n'
        '  "source": {"file": "m.mp4", "container": "mov", "duration": 3600.000},\n'
        '  "model": {"name": "m", "version": "1"},\n  "language": "en",\n  "settings": {},\n'
        f'  "segments": [\n{lines}\n  ],\n  "notes": []\n}}\n')


def timed(command: list[str]) -> tuple[float, str]:
    begun = time.monotonic()
    run = subprocess.run(command, capture_output=True, text=True)
    if run.returncode not in (0, 1):
        raise SystemExit(f"{command} gave {run.returncode}: {run.stderr}")
    return time.monotonic() - begun, run.stdout


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--viseme", default=str(report.DEFAULT_BINARY))
    parser.add_argument("--hours", type=int, default=3000)
    parser.add_argument("--folder", type=Path, help="keep the archive there, and take it where it is")
    parser.add_argument("--fts5", action="store_true", help="time SQLite's FTS5 on the same words, too")
    options = parser.parse_args()
    draw = random.Random(1)
    words = vocabulary(draw, 60_000)
    weights, total = [], 0.0
    for rank in range(len(words)):
        total += 1 / (rank + 10)
        weights.append(total)
    with tempfile.TemporaryDirectory() as made:
        folder = options.folder or Path(made)
        folder.mkdir(parents=True, exist_ok=True)
        for hour in range(options.hours):
            path = folder / f"{hour // 100:02}" / f"{hour:05}.json"
            if not path.exists():
                path.parent.mkdir(exist_ok=True)
                if hour < DIFFERENT:
                    path.write_text(transcript(random.Random(hour), words, weights))
                else:
                    shutil.copyfile(folder / "00" / f"{hour % DIFFERENT:05}.json", path)
        size = sum(path.stat().st_size for path in folder.glob("*/*.json"))
        print(f"{options.hours} hours, {size / 1e6:.0f} MB")
        common, rare = words[20], words[50_000]
        first, _ = timed([options.viseme, "search", rare, str(folder)])
        index = folder / ".viseme-search"
        print(f"first time {first:.1f} s, index {index.stat().st_size / 1e6:.0f} MB")
        for what, query in [("rare", [rare]), ("common", [common]), ("prefix", [rare[:3] + "*"]),
                            ("near", ["--near", rare]), ("two words", [f"{common} {words[30]}"]),
                            ("speaker", ["--speaker", "Speaker 2", common])]:
            times = []
            for _ in range(5):
                seconds, text = timed([options.viseme, "search", *query, str(folder), "--json", "-q"])
                times.append(seconds)
            print(f"{what:10} {min(times):.3f} to {max(times):.3f} s, {json.loads(text)['found']} found")
        if options.fts5:
            fts5(folder, common, rare)


def fts5(folder: Path, common: str, rare: str) -> None:
    """The same words in SQLite, a row a segment, as one would store them for it."""
    path = folder / ".fts5"
    path.unlink(missing_ok=True)
    base = sqlite3.connect(path)
    begun = time.monotonic()
    base.execute("create virtual table words using fts5(text, file unindexed, start unindexed)")
    for file in folder.glob("*/*.json"):
        rows = [(s["text"], file.name, s["start"]) for s in json.loads(file.read_text())["segments"]]
        base.executemany("insert into words values (?, ?, ?)", rows)
    base.commit()
    print(f"FTS5: made in {time.monotonic() - begun:.1f} s, {path.stat().st_size / 1e6:.0f} MB")
    for what, query in [("rare", rare), ("common", common), ("prefix", rare[:3] + "*")]:
        begun = time.monotonic()
        count = base.execute("select count(*) from words where words match ?", (query,)).fetchone()[0]
        print(f"FTS5 {what:10} {time.monotonic() - begun:.3f} s, {count} segments")
    path.unlink()


if __name__ == "__main__":
    main()
