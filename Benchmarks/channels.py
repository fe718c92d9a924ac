#!/usr/bin/env python3
"""Checks whether `--channels auto` does what is right, and that no word is doubled or lost by it.

Calls, interviews and recordings of rooms are composed of LibriSpeech test-other, AMI and recorded noise: a
person on each channel with leakage, echo, noise, overlap, codecs and levels as they occur, and stereo that
must be mixed. Each is transcribed with auto, mix and separate. A word is doubled where both channels have it within
half a second; words found are those of the reference that are written within half a second of their turn, by
the voice's own channel where channels are apart. Ends with 1 where auto decides wrongly or doubles a word, finds far
fewer words in a recording than both others, or fewer in all than either.
"""

from __future__ import annotations

import argparse
import csv
import difflib
import json
import random
import re
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from harness import report
from harness.conversations import (Place, Saying, Talk, Turn, decode, gain, hiss, level, looped, music, talk, through,
                                   write)
from harness.words import normalise

LATE = 0.5
"""Seconds by which a word may lie outside of its turn, and by which one is from its double."""
FEWER = 0.12
"""Share of the words of a recording that auto may find less than the better of mix and separate: the recogniser reads
one sound otherwise at another level or with other noise, by up to a tenth of the words of telephone speech."""
WAV = ["-c:a", "pcm_s16le"]


@dataclass(frozen=True)
class Scene:
    """A recording, what is said in it, and whether its channels must be taken apart (None: either will do)."""

    name: str
    path: Path
    turns: list[Turn]
    apart: bool | None


@dataclass(frozen=True)
class Written:
    """A word with its channel, 0 where channels were mixed."""

    text: str
    start: float
    channel: int


class Stage:
    """Makes scenes."""

    def __init__(self, data: Path, folder: Path, seed: int) -> None:
        self.folder = folder
        self.chance = random.Random(seed)
        self.noise = np.random.default_rng(seed)
        self.scenes: list[Scene] = []
        self.data = data
        with open(data / "MANIFEST.tsv", newline="", encoding="utf-8") as file:
            rows = [row for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
                    if row["path"].startswith("librispeech/test-other") and float(row["seconds"]) < 9]
        self.voices: dict[str, list[Saying]] = {}
        for row in rows:
            saying = Saying(decode(data / row["path"]), row["transcript"])
            self.voices.setdefault(row["speaker"], []).append(saying)

    def talk(self, order: str, **how: float) -> Talk:
        """Two or more people, drawn, whose turns are told by letters: "ABAB"."""
        letters = sorted(set(order))
        people = self.chance.sample(sorted(self.voices), len(letters))
        sayings = [self.chance.sample(self.voices[person], len(self.voices[person])) for person in people]
        return talk(sayings, [letters.index(letter) for letter in order], self.chance, **how)

    def heard(self, said: Talk, places: Sequence[Place]) -> np.ndarray:
        rows = [place.heard(voice, self.noise) for voice, place in zip(said.voices, places, strict=True)]
        return np.sum(rows, axis=0)

    def call(self, name: str, said: Talk, leak: float | None = None, late: float = 0, *, room: float | None = None,
             hisses: tuple[float, float] = (-75, -72), gains: tuple[float, float] = (0, 0),
             codec: Sequence[str] = WAV, suffix: str = ".wav", apart: bool | None = True) -> None:
        """A person on each channel, whom the other's has `leak` decibels weaker and `late` ms later."""
        weak = -200.0 if leak is None else -leak
        places = [Place(0, weak, 0, late, room if voice == 0 else None) if voice == 0 else
                  Place(weak, 0, late, 0, room) for voice in range(len(said.voices))]
        rows = self.heard(said, places)
        for channel in range(2):
            rows[channel] += hiss(said.count, hisses[channel], self.noise, slope=channel)
            rows[channel] *= gain(gains[channel])
        self.add(name, rows, said, apart, codec, suffix)

    def add(self, name: str, rows: np.ndarray, said: Talk, apart: bool | None, codec: Sequence[str] = WAV,
            suffix: str = ".wav") -> None:
        path = self.folder / f"{len(self.scenes):02}-{re.sub('[^A-Za-z0-9.]+', '-', name)}{suffix}"
        self.scenes.append(Scene(name, write(path, rows, codec), said.turns, apart))

    def recorded(self, name: str, count: int, decibels: float) -> np.ndarray:
        return looped(decode(self.data / "noise" / f"{name}.opus"), count, decibels)


