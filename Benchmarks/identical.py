#!/usr/bin/env python3
"""Checks that a program writes what was recorded, byte for byte.

Transcribes the sample meeting, the AMI openings, LibriSpeech test-other and every tenth clip of GRID
s1 with `--lips always`, and runs `eval` in noise on a small fixed set. Hashed are JSON and WebVTT
without the program's version, SRT, TXT, the batch's report without times and fingerprints, and the
evaluation's scores and chart. identical.json was made with `--update`. The AVX2 kernels are used, also where
there are better ones: another order of sums moves confidences in the third decimal. What is written does not
depend on the number of threads. Sets whose data is not there are named and left out.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import sys
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from harness import corpus, report
from harness.programs import run

RECORD = Path(__file__).with_suffix(".json")
ISA = "avx2"
FORMATS = ["json", "srt", "vtt", "txt"]
TIMES = {"elapsed", "seconds", "rtf", "finished", "created", "machine"}
"""Keys of reports that hold times and the like. An utterance's length is `seconds` too, and is left out with them."""
VERSIONS = {"program", "fingerprint", "purpose", "command"}
NOISY = ["grid/s1/bbaf2n", "grid/s1/lwir4p", "grid/s2/", "grid/s3/", "librispeech/test-other/1688-142285-0002",
         "librispeech/test-other/2414-128291-0003"]
"""The first recording of the manifest under each of these is evaluated in noise."""

Hashes = dict[str, str]
"""Sixteen digits of SHA-256 for each recording (all formats together) and report."""


@dataclass(frozen=True)
class Job:
    """One set: the program, where the data is, and an empty folder to work in."""

    viseme: Path
    data: Path
    folder: Path
    threads: int

    def run(self, *arguments: object) -> None:
        command = [self.viseme, *arguments, "--threads", self.threads]
        here = Path.cwd()
        os.chdir(self.folder)
        try:
            run(command)
        finally:
            os.chdir(here)

    def batch(self, recordings: Iterable[Path], *options: str) -> Hashes:
        """Transcribes into "out", under names that do not tell where the data lies."""
        inputs = self.folder / "in"
        inputs.mkdir()
        for recording in recordings:
            (inputs / recording.name).symlink_to(recording.resolve())
        self.run("batch", "in", "--output-dir", "out", "--format", ",".join(FORMATS), *options)
        lines = [json.loads(line) for line in (self.folder / "out" / "report.jsonl").read_text().splitlines()]
        lines = sorted((without(line, TIMES | VERSIONS) for line in lines), key=lambda line: line["input"])
        stems = sorted(path.stem for path in (self.folder / "out").glob("*.txt"))
        return {stem: self.transcript(stem) for stem in stems} | {"report": digest(lines)}

    def transcript(self, stem: str) -> str:
        """Of all formats in "out"."""
        paths = {name: self.folder / "out" / f"{stem}.{name}" for name in FORMATS}
        document = json.loads(paths["json"].read_text(encoding="utf-8"))
        version = document["program"]["version"]
        # WebVTT names the program in a comment.
        texts = [
            paths[name].read_text(encoding="utf-8").replace(f"by viseme {version} with", "by viseme with", 1)
            for name in FORMATS[1:]
        ]
        # The text counts, with its numbers as they are written.
        body = paths["json"].read_text(encoding="utf-8").replace(f'"version": "{version}"}},\n  "source"', "", 1)
        return digest([body, *texts])


def without(value: Any, keys: set[str]) -> Any:
    """A JSON value without the fields of these names."""
    if isinstance(value, dict):
        return {key: without(item, keys) for key, item in value.items() if key not in keys}
    return [without(item, keys) for item in value] if isinstance(value, list) else value


def digest(value: object) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()[:16]


def sample(job: Job) -> Hashes:
    return job.batch([corpus.REPOSITORY / "samples" / "meeting.mp4"])


def ami(job: Job) -> Hashes:
    return job.batch(sorted((job.data / "ami").glob("*.flac")))


def test_other(job: Job) -> Hashes:
    return job.batch(sorted((job.data / "librispeech" / "test-other").glob("*.flac")))


