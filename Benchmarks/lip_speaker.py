#!/usr/bin/env python3
"""Measures whether `viseme transcribe --lips always` finds the face that speaks: galleries of two by two talking
faces of GRID, one of them with its sound. Beside the known speaker sit strangers, or the known speaker
in other clips, who say other words at the same time.
"""

from __future__ import annotations

import argparse
import json
import random
import tempfile
from pathlib import Path

from harness import media, report
from harness.programs import run
from lips import known, strangers


def parse() -> argparse.Namespace:
    parser = report.parser(__doc__)
    parser.add_argument("--galleries", type=int, default=24, help="galleries of each kind")
    return parser.parse_args()


def corner(options: argparse.Namespace, gallery: Path) -> int | None:
    """The tile (row by row, from 0) of the face that was taken for the speaker's."""
    with tempfile.TemporaryDirectory() as folder:
        command = [options.viseme, "transcribe", gallery, "--lips", "always", "-q", "-f", "json"]
        run([*command, "--output-dir", folder, "--threads", options.threads], options.core)
        document = json.loads((Path(folder) / f"{gallery.stem}.json").read_text(encoding="utf-8"))
    places = [segment["mouth"] for segment in document["segments"] if "mouth" in segment]
    return int(places[0][0] >= 0.5) + 2 * int(places[0][1] >= 0.5) if places else None


def measure(options: argparse.Namespace, speakers: list[Path], others: list[Path]) -> list[object]:
    generator = random.Random(3)
    found = right = 0
    for speaker in speakers[: options.galleries]:
        place = generator.randrange(4)
        tiles = generator.sample([path for path in others if path != speaker], 3)
        tiles.insert(place, speaker)
        chosen = corner(options, media.gallery(options.cache, tiles, place))
        found += chosen is not None
        right += chosen == place
    count = len(speakers[: options.galleries])
    return [count, found, right, 100 * right / max(1, found)]


def main() -> None:
    options = parse()
    mine = [path for path, _, _ in known(options.data)]
    theirs = [path for path, _, _ in strangers(options.data)]
    rows = [
        ["known", "strangers", *measure(options, mine, theirs)],
        ["known", "the same face, other words", *measure(options, mine, mine)],
        ["a stranger", "other strangers", *measure(options, theirs, theirs)],
    ]
    print(report.table(["speaker", "beside", "galleries", "with a face", "right", "right, %"], rows))
    report.finish(options, {"rows": rows})


if __name__ == "__main__":
    main()
