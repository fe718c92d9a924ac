#!/usr/bin/env python3
"""Measures whether `viseme transcribe --lips always` finds the face that speaks among people whom training never saw:
the six of Training/splits/people-test.txt, of whom FOLDER/PERSON/*.mp4 are clips. Recordings of 3 and of 10 s show two
to four of them in tiles, with the sound of one, clean and in babble of LibriSpeech's voices; in some the voice is that
of a person who is not to be seen. With `--cost` it says instead what `--lips auto` takes beside sound alone.
"""

from __future__ import annotations

import argparse
import functools
import itertools
import json
import random
import tempfile
from pathlib import Path

from harness import media, people, report
from harness.programs import run

TILES = (2, 3, 4)
CLEAN = "clean"


def parse() -> argparse.Namespace:
    parser = report.parser(__doc__)
    parser.add_argument("people", type=Path, help="a folder of clips of people")
    parser.add_argument("--each", type=int, default=2, help="recordings of a person, length and noise")
    parser.add_argument("--lengths", default="3,10", help="seconds of the recordings")
    parser.add_argument("--noises", default="clean,0", help="ratios of the babble in dB, or clean")
    parser.add_argument("--cost", action="store_true", help="measure what --lips auto takes")
    return parser.parse_args()


@functools.cache
def spans(folder: Path, cache: Path, count: int, seconds: float) -> dict[str, list[Path]]:
    """Person -> up to `count` recordings of the person of so many seconds, made of clips that follow each other."""
    result: dict[str, list[Path]] = {}
    for person, clips in people.clips(folder).items():
        result[person] = []
        group: list[Path] = []
        for clip in clips:
            group.append(clip)
            if sum(map(media.duration, group)) >= seconds:
                result[person].append(media.joined(cache, group, seconds))
                group = []
            if len(result[person]) == count:
                break
    return result


def document(options: argparse.Namespace, recording: Path) -> dict[str, object]:
    with tempfile.TemporaryDirectory() as folder:
        command = [options.viseme, "transcribe", recording, "--lips", "always", "-q", "-f", "json"]
        run([*command, "--output-dir", folder, "--threads", options.threads], options.core)
        return json.loads((Path(folder) / f"{recording.stem}.json").read_text(encoding="utf-8"))


def marked(options: argparse.Namespace, recording: Path, tiles: int) -> list[tuple[float, int | None]]:
    """Seconds of each segment, and the tile (from the left) of the face that is said to speak in it."""
    found = []
    for segment in document(options, recording)["segments"]:
        place = segment.get("mouth")
        tile = None if place is None else min(int(place[0] * tiles), tiles - 1)
        found.append((segment["end"] - segment["start"], tile))
    return found


def gallery(
    options: argparse.Namespace, seen: list[Path], heard: Path, noise: str, generator: random.Random
) -> Path:
    folder = options.data / "librispeech" / "speakers"
    names = (people.SPLITS / "librispeech-babble-test.txt").read_text(encoding="utf-8").split()
    babble = [] if noise == CLEAN else [folder / f"{name}.opus" for name in generator.sample(names, 8)]
    return media.row(options.cache, seen, heard, babble, 0.0 if noise == CLEAN else float(noise))


def measure(options: argparse.Namespace, seconds: float, noise: str, is_seen: bool) -> list[object]:
    generator = random.Random(f"{seconds} {noise} {is_seen}")
    found = spans(options.people, options.cache, 2 * options.each, seconds)
    turns = itertools.cycle(TILES)
    right = wrong = none = recordings = whole = 0
    for person, own in found.items():
        for speaker in own[: options.each]:
            tiles = next(turns)
            others = [p for p in found if p != person and found[p]]
            shown = [generator.choice(found[p]) for p in generator.sample(others, tiles - is_seen)]
            place = generator.randrange(tiles)
            if is_seen:
                shown.insert(place, speaker)
            marks = marked(options, gallery(options, shown, speaker, noise, generator), tiles)
            recordings += 1
            right += sum(tile == place for _, tile in marks) if is_seen else 0
            none += sum(tile is None for _, tile in marks)
            wrong += sum(tile is not None and not (is_seen and tile == place) for _, tile in marks)
            told = {tile for _, tile in marks if tile is not None}
            whole += told == ({place} if is_seen else set())
    voice = "seen" if is_seen else "off screen"
    return [voice, f"{seconds:g} s", noise, recordings, whole, right, wrong, none]


def cost(options: argparse.Namespace) -> None:
    """CPU of `--lips auto` and of sound alone, medians of three runs by turns."""
    rows: list[list[object]] = []
    for tiles, noise in itertools.product((1, 4), ("5", "0")):
        generator = random.Random(f"{tiles} {noise}")
        found = [own[0] for own in spans(options.people, options.cache, 1, 20.0).values() if own]
        recording = gallery(options, found[:tiles], found[0], noise, generator)
        spent: dict[str, list[float]] = {"never": [], "auto": []}
        for lips in ("never", "auto") * 3:
            command = [options.viseme, "transcribe", recording, "--lips", lips, "-q", "-f", "json", "-o", "-"]
            spent[lips].append(run([*command, "--threads", "1"], options.core)[1].cpu)
        never, auto = (sorted(spent[lips])[1] for lips in ("never", "auto"))
        rows.append([tiles, noise, never, auto, auto / never])
    print(report.table(["tiles", "babble, dB", "sound alone, s", "auto, s", "ratio"], rows))
    report.finish(options, {"rows": rows})


def main() -> None:
    options = parse()
    if options.cost:
        return cost(options)
    lengths = map(float, options.lengths.split(","))
    rows = [
        measure(options, seconds, noise, is_seen)
        for seconds, noise, is_seen in itertools.product(lengths, options.noises.split(","), (True, False))
    ]
    header = ["voice", "length", "babble, dB", "recordings", "right as a whole", "segments right", "wrong", "no face"]
    print(report.table(header, rows))
    report.finish(options, {"rows": rows})


if __name__ == "__main__":
    main()
