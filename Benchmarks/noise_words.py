#!/usr/bin/env python3
"""Words written where nobody speaks: digital silence and each noise file, looped.

Recordings of cafes, restaurants, crowds and offices may hold real voices: their text is shown.
The other files hold no speech, and every word written for them is an error.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from harness import media, report
from harness.words import normalise

VOICES = {"places_cafe", "coffee-shop", "places_restaurant", "urban_crowd", "places_office"}


def parse() -> argparse.Namespace:
    parser = report.parser(__doc__, peer=True)
    report.add_program_choice(parser)
    parser.add_argument("--minutes", type=float, default=10, help="length of each recording")
    parser.add_argument("--only", nargs="+", metavar="NAME", help="these recordings (names without suffix)")
    return parser.parse_args()


def recordings(options: argparse.Namespace) -> dict[str, Path]:
    """Name to looped recording, the silence first."""
    seconds = 60 * options.minutes
    sources: dict[str, Path | None] = {"silence": None}
    sources |= {path.stem: path for path in sorted((options.data / "noise").glob("*.opus"))}
    return {
        name: media.looped(options.cache, path, seconds) if path else media.silence(options.cache, seconds)
        for name, path in sources.items()
        if not options.only or name in options.only
    }


def main() -> None:
    options = parse()
    results: list[dict[str, Any]] = []
    for name, path in recordings(options).items():
        for program in report.programs(options):
            (transcript,) = program.transcribe([path])
            results.append({"program": program.name, "recording": name, "voices": name in VOICES,
                            "words": len(normalise(transcript.text)), "text": transcript.text})
    rows = [[row["program"], row["recording"], "maybe" if row["voices"] else "no", row["words"]]
            for row in results]
    print(report.table(["program", f"{options.minutes:g} min of", "voices", "words"], rows))
    for row in results:
        if row["words"]:
            print(f"\n{row['program']}, {row['recording']}: {row['text']}")
    report.finish(options, {"minutes": options.minutes, "results": results})


if __name__ == "__main__":
    main()
