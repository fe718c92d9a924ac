#!/usr/bin/env python3
"""Damages recordings of twelve containers at random and counts what comes of them.

Each mutant is one recording of two seconds in which bytes were changed, cut off, put in, repeated or zeroed,
half of the time near the beginning, where headers are. `viseme transcribe`, `viseme probe` and
`viseme transcribe --lips always` run on it in turn, within so many seconds of processor time. Counted are
statuses, crashes, hangs, files left behind and runs that say more than one line. The same seed makes the
same mutants. Mutants that crash something go into `--keep` and nowhere else.
"""

from __future__ import annotations

import argparse
import random
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from harness import report

SAMPLE = Path(__file__).parent.parent / "samples" / "meeting.mp4"
SPAN = ["-ss", "5", "-t", "2"]
VIDEO = ["-s", "320x180", "-r", "15"]
CONTAINERS = {
    "wav": ["-vn", "-c:a", "pcm_s16le"], "flac": ["-vn", "-c:a", "flac"], "mp3": ["-vn", "-c:a", "libmp3lame"],
    "ogg": ["-vn", "-c:a", "libopus"], "m4a": ["-vn", "-c:a", "aac"], "aiff": ["-vn", "-c:a", "pcm_s16be"],
    "mp4": [*VIDEO, "-c:v", "mpeg4", "-c:a", "aac"], "mov": [*VIDEO, "-c:v", "mjpeg", "-c:a", "pcm_s16le"],
    "mkv": [*VIDEO, "-c:v", "mpeg4", "-c:a", "flac"], "avi": [*VIDEO, "-c:v", "mpeg4", "-c:a", "pcm_s16le"],
    "webm": [*VIDEO, "-c:v", "libvpx", "-c:a", "libopus"], "ts": [*VIDEO, "-c:v", "mpeg2video", "-c:a", "aac"],
}
COMMANDS = {
    "transcribe": ["transcribe", "-q", "-t", "1", "-f", "srt,json", "--output-dir", "out"],
    "probe": ["probe", "--json"],
    "lips": ["transcribe", "--lips", "always", "-q", "-t", "1", "-f", "srt", "--output-dir", "out"],
}
OUTPUTS = {"transcribe": {"a.srt", "a.json"}, "probe": set(), "lips": {"a.srt"}}
DOCUMENTED = {0, 65, 69, 75}
HEADER = 4096


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--viseme", type=Path, default=report.DEFAULT_BINARY)
    parser.add_argument("--count", type=int, default=1200, help="mutants; each goes through one command")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--seconds", type=int, default=20, help="of processor time, for a run")
    parser.add_argument("--keep", type=Path, help="a folder for mutants that crash or hang something")
    return parser.parse_args()


def mutant(data: bytes, dice: random.Random) -> bytes:
    """One to eight damages."""
    out = bytearray(data)
    for _ in range(dice.choice((1, 1, 2, 3, 8))):
        reach = min(HEADER, len(out)) if dice.random() < 0.5 else len(out)
        place, length = dice.randrange(max(reach, 1)), dice.choice((1, 1, 2, 4, 16, 200, 4000))
        match dice.randrange(6):
            case 0 | 1:
                for at in range(place, min(place + length, len(out))):
                    out[at] = dice.choice((0, 0xFF, 0x7F, 0x80, dice.randrange(256)))
            case 2:
                out[place:place + length] = bytes(min(length, len(out) - place))
            case 3:
                out[place:place] = dice.randbytes(length)
            case 4:
                out[place:place] = out[place:place + length] * dice.choice((1, 2, 30))
            case 5:
                del out[place:place + length if dice.random() < 0.8 else len(out)]
    return bytes(out)


def limited(seconds: int) -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 5))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 28, 1 << 28))


def run(index: int, sources: dict[str, bytes], root: Path, arguments: argparse.Namespace) -> tuple[str, str, int, list[str]]:
    """Container, command, status and what is wrong of one mutant."""
    dice = random.Random(arguments.seed * 1_000_003 + index)
    container = list(CONTAINERS)[index % len(CONTAINERS)]
    command = list(COMMANDS)[index // len(CONTAINERS) % len(COMMANDS)]
    place = root / str(index)
    (place / "out").mkdir(parents=True)
    path = place / f"a.{container}"
    path.write_bytes(mutant(sources[container], dice))
    words = COMMANDS[command]
    try:
        done = subprocess.run([arguments.viseme.resolve(), words[0], path.name, *words[1:]], cwd=place,
                              capture_output=True, stdin=subprocess.DEVNULL, timeout=arguments.seconds * 30,
                              preexec_fn=lambda: limited(arguments.seconds), check=False)
        status, lines = done.returncode, done.stderr.decode(errors="replace").splitlines()
    except subprocess.TimeoutExpired:
        status, lines = 124, []
    wrong = []
    if status in (-9, -24, 124):
        wrong.append("hangs")
    elif status not in DOCUMENTED:
        wrong.append(f"status {status}")
    if status != 0 and len(lines) != 1:
        wrong.append(f"{len(lines)} lines")
    made = sorted(file.name for file in place.rglob("*") if file.is_file() and file != path)
    if set(made) != (OUTPUTS[command] if status == 0 else set()):
        wrong.append(f"has written {made}")
    if wrong and arguments.keep:
        arguments.keep.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, arguments.keep / f"{arguments.seed}-{index}-{command}.{container}")
    shutil.rmtree(place)
    return container, command, status, wrong


def main() -> int:
    arguments = parse()
    begin = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        sources = {}
        for name, options in CONTAINERS.items():
            path = root / f"source.{name}"
            subprocess.run(["ffmpeg", "-v", "error", "-nostdin", *SPAN, "-i", SAMPLE, *options, path], check=True)
            sources[name] = path.read_bytes()
        with ThreadPoolExecutor(arguments.jobs) as pool:
            results = list(pool.map(lambda index: run(index, sources, root, arguments), range(arguments.count)))
    statuses: dict[str, Counter[int]] = {command: Counter() for command in COMMANDS}
    for _, command, status, _ in results:
        statuses[command][status] += 1
    print("| command | runs | statuses |\n| --- | --- | --- |")
    for command, counts in statuses.items():
        print(f"| {command} | {counts.total()} | "
              f"{', '.join(f'{status}: {count}' for status, count in sorted(counts.items()))} |")
    faults = [(index, result) for index, result in enumerate(results) if result[3]]
    print(f"\n{len(faults)} faults in {len(results)} runs, {time.monotonic() - begin:.0f} s")
    for index, (container, command, _, wrong) in faults:
        print(f"  seed {arguments.seed}, mutant {index}, {command}, {container}: {'; '.join(wrong)}")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