def grid(job: Job) -> Hashes:
    return job.batch(sorted((job.data / "grid" / "s1").glob("*.mkv"))[::10], "--lips", "always")


def noise(job: Job) -> Hashes:
    """`eval` in white noise and in the murmur of the set's own speakers, by every way of listening."""
    rows = [line.split("\t") for line in (job.data / "MANIFEST.tsv").read_text(encoding="utf-8").splitlines()[1:]]
    chosen = [next(row for row in rows if row[0].startswith(start)) for start in NOISY]
    lines = ["path\tspeaker\ttranscript"]
    for path, _, speaker, transcript, *_ in chosen:
        (job.folder / Path(path).name).symlink_to((job.data / path).resolve())
        lines.append(f"{Path(path).name}\t{speaker}\t{transcript}")
    (job.folder / "noisy.tsv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    job.run("eval", "noisy.tsv", "--noise", "white,babble:2", "--snr", "clean,0", "--output-dir", "out",
            "--mode", "audio,fused,lips,early,late")
    document = json.loads((job.folder / "out" / "report.json").read_text(encoding="utf-8"))
    cells = {
        "-".join(str(cell.get(key, "none")) for key in ("mode", "noise", "snr", "picture")): digest(without(cell, TIMES))
        for cell in document["cells"]
    }
    document.pop("cells")
    return cells | {"report": digest(without(document, TIMES | VERSIONS)),
                    "chart": digest((job.folder / "out" / "wer.svg").read_text(encoding="utf-8"))}


SETS: dict[str, tuple[str, Callable[[Job], Hashes]]] = {
    "sample": ("", sample),
    "ami": ("ami", ami),
    "test-other": ("librispeech/test-other", test_other),
    "grid": ("grid/s1", grid),
    "noise": ("MANIFEST.tsv", noise),
}
"""What must be in the data folder, and the set."""


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sets", nargs="*", metavar="SET", help=f"of {', '.join(SETS)} (default: all)")
    parser.add_argument("--viseme", type=Path, default=report.DEFAULT_BINARY, help="the program")
    parser.add_argument("--data", type=Path, default=corpus.DEFAULT_DATA, help="the data folder")
    parser.add_argument("--threads", type=int, default=2, help="threads for the program")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="leave what was written there")
    parser.add_argument("--update", action="store_true", help="record the hashes instead of checking them")
    options = parser.parse_args()
    unknown = [name for name in options.sets if name not in SETS]
    if unknown:
        parser.error(f"there is no set {unknown[0]}")
    return options


def measure(options: argparse.Namespace) -> dict[str, Hashes]:
    found: dict[str, Hashes] = {}
    with tempfile.TemporaryDirectory() as temporary:
        for name in options.sets or SETS:
            needed, make = SETS[name]
            if not (options.data / needed).exists():
                print(f"{name}: not checked, there is no {needed} in the data folder", flush=True)
                continue
            folder = (options.keep or Path(temporary)).resolve() / name
            folder.mkdir(parents=True)
            found[name] = make(Job(options.viseme.resolve(), options.data.resolve(), folder, options.threads))
            print(f"{name}: {len(found[name])} hashes", flush=True)
    return found


def check(recorded: dict[str, Hashes], found: dict[str, Hashes]) -> int:
    """Prints what differs; 1 if anything does."""
    different = 0
    for name, hashes in found.items():
        before = recorded.get(name, {})
        for key in sorted(before.keys() | hashes.keys()):
            if before.get(key) == hashes.get(key):
                continue
            different += 1
            print(f"{name}/{key}: {'not recorded' if key not in before else 'gone' if key not in hashes else 'differs'}")
    print(f"identical: {sum(map(len, found.values())) - different} of {sum(map(len, found.values()))}")
    return 1 if different or not found else 0


def main() -> int:
    options = parse()
    os.environ["VISEME_ISA"] = ISA
    document = json.loads(RECORD.read_text(encoding="utf-8")) if RECORD.exists() else {"sets": {}}
    found = measure(options)
    if not options.update:
        return check(document["sets"], found)
    document["program"] = run([options.viseme, "--version"])[0].strip()
    document["machine"] = {key: report.machine()[key] for key in ("cpu", "date")}
    document["sets"] |= found
    RECORD.write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
