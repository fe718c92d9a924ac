#!/usr/bin/env python3
"""Checks that what recorders do to a sound changes no word of it.

From one speech recordings are made in many containers and codecs, each with a defect, and each is
compared with FFmpeg's own decode of the same speech through the same codec, transcribed from WAV:
the words must be the same, their starts within 50 ms of where the defect puts them, the length
right, and nothing told that is not so. Then packets are stamped on arrival, up to 300 ms late, with
gaps of 0.2 to 5 s hidden among them: every word must come, and each gap must be kept within 100 ms.
Ends with 1 where a row fails.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from harness import report, stamped
from harness.corpus import REPOSITORY
from harness.defects import CODECS, Case, Maker
from harness.programs import Word
from harness.words import align, normalise

MEETING = REPOSITORY / "samples" / "meeting.mp4"
START, SECONDS, PAUSES = 27.5, 13.2, [5.7, 8.05]
"""The part of the meeting that is taken: three sentences of two people, and their pauses, from its start."""
NEAR, FAR, FEW = 0.05, 0.25, 0.1
"""Seconds by which the start of a word may be off, and at most where it is one of a few: times follow the model's
attention, which differs where a sample does; the share of those few."""
LENGTH = 0.3
"""Seconds by which the length of a recording may be off."""
GAPS = [11.0, 17.6, 27.6, 33.2, 46.4, 53.9]
"""Pauses of the meeting in which gaps are hidden."""
NOISY = (41.0, 54.0)
"""Left out of it: words in noise depend on every sample."""
GAP_LENGTHS = [0.2, 0.35, 0.6, 1.0, 2.2, 5.0]
TIES = 0.025
"""Share of words that may be lost or added, and half of those that may be read otherwise: the meeting has words that
the model reads in one way or another whatever the times are ("ninth" and "9th")."""
NUMBERS = {"eight": "8", "ninth": "9th", "fifteen": "15"}
"""Those of the meeting."""
KEPT = 0.1
"""Seconds by which a gap may be off."""


@dataclass(frozen=True)
class Heard:
    """What the program made of a file: words, notes, length; or why it made nothing."""

    words: list[Word]
    notes: list[str]
    length: float | None
    error: str | None = None


def read(document: dict) -> Heard:
    words = [Word(word["text"], word["start"], word["end"], word["confidence"])
             for segment in document["segments"] for word in segment["words"]]
    return Heard(words, document.get("notes", []), document["source"].get("duration"))


def transcribe(viseme: Path, paths: Sequence[Path], threads: int, arguments: Sequence[str] = ()) -> dict[Path, Heard]:
    """One batch of all files."""
    results: dict[Path, Heard] = {}
    with tempfile.TemporaryDirectory(prefix="viseme-media-") as folder:
        command = [viseme, "batch", *paths, "--output-dir", folder, "--format", "json", "--threads", threads,
                   "--quiet", *arguments]
        subprocess.run([str(word) for word in command], stdin=subprocess.DEVNULL, capture_output=True)
        lines = [json.loads(line) for line in (Path(folder) / "report.jsonl").read_text("utf-8").splitlines()]
        by_input = {Path(line["input"]).name: line for line in lines}
        for path in paths:
            line = by_input.get(path.name, {"error": "no line in the report"})
            output = next(iter(line.get("outputs", [])), None)
            if output is None:
                results[path] = Heard([], [], None, str(line.get("error")))
            else:
                results[path] = read(json.loads((Path(folder) / Path(output).name).read_text("utf-8")))
    return results


def faults(case: Case, heard: Heard, reference: Heard) -> list[str]:
    """What is wrong with a transcript; empty where it is right."""
    if heard.error:
        return [heard.error]
    found: list[str] = []
    said, written = ([spoken(word.text) for word in one.words] for one in (reference, heard))
    pairs = align([" ".join(word) for word in said], [" ".join(word) for word in written])
    wrong = sum(i is None or j is None or said[i] != written[j] for i, j in pairs)
    if wrong:
        found.append(f"{wrong} of {len(said)} words")
    errors = starts(pairs, reference.words, heard.words)
    late = max(errors, key=abs, default=0.0)
    if abs(late) > FAR or sum(abs(error) > NEAR for error in errors) > FEW * len(errors):
        found.append(f"starts off by {1000 * late:+.0f} ms")
    if case.length is not None and abs((heard.length or 0) - case.length) > LENGTH:
        found.append(f"length {heard.length}, not {case.length:.1f}")
    known = [*case.notes, *case.allowed]
    told = [note for note in heard.notes if not any(re.search(wanted, note) for wanted in known)]
    found += [f"told: {note}" for note in told]
    untold = [wanted for wanted in case.notes if not any(re.search(wanted, note) for note in heard.notes)]
    return found + [f"not told: {wanted}" for wanted in untold]


def spoken(text: str) -> list[str]:
    """The words, with numbers that the model writes in one way or the other in digits."""
    return [NUMBERS.get(word, word) for word in normalise(text)]


def starts(pairs: Sequence[tuple[int | None, int | None]], said: Sequence[Word],
           written: Sequence[Word]) -> list[float]:
    """By how many seconds words that are the same come later."""
    return [written[j].start - said[i].start for i, j in pairs
            if i is not None and j is not None and spoken(said[i].text) == spoken(written[j].text)]


def all_cases(make: Maker) -> None:
    plain = ["m4a alac", "caf alac", "caf pcm_s16be", "aiff pcm_s16be", "au mulaw", "w64 pcm_s24", "rf64 pcm_s16",
             "wav adpcm_ima", "wav gsm_ms", "avi mp3", "asf wmav2", "rm real_144", "ogg speex", "ogg flac", "webm opus",
             "mkv pcm_f32", "ts mp2", "ts ac3", "ps.mpg mp2", "nut vorbis", "tta tta", "wv wavpack",
             "3gp aac", "aac aac", "mp3 mp3", "eac3 eac3", "dts dts", "sbc sbc", "g722 g722", "gsm gsm", "tco g723_1",
             "flv nellymoser", "thd truehd", "frag.mp4 aac", "voc pcm_s16"]
    for row in plain:
        make.plain(*row.split())
    for row in ["mkv aac", "mp4 aac", "mov alac", "ts mp2", "nut opus", "ps.mpg ac3", "mkv vorbis"]:
        make.offset(*row.split())
    make.offset("asf", "wmav2", primed=0.043)
    for row in ["mkv aac", "mkv opus", "webm vorbis", "flv mp3", "ts aac", "mp4 aac", "asf wmav2", "nut pcm_s16",
                "mkv mulaw"]:
        make.burst(*row.split())
    for row in ["mkv aac", "asf wmav2", "nut opus", "flv mp3"]:
        make.stand(*row.split())
    for row, rate in [("mkv aac", 1.01), ("mkv opus", 0.98), ("ts mp2", 1.02), ("mp4 aac", 0.99), ("flv mp3", 1.005),
                      ("nut pcm_s16", 1.015), ("frag.mp4 aac", 1.01)]:
        make.drift(*row.split(), rate)
    for row in ["mkv aac", "mp4 aac", "ts mp2", "flv mp3", "asf wmav2", "webm opus", "nut pcm_s16", "frag.mp4 aac",
                "mkv pcm_s16"]:
        make.gap(*row.split())
    for row in ["mkv aac", "ts mp2", "nut opus"]:
        make.jump(*row.split())
    for codec in ["aac", "mp2", "ac3"]:
        make.wrap(codec)
    ended = ["file is truncated"]
    for row in ["wav pcm_s16", "mkv aac", "frag.mp4 aac", "aiff pcm_s16be", "caf pcm_s16be", "w64 pcm_s24",
                "rf64 pcm_s16", "avi mp3",
                "au mulaw", "flac flac", "tta tta", "asf wmav2", "mp3 mp3"]:
        make.cut(*row.split(), ended)
    for row in ["ts aac", "ogg opus", "aac aac", "ps.mpg mp2"]:
        make.cut(*row.split(), [])
    for row, second in [("ogg opus", ""), ("ogg opus", "-ac 2"), ("ogg vorbis", "-ar 16000"), ("mp3 mp3", ""),
                        ("mp3 mp3", "-ar 16000"), ("mp3 mp3", "-ac 2"), ("aac aac", ""), ("aac aac", "-ac 2"),
                        ("aac aac", "-ar 22050"), ("ogg flac", ""), ("ac3 ac3", "-ac 2"), ("ogg speex", "")]:
        make.chain(*row.split(), second)
    for row, second in [("ts aac", ""), ("ts mp2", "-ar 32000")]:
        make.chain(*row.split(), second, notes=["1 jump in the timestamps"])
    channel_cases(make)
    packet_cases(make)


def channel_cases(make: Maker) -> None:
    phase = ["opposite phase"]
    for row in ["flac flac", "ogg opus", "m4a aac", "wav pcm_s16"]:
        make.channels(*row.split(), "opposite phase", "stereo|c0=c0|c1=-1*c0", notes=phase)
    for row in ["mp3 mp3", "flac flac"]:
        make.channels(*row.split(), "one channel", "stereo|c0=c0|c1=0*c0")
    make.channels("flac", "flac", "centre of 5.1", "5.1|FC=c0|FL=0*c0|FR=0*c0|LFE=0*c0|BL=0*c0|BR=0*c0")
    make.channels("m4a", "alac", "centre of 5.1", "5.1|FC=c0|FL=0*c0|FR=0*c0|LFE=0*c0|BL=0*c0|BR=0*c0")
    for count in (3, 4, 6, 8):
        make.unplaced(count, min(3, count - 1))


def packet_cases(make: Maker) -> None:
    first, second = make.pauses

    def lost(frames: list[bytes], times: list[float]) -> tuple[list[bytes], list[float]]:
        kept = [n for n, time in enumerate(times) if not first - 0.15 <= time < first + 0.15]
        return [frames[n] for n in kept], [times[n] for n in kept]

    def wild(frames: list[bytes], times: list[float]) -> tuple[list[bytes], list[float]]:
        return frames, [time + (9.0 if n in (150, 300, 301) else 0) for n, time in enumerate(times)]

    def overlap(frames: list[bytes], times: list[float]) -> tuple[list[bytes], list[float]]:
        cut = next(n for n, time in enumerate(times) if time >= first)
        back = next(n for n, time in enumerate(times) if time >= first - 1.2)
        return frames[:cut] + frames[back:], times[:cut] + times[back:]

    def anew(frames: list[bytes], times: list[float]) -> tuple[list[bytes], list[float]]:
        return frames, [time - (first if time >= first else 0) for time in times]

    def dead(frames: list[bytes], times: list[float]) -> tuple[list[bytes], list[float]]:
        return frames, [0.0 if n else time for n, time in enumerate(times)]

    for container in ("mkv", "flv"):
        make.packets(container, "lost", lost)
        make.packets(container, "wild times", wild)
        make.packets(container, "overlap", overlap, notes=["1.2 s of overlapping audio dropped"])
        make.packets(container, "clock anew", anew, notes=["1 jump in the timestamps"])
        make.packets(container, "all at 0", dead)


def burst_cases(make: Maker, seeds: int, seed: int) -> None:
    """The whole meeting stamped on arrival, with gaps of all lengths hidden in it."""
    stream = make.aac()
    for name, lateness in stamped.LATENESS.items():
        for number in range(seed, seed + seeds):
            chance = random.Random(f"{name} {number}")
            lengths = chance.sample(GAP_LENGTHS, len(GAP_LENGTHS))
            gaps = list(zip(GAPS, lengths, strict=True))
            late = [sum(length for at, length in gaps if time >= at) for time in stream.times()]
            true = [time + by for time, by in zip(stream.times(), late, strict=True)]
            container = "mkv" if number % 2 == 0 else "flv"
            path = make.folder / f"{len(make.cases):03}-{name}-{number}.{container}"
            writer = stamped.write_matroska if container == "mkv" else stamped.write_flash
            writer(path, stream, lateness(true, chance))
            reference = make.with_silences(make.decoded(make.folder / "packets.aac"), gaps)
            starts = [at + sum(lengths[: n + 1]) for n, at in enumerate(GAPS)]
            make.add(container, f"aac {number}", name, path, reference=reference, stretches=[0.0, *starts])


def burst_row(case: Case, heard: Heard, reference: Heard) -> list[str]:
    """Container, model, words that differ, worst gap in ms, worst start in ms, and faults."""
    if heard.error:
        return [case.container, case.codec.split()[1], case.defect, "", "", "", "", heard.error]
    said, written = ([" ".join(normalise(word.text)) for word in one.words] for one in (reference, heard))
    pairs = align(said, written)
    wrong = sum(i is None or j is None or said[i] != written[j] for i, j in pairs)
    errors: dict[float, list[float]] = {since: [] for since in case.stretches}
    for i, j in pairs:
        if i is not None and j is not None and said[i] == written[j]:
            at = reference.words[i].start
            errors[max(since for since in case.stretches if since <= at)].append(heard.words[j].start - at)
    # How far the words of a stretch are late together; a gap is what lies between two stretches, measured by
    # the words next to it, so that the lateness of arrival itself does not count.
    edges = list(errors.values())
    gaps = [statistics.median(after[:4]) - statistics.median(before[-4:])
            for before, after in zip(edges, edges[1:]) if before and after]
    gap = max(gaps, key=abs, default=0.0)
    start = max((error for stretch in edges for error in stretch), key=abs, default=0.0)
    told = [note for note in heard.notes if not re.search(r"s of audio missing", note)]
    changed = ", ".join(f"{said[i] if i is not None else ''}>{written[j] if j is not None else ''}" for i, j in pairs
                        if i is None or j is None or said[i] != written[j])
    lost = sum(i is None or j is None for i, j in pairs)
    found = [f"told: {note}" for note in told]
    if lost > TIES * len(said) or wrong > 2 * TIES * len(said):
        found.append(f"{lost} words lost or added")
    if abs(gap) > KEPT:
        found.append(f"a gap off by {1000 * gap:+.0f} ms")
    return [case.container, case.codec.split()[1], case.defect, str(wrong), f"{1000 * gap:+.0f}",
            f"{1000 * start:+.0f}", changed, "; ".join(found)]


def parse() -> argparse.Namespace:
    parser = report.parser(__doc__)
    parser.add_argument("--seeds", type=int, default=3, help="of each burst model")
    parser.add_argument("--seed", type=int, default=0, help="the first of them")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="make the recordings here, and keep them")
    parser.add_argument("--only", choices=["defects", "bursts"])
    parser.add_argument("--markdown", type=Path, metavar="FILE", help="also write the tables to FILE")
    return parser.parse_args()


def measure(options: argparse.Namespace, folder: Path) -> tuple[list[str], list[str]]:
    """The tables, and the rows that fail."""
    tables, failed = [], []
    if options.only != "bursts":
        speech = folder / "speech.wav"
        make = Maker(folder, speech, SECONDS, PAUSES)
        make.ffmpeg(speech.name, f"-ss {START} -t {SECONDS} -i", MEETING, "-ac 1 -ar 48000 -c:a pcm_s16le -bitexact")
        all_cases(make)
        heard = hear(make, options)
        rows = []
        for case in make.cases:
            found = faults(case, heard[case.path], heard[case.reference])
            rows.append([case.defect, case.container, case.codec, "; ".join(found) or "right"])
            failed += [f"{case.path.name}: {'; '.join(found)}"] if found else []
        tables.append(report.table(["defect", "container", "codec", "result"], rows))
    if options.only != "defects":
        whole = folder / "bursts"
        whole.mkdir(exist_ok=True)
        make = Maker(whole, whole / "speech.wav", 63.0, GAPS)
        quiet = f"aselect='not(between(t\\,{NOISY[0]}\\,{NOISY[1]}))',asetpts=N/SR/TB"
        make.ffmpeg("speech.wav", "-i", MEETING, f"-af {quiet} -ac 1 -ar 48000 -c:a pcm_s16le -bitexact")
        burst_cases(make, options.seeds, options.seed)
        heard = hear(make, options)
        rows = [burst_row(case, heard[case.path], heard[case.reference]) for case in make.cases]
        failed += [f"{case.path.name}: {row[-1]}" for case, row in zip(make.cases, rows, strict=True) if row[-1]]
        header = ["container", "seed", "lateness", "wrong words", "worst gap ms", "worst start ms", "said>written",
                  "faults"]
        tables.append(report.table(header, rows))
    return tables, failed


def hear(make: Maker, options: argparse.Namespace) -> dict[Path, Heard]:
    paths = [case.path for case in make.cases] + sorted({case.reference for case in make.cases})
    return transcribe(options.viseme, paths, options.threads, options.viseme_args)


def main() -> int:
    options = parse()
    with tempfile.TemporaryDirectory(prefix="viseme-media-") as temporary:
        folder = options.keep or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        tables, failed = measure(options, folder)
    print("\n\n".join(tables))
    if options.markdown:
        options.markdown.write_text("\n\n".join(tables) + "\n", encoding="utf-8")
    print(f"\n{len(failed)} failed" if failed else "\nall right")
    for line in failed:
        print(f"  {line}")
    report.finish(options, {"failed": failed})
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
