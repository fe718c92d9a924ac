#!/usr/bin/env python3
"""Shows what becomes of sound whose packets were stamped on arrival: is it lost or moved, or read otherwise?

The recordings are those of media.py, with gaps of 0.2 to 5 s hidden among late packets. What the program hears of each
is compared, sample by sample, with the sound as an exact clock gives it: where each gap came to lie, how long it is, and
by how many decibels all the rest differs. Then the exact sound with the gaps as they were kept is transcribed too: words
that differ from that are another reading of nearly the same sound. Ends with 1 where a gap is off by more than 100 ms or
sound is missing.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
from pathlib import Path

import media
from harness import report, stamped
from harness.defects import Maker
from harness.kept import RATE, heard, kept, with_gaps
from harness.words import align, normalise

LEAST = 25.0
"""Decibels by which what was heard may differ from the sound, at least: gaps lie between samples of two rates."""


def changes(reference: media.Heard, written: media.Heard) -> str:
    """Words that differ: said>written."""
    said, wrote = ([" ".join(normalise(word.text)) for word in one.words] for one in (reference, written))
    return ", ".join(f"{said[i] if i is not None else ''}>{wrote[j] if j is not None else ''}"
                     for i, j in align(said, wrote) if i is None or j is None or said[i] != wrote[j])


def measure(options: argparse.Namespace, folder: Path) -> tuple[list[list[str]], list[str]]:
    make = Maker(folder, folder / "speech.wav", 63.0, media.GAPS)
    quiet = f"aselect='not(between(t\\,{media.NOISY[0]}\\,{media.NOISY[1]}))',asetpts=N/SR/TB"
    make.ffmpeg("speech.wav", "-i", media.MEETING, f"-af {quiet} -ac 1 -ar 48000 -c:a pcm_s16le -bitexact")
    media.burst_cases(make, options.seeds, options.seed)
    make.cases = [case for case in make.cases if options.only in (None, case.defect)]
    exact = make.decoded(folder / "packets.aac")
    sounds = heard(options.viseme, [*(case.path for case in make.cases), exact], options.threads)
    places, copies = {}, {}
    for case in make.cases:
        chance = random.Random(f"{case.defect} {case.codec.split()[1]}")
        gaps = list(zip(media.GAPS, chance.sample(media.GAP_LENGTHS, len(media.GAPS)), strict=True))
        places[case.path] = (kept(sounds[exact], sounds[case.path], gaps), gaps)
        copies[case.path] = with_gaps(sounds[exact], places[case.path][0], folder / f"{case.path.stem}-kept.wav")
    paths = [*(case.path for case in make.cases), *copies.values(), *sorted({case.reference for case in make.cases})]
    words = media.transcribe(options.viseme, paths, options.threads, options.viseme_args)
    rows, failed = [], []
    for case in make.cases:
        like, gaps = places[case.path]
        moved = [round(1000 * (at / RATE - true)) for (at, _), (true, _) in zip(like.gaps, gaps, strict=True)]
        longer = [round(1000 * (length / RATE - true)) for (_, length), (_, true) in zip(like.gaps, gaps, strict=True)]
        rows.append([case.defect, case.codec.split()[1], str(moved), str(longer), f"{like.difference:.1f}",
                     changes(words[case.reference], words[case.path]),
                     changes(words[copies[case.path]], words[case.path])])
        if max(map(abs, longer)) > 1000 * media.KEPT:
            failed.append(f"{case.path.name}: a gap is off")
        if like.difference < LEAST:
            failed.append(f"{case.path.name}: sound is missing")
    return rows, failed


def main() -> int:
    parser = report.parser(__doc__)
    parser.add_argument("--seeds", type=int, default=3, help="of each model of lateness")
    parser.add_argument("--seed", type=int, default=0, help="the first of them")
    parser.add_argument("--only", choices=sorted(stamped.LATENESS), help="one model")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="viseme-bursts-") as folder:
        rows, failed = measure(options, Path(folder))
    print(report.table(["lateness", "seed", "gaps moved by ms", "gaps longer by ms", "difference dB",
                        "exact clock>bursts", "same gaps>bursts"], rows))
    print("\n".join([f"\n{len(failed)} failed", *(f"  {line}" for line in failed)] if failed else ["\nall sound is there"]))
    report.finish(options, {"failed": failed})
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
