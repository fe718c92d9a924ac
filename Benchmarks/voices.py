#!/usr/bin/env python3
"""The voice book: how often people who were enrolled are named, rightly or wrongly, and strangers not at all.

Eight people are enrolled from 20 s each, clean. Then 40 recordings are composed: two of the eight and two
strangers each, in turns, with noise at 10 dB. Every person of a recording is looked up in its turns: the name of
the voice that has most of that person's time counts. Of five people of LibriSpeech test-other, of speaker 198 (in
L6) and of GRID's first speaker there are more than 20 s; the eighth is the longest recording of `speakers`, of which
10 s are for enrolment. Thresholds were chosen on the first 130 recordings of `speakers` of 14 s and more, in
order of their names; people here are none of them.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections import Counter
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
from harness import report
from harness.conversations import decode as load
from harness.programs import run

RATE = 16_000
ENROLLED = 20.0
SNR = 10.0
TUNED = 130
NOISES = ("places_cafe", "places_office", "places_restaurant", "urban_crowd", "urban_traffic", "coffee-shop",
          "things_ceiling-fan", "things_keyboard")


def save(path: Path, samples: np.ndarray) -> None:
    raw = (np.clip(samples, -1, 1) * 32767).astype("<i2").tobytes()
    subprocess.run(["ffmpeg", "-v", "error", "-y", "-f", "s16le", "-ar", str(RATE), "-ac", "1", "-i", "-", str(path)],
                   input=raw, check=True)


def spoken(data: Path, name: str, speaker: str) -> np.ndarray:
    """What a speaker says in one of the composed recordings."""
    rows = [line.split() for line in (data / "diarization" / f"{name}.rttm").read_text().splitlines()]
    spans = [(float(row[3]), float(row[4])) for row in rows if len(row) > 7 and row[7] == speaker]
    whole = load(data / "diarization" / f"{name}.flac")
    return np.concatenate([whole[int(start * RATE):int((start + length) * RATE)] for start, length in spans])


def people(data: Path) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
    """Speech of those who are enrolled, and of strangers."""
    known: dict[str, np.ndarray] = {}
    for speaker in ("1688", "1998", "2033", "2414", "2609"):
        files = sorted((data / "librispeech" / "test-other").glob(f"{speaker}-*.flac"))
        known[speaker] = np.concatenate([load(path) for path in files])
    known["198"] = spoken(data, "L6", "198")
    known["s1"] = np.concatenate([load(path) for path in sorted((data / "grid" / "s1").iterdir())[:30]])
    files = sorted((data / "librispeech" / "speakers").iterdir())
    own = {path: load(path) for path in files}
    tuned = [path for path in files if len(own[path]) > 14 * RATE][:TUNED]
    rest = [path for path in files if path not in tuned and path.name.split("-")[0] not in known]
    longest = max(rest, key=lambda path: len(own[path]))
    known[longest.name.split("-")[0]] = own[longest]
    strangers = {path.name.split("-")[0]: own[path] for path in rest if path != longest and len(own[path]) > 8 * RATE}
    return known, strangers


def compose(parts: list[tuple[str, np.ndarray]], noise: np.ndarray, random: Random) -> tuple[np.ndarray, list[Any]]:
    """Turns in their order with 0.3 s between them, in noise; and who speaks when."""
    pieces, turns, now = [], [], 0.0
    for speaker, samples in parts:
        gain = 10 ** (random.uniform(-3, 3) / 20) * 0.05 / max(1e-6, float(np.sqrt(np.mean(samples**2))))
        pieces += [samples * gain, np.zeros(int(0.3 * RATE), np.float32)]
        turns.append((speaker, now, now + len(samples) / RATE))
        now += len(samples) / RATE + 0.3
    clean = np.concatenate(pieces)
    hum = np.resize(np.roll(noise, -random.randrange(len(noise))), len(clean))
    scale = np.sqrt(np.mean(clean**2) / np.mean(hum**2) / 10 ** (SNR / 10))
    return clean + scale * hum, turns


def heard(path: Path) -> list[tuple[str, float, float]]:
    rows = [line.split() for line in path.read_text().splitlines() if line.startswith("SPEAKER")]
    return [(row[7].replace("_", " "), float(row[3]), float(row[3]) + float(row[4])) for row in rows]


def named(turns: list[Any], voices: list[tuple[str, float, float]]) -> dict[str, str]:
    """For each person the name of the voice that has most of that person's time; "" for none."""
    result = {}
    for person in {speaker for speaker, _, _ in turns}:
        time: Counter[str] = Counter()
        for speaker, start, end in turns:
            if speaker == person:
                for voice, begin, stop in voices:
                    time[voice] += max(0, min(end, stop) - max(start, begin))
        best = time.most_common(1)
        result[person] = best[0][0] if best and best[0][1] > 0 else ""
    return result