def calls(stage: Stage) -> None:
    """A person on each channel."""
    stage.call("nothing leaks", stage.talk("ABABAB"))
    for leak, late in [(30, 0), (30, 20), (24, 5), (18, 0), (18, 10), (12, 0), (12, 20), (9, 10), (6, 0), (6, 5),
                       (6, 20)]:
        # From 10 dB on a voice is in both channels, and their mix has it well.
        stage.call(f"leakage {leak} dB {late} ms", stage.talk("ABABAB"), leak, late, apart=True if leak > 10 else None)
    for leak, room in [(18, 12), (12, 6), (9, 9)]:
        stage.call(f"leakage {leak} dB in a room of {room} dB", stage.talk("ABABAB"), leak, 4, room=room, apart=None)
    for overlap in (5, 10, 20):
        stage.call(f"overlap {overlap} %", stage.talk("ABABABAB", overlap=overlap / 100), 24, 5)
    stage.call("overlap 20 % leakage 12 dB", stage.talk("ABABABAB", overlap=0.2), 12, 5)
    stage.call("all at once", stage.talk("ABABABAB", overlap=0.75), 40, 5)
    stage.call("one says little", stage.talk("AABAA"), 20, 10)
    stage.call("one says nearly nothing", stage.talk("AAAAA"), 20, 10, apart=False)
    stage.call("hiss on one channel", stage.talk("ABABAB"), 24, 5, hisses=(-75, -46))
    for weaker in (10, 20):
        stage.call(f"one {weaker} dB weaker", stage.talk("ABABAB"), 30, 5, gains=(0, -weaker))
    # Whom the other's channel has louder than his own.
    stage.call("one 20 dB weaker leakage 12 dB", stage.talk("ABABAB"), 12, 5, gains=(0, -20), apart=None)
    for noise, decibels in [("places_cafe", -46), ("urban_traffic", -41), ("places_office", -51)]:
        said = stage.talk("ABABAB")
        rows = stage.heard(said, [Place(0, -24, 0, 5), Place(-24, 0, 5, 0)])
        rows[0] += stage.recorded(noise, said.count, decibels)
        rows[1] += hiss(said.count, -60, stage.noise)
        stage.add(f"{noise} on one channel", rows, said, True)


def lines(stage: Stage) -> None:
    """Telephones: a codec on each line, or one for both."""
    own = {"mu-law": (["-ar", "8000", "-c:a", "pcm_mulaw"], ".wav"), "GSM": (["-ar", "8000", "-c:a", "libgsm"], ".gsm"),
           "G.726": (["-ar", "8000", "-c:a", "g726", "-b:a", "32k"], ".wav"),
           "Speex": (["-ar", "8000", "-c:a", "libspeex"], ".ogg")}
    for name, (codec, suffix) in own.items():
        said = stage.talk("ABABAB")
        rows = stage.heard(said, [Place(0, -24, 0, 15), Place(-21, 0, 15, 0)])
        rows += np.stack([hiss(said.count, -66, stage.noise), hiss(said.count, -60, stage.noise)])
        stage.add(f"line of {name}", np.stack([through(row, codec, suffix, stage.folder) for row in rows]), said, True)
    for name, codec, suffix in [("mu-law 8 kHz", ["-ar", "8000", "-c:a", "pcm_mulaw"], ".wav"),
                                ("MP3 32 kbit/s", ["-c:a", "libmp3lame", "-b:a", "32k"], ".mp3"),
                                ("Opus 24 kbit/s", ["-c:a", "libopus", "-b:a", "24k"], ".opus"),
                                ("AAC 48 kbit/s", ["-c:a", "aac", "-b:a", "48k"], ".m4a")]:
        stage.call(f"both in {name}", stage.talk("ABABAB"), 24, 10, hisses=(-66, -63), codec=codec, suffix=suffix)


def meetings(stage: Stage) -> None:
    """The turns of an AMI excerpt, two of whose people have a channel each: far microphones, noise of the room."""
    for name, leak in [("EN2002a", None), ("ES2003a", 15)]:
        samples = decode(stage.data / "ami" / f"{name}_000-030s.flac")
        said = Talk([np.zeros(len(samples)), np.zeros(len(samples))])
        people: list[str] = []
        for line in (stage.data / "ami" / "ref.stm").read_text("utf-8").splitlines():
            session, _, person, start, end, *words = line.split(" ")
            if not session.startswith(name) or not words:
                continue
            people += [person] if person not in people else []
            voice = people.index(person) % 2
            said.turns.append(Turn(voice, float(start), float(end), normalise(" ".join(words))))
            first, last = int(float(start) * 16_000), int(float(end) * 16_000)
            # Who speaks meanwhile is in the same mix already.
            free = said.voices[1 - voice][first:last] == 0
            said.voices[voice][first:last] = samples[first:last] * free
        stage.call(f"AMI {name}", said, leak, 8, hisses=(-66, -66))


