#!/usr/bin/env python3
"""A job from end to end: subtitles for broadcast.

    python3 Benchmarks/jobs/broadcast.py PROGRAMME.mp4 --output broadcast

What a subtitle editor does, with nothing but README and `--help`: lines of 37 characters, 17 characters a second,
cues of at least a second, dialogue in one cue, numbers in one style; as SubRip and TTML. Both are validated: SubRip
by Benchmarks/layout.py and pysubs2, TTML by ttconv, the reader of its authors, which must find the same cues.
Pictures of three cues, as FFmpeg's libass draws the SubRip, are kept for people to look at. `--transcript` takes a JSON
that is there already. Ends with 1 where a rule is broken that can be kept; cues that are
too fast or short, because speech is, are told.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import layout  # noqa: E402

RULES = layout.Limits(line=37, lines=2, least=1, most=7, speed=17, gap=0.08)
OPTIONS = ["--max-line-length", "37", "--max-cps", "17", "--min-cue", "1", "--dual-speakers", "--numbers", "auto"]


def run(*command: object, folder: Path | None = None) -> None:
    """Runs a command and shows it."""
    words = [str(word) for word in command]
    print("$", *words, flush=True)
    subprocess.run(words, check=True, cwd=folder)


def timed_text(path: Path) -> list[tuple[int, int, str]]:
    """Start and end in milliseconds and the text of each paragraph of TTML, as ttconv reads them."""
    import xml.etree.ElementTree as ET

    import ttconv.imsc.reader
    from ttconv.model import Br, P, Text

    document = ttconv.imsc.reader.to_model(ET.parse(path))
    if document is None or document.get_body() is None:
        raise SystemExit(f"{path}: ttconv reads nothing")
    cues = []
    for part in document.get_body().dfs_iterator():
        if isinstance(part, P):
            text = "".join("\n" if isinstance(one, Br) else one.get_text()
                           for one in part.dfs_iterator() if isinstance(one, (Br, Text)))
            cues.append((round(part.get_begin() * 1000), round(part.get_end() * 1000), text))
    return cues


def picture(programme: Path, subtitles: Path, time: float, path: Path) -> None:
    """Draws what a viewer sees at a time."""
    draw = f"subtitles={subtitles.name}:original_size=640x360:force_style='FontSize=22'"
    run("ffmpeg", "-v", "error", "-nostdin", "-y", "-copyts", "-ss", time, "-i", programme.resolve(), "-vf", draw,
        "-frames:v", "1", path.resolve(), folder=subtitles.parent)


def main() -> int:
    """Returns the exit status."""
    import pysubs2

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("programme", type=Path)
    parser.add_argument("--output", type=Path, default=Path("broadcast"))
    parser.add_argument("--viseme", default="viseme")
    parser.add_argument("--transcript", type=Path)
    given = parser.parse_args()
    folder, stem = given.output, given.programme.stem
    folder.mkdir(parents=True, exist_ok=True)
    if given.transcript:
        stem = given.transcript.stem
        run(given.viseme, "render", given.transcript, "--format", "srt,ttml", "--output-dir", folder, "--force", *OPTIONS)
    else:
        run(given.viseme, "transcribe", given.programme, "--speakers", "auto", "--format", "srt,ttml,json",
            "--output-dir", folder, "--force", *OPTIONS)
    cues = layout.read(folder / f"{stem}.srt")
    found = layout.count(cues, RULES)
    print(*(f"{column} {number}" for column, number in found.items()), sep=", ")
    events = [(event.start, event.end, event.plaintext) for event in pysubs2.load(str(folder / f"{stem}.srt")).events]
    checks = {
        "lines, length, gaps and overlaps are within the rules": not any(
            found[column] for column in ("long", "lines", "lasting", "gap", "overlap", "mixed")),
        "TTML has the cues of SubRip": timed_text(folder / f"{stem}.ttml") == events,
        "there are cues": len(cues) > 0,
    }
    for index, event in enumerate(events[:: max(1, len(events) // 3)][:3]):
        picture(given.programme, folder / f"{stem}.srt", (event[0] + event[1]) / 2000, folder / f"cue-{index + 1}.png")
    for what, holds in checks.items():
        print("ok  " if holds else "FAIL", what)
    return int(not all(checks.values()))


if __name__ == "__main__":
    sys.exit(main())