def main() -> None:
    parser = report.parser(__doc__)
    parser.add_argument("--seed", type=int, default=17)
    parser.add_argument("--recordings", type=int, default=40, help="a multiple of 4")
    options = parser.parse_args()
    random = Random(options.seed)
    known, strangers = people(options.data.resolve())
    noises = [load(options.data / "noise" / f"{name}.opus") for name in NOISES]
    with tempfile.TemporaryDirectory(prefix="viseme-voices-") as name:
        folder = Path(name)
        environment = {**os.environ, "VISEME_VOICE_BOOK": str(folder / "voices.book")}
        left: dict[str, np.ndarray] = {}
        for person, samples in known.items():
            count = int(min(ENROLLED, len(samples) / RATE * 0.6) * RATE)
            save(folder / f"{person}.wav", samples[:count])
            left[person] = samples[count:]
            run([options.viseme, "voices", "add", person, folder / f"{person}.wav"], options.core, environment)
        truth = {}
        queue = [*left] * (2 * options.recordings // len(left))
        for number in range(options.recordings):
            here = queue[2 * number:2 * number + 2]
            guests = random.sample(sorted(strangers), 2)
            parts = []
            for person in here:
                length = int(random.uniform(5, 9) * RATE)
                start = random.randrange(max(1, len(left[person]) - length))
                parts.append((person, left[person][start:start + length]))
            for guest in guests:
                length = int(random.uniform(5, 9) * RATE)
                parts.append((guest, strangers[guest][:length]))
            random.shuffle(parts)
            samples, truth[f"{number:02}"] = compose(parts, noises[number % len(noises)], random)
            save(folder / f"{number:02}.wav", samples)
        recordings = [folder / f"{stem}.wav" for stem in truth]
        _, cost = run([options.viseme, "batch", *recordings, "--speakers", "auto", "--format", "rttm",
                       "--output-dir", folder / "out", "--lips", "never", "--threads", options.threads, "--quiet"],
                      options.core, environment)
        counts: Counter[str] = Counter()
        details = []
        for stem, turns in truth.items():
            for person, voice in named(turns, heard(folder / "out" / f"{stem}.rttm")).items():
                isNamed = voice in known
                kind = ("right" if voice == person else "wrong" if isNamed else "unnamed") if person in known else (
                    "stranger named" if isNamed else "stranger")
                counts[kind] += 1
                details.append((stem, person, voice, kind))
    enrolled = counts["right"] + counts["wrong"] + counts["unnamed"]
    others = counts["stranger"] + counts["stranger named"]
    wrong = counts["wrong"] + counts["stranger named"]
    rows = [
        ["people of the book, named rightly", counts["right"], enrolled, 100 * counts["right"] / enrolled],
        ["people of the book, named wrongly", counts["wrong"], enrolled, 100 * counts["wrong"] / enrolled],
        ["strangers, unnamed", counts["stranger"], others, 100 * counts["stranger"] / others],
        ["wrong names among all people", wrong, enrolled + others, 100 * wrong / (enrolled + others)],
    ]
    print(report.table(["", "number", "of", "%"], rows))
    print("\n".join(f"{stem}: {person} is called {voice or 'nothing'} ({kind})"
                    for stem, person, voice, kind in details if kind not in ("right", "stranger")))
    print(f"\n{options.recordings} recordings with their words: {cost.cpu:.1f} s of processor time")
    report.finish(options, {"rows": rows, "details": details})


if __name__ == "__main__":
    main()