def rooms(stage: Stage) -> None:
    """One pair of microphones, film and music: to be mixed."""
    pairs = {"coincident pair": [Place(0, -7, room=10), Place(-6, 0, room=10), Place(-1, 0, room=10)],
             "coincident pair near": [Place(0, -9, room=18), Place(-9, 0, room=18), Place(0, -2, room=18)],
             "ORTF pair": [Place(0, -8, 0, 0.4, 8), Place(-8, 0, 0.4, 0, 8), Place(0, 0, 0, 0.1, 8)],
             "spaced pair": [Place(0, -6, 0, 4, 3), Place(-7, 0, 5, 0, 3), Place(0, -2, 0, 1, 3)],
             "far pair in a hall": [Place(0, -3, 0, 2, -3), Place(-3, 0, 2, 0, -3), Place(0, 0, 0, 0.3, -3)]}
    for name, places in pairs.items():
        said = stage.talk("ABCABC")
        rows = stage.heard(said, places)
        stage.add(name, rows + np.stack([hiss(said.count, -66, stage.noise), hiss(said.count, -66, stage.noise)]),
                  said, False)
    said = stage.talk("AAAAA")
    stage.add("one voice two microphones", stage.heard(said, [Place(0, -4, 0, 6, 6)]), said, False)
    said = stage.talk("AAAAA")
    stage.add("one voice near and far", stage.heard(said, [Place(0, -20, 0, 8, 14)]), said, False)
    said = stage.talk("ABABA")
    stage.add("voices in music", stage.heard(said, [Place(0, 0), Place(0, 0)])
              + music(said.count, -46, stage.chance), said, False)
    said = stage.talk("ABABA")
    loud = music(said.count, -30, stage.chance)
    loud[:, int(6 * 16_000) :] *= 0.1
    stage.add("loud music first", stage.heard(said, [Place(0, 0), Place(0, 0)]) + loud, said, False)
    said = stage.talk("ABABA")
    rows = stage.heard(said, [Place(0, 0), Place(0, 0)])
    rows += np.stack([stage.recorded("urban_traffic", said.count, -46), stage.recorded("places_cafe", said.count, -46)])
    stage.add("film: other noise left and right", rows, said, False)


def copies(stage: Stage) -> None:
    """Two channels with one sound: to be mixed."""
    for name, codec, suffix in [("MP3 64 kbit/s", ["-c:a", "libmp3lame", "-b:a", "64k", "-joint_stereo", "0"], ".mp3"),
                                ("Opus 32 kbit/s", ["-c:a", "libopus", "-b:a", "32k"], ".opus"),
                                ("AAC 48 kbit/s", ["-c:a", "aac", "-b:a", "48k"], ".m4a")]:
        said = stage.talk("ABABA")
        stage.add(f"copies in {name}", stage.heard(said, [Place(0, 0), Place(0, 0)]), said, False, codec, suffix)
    said = stage.talk("ABABA")
    row = np.sum(said.voices, axis=0)
    speex = ["-ar", "8000", "-c:a", "libspeex", "-b:a", "8k"]
    stage.add("copies of own codecs", np.stack([row, through(row, speex, ".ogg", stage.folder)]), said, False)
    said = stage.talk("ABABA")
    stage.add("one channel empty", np.stack([np.sum(said.voices, axis=0), hiss(said.count, -70, stage.noise)]), said,
              False)
    said = stage.talk("ABABA")
    stage.add("copy 20 dB weaker", stage.heard(said, [Place(0, -20), Place(0, -20)]), said, False)
    said = stage.talk("ABABA")
    stage.add("copy turned round", stage.heard(said, [Place(0, 0), Place(0, 0)]) * np.array([[1], [-1]]), said, False)


def transcribe(viseme: Path, scenes: Sequence[Scene], channels: str, threads: int,
               arguments: Sequence[str]) -> dict[Path, list[Written]]:
    with tempfile.TemporaryDirectory(prefix="viseme-channels-") as folder:
        paths = [str(scene.path) for scene in scenes]
        subprocess.run([str(viseme), "batch", *paths, "--output-dir", folder, "--format", "json", "--threads",
                        str(threads), "--quiet", "--channels", channels, *arguments], check=True)
        found = {}
        for scene in scenes:
            document = json.loads((Path(folder) / f"{scene.path.stem}.json").read_text("utf-8"))
            found[scene.path] = [
                Written(text, word["start"], segment.get("channel", 0)) for segment in document["segments"]
                for word in segment["words"] for text in normalise(word["text"])]
        return found


def found(scene: Scene, written: Sequence[Written]) -> int:
    """Words of the reference that were written, at about their time."""
    total = 0
    for turn in scene.turns:
        mine = [word.text for word in written
                if turn.start - LATE <= word.start <= turn.end + LATE and word.channel in (0, turn.voice + 1)]
        matcher = difflib.SequenceMatcher(None, turn.words, mine, autojunk=False)
        total += sum(block.size for block in matcher.get_matching_blocks())
    return total


def doubled(written: Sequence[Written]) -> int:
    """Words that both channels have at one time."""
    first, second = ([word for word in written if word.channel == channel] for channel in (1, 2))
    left, total = list(second), 0
    for word in first:
        twin = next((other for other in left if other.text == word.text and abs(other.start - word.start) < LATE), None)
        if twin:
            left.remove(twin)
            total += 1
    return total


def row(scene: Scene, heard: dict[str, dict[Path, list[Written]]]) -> tuple[list[str], str]:
    """A line of the table, and what is wrong."""
    by = {mode: heard[mode][scene.path] for mode in heard}
    apart = any(word.channel for word in by["auto"])
    words = sum(len(turn.words) for turn in scene.turns)
    counts = {mode: found(scene, written) for mode, written in by.items()}
    twice = {mode: doubled(by[mode]) for mode in ("auto", "separate")}
    best = max(counts["mix"], counts["separate"] if scene.apart is not False else 0)
    wrong = []
    if scene.apart is not None and apart != scene.apart:
        wrong.append("decided wrongly")
    if twice["auto"]:
        wrong.append(f"{twice['auto']} doubled")
    if best - counts["auto"] > FEWER * words:
        wrong.append(f"{best - counts['auto']} lost")
    should = {True: "apart", False: "mixed", None: "either"}[scene.apart]
    return ([scene.name, should, "apart" if apart else "mixed", str(words),
             *(f"{counts[mode]} ({len(by[mode])})" for mode in ("auto", "mix", "separate")),
             str(twice["auto"]), str(twice["separate"]), "; ".join(wrong)], "; ".join(wrong))


def parse() -> argparse.Namespace:
    parser = report.parser(__doc__)
    parser.add_argument("--seed", type=int, default=1, help="draws other voices and sayings")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="make the recordings here, and keep them")
    parser.add_argument("--only", metavar="TEXT", default="", help="only recordings with TEXT in their names")
    return parser.parse_args()


def main() -> int:
    options = parse()
    with tempfile.TemporaryDirectory(prefix="viseme-conversations-") as temporary:
        folder = options.keep or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        stage = Stage(options.data, folder, options.seed)
        for kind in (calls, lines, meetings, rooms, copies):
            kind(stage)
        scenes = [scene for scene in stage.scenes if options.only in scene.name]
        heard = {mode: transcribe(options.viseme, scenes, mode, options.threads, options.viseme_args)
                 for mode in ("auto", "mix", "separate")}
    rows = [row(scene, heard) for scene in scenes]
    print(report.table(["recording", "should be", "auto", "words", "auto found (written)", "mix", "separate",
                        "doubled by auto", "by separate", "wrong"], [cells for cells, _ in rows]))
    failed = [f"{scene.name}: {wrong}" for scene, (_, wrong) in zip(scenes, rows, strict=True) if wrong]
    sums = {mode: sum(found(scene, heard[mode][scene.path]) for scene in scenes) for mode in heard}
    print("\nwords found in all: " + ", ".join(f"{mode} {total}" for mode, total in sums.items()))
    if sums["auto"] < max(sums.values()):
        failed.append("auto finds fewer words in all")
    print(f"\n{len(failed)} of {len(scenes)} wrong" if failed else f"\nall {len(scenes)} right")
    for line in failed:
        print(f"  {line}")
    report.finish(options, {"failed": failed})
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
