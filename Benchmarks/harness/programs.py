"""Running Viseme and what it is compared with as whole processes, with their time and peak memory."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from .corpus import REPOSITORY


class ProgramFailed(Exception):
    """A program under measurement ended with a code other than 0."""


@dataclass(frozen=True)
class Cost:
    """Of one process and the children that it waited for."""

    wall: float
    cpu: float
    peak_rss: int
    """Bytes; the largest single process. The launching Python (about 20 MB) is a lower bound."""


def run(
    command: Sequence[object], core: int | None = None, environment: Mapping[str, str] | None = None
) -> tuple[str, Cost]:
    """Runs to the end, on one core if given; returns standard output and the cost.

    `environment` is added to this process's own.
    """
    words = [str(word) for word in command]
    variables = {**os.environ, **(environment or {})}
    with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as err:
        begin = time.monotonic()
        with _pinned(core):
            process = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=out, stderr=err, env=variables)
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.monotonic() - begin
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        err.seek(0)
        if process.returncode != 0:
            name = Path(words[0]).name
            raise ProgramFailed(f"{name}: exit {process.returncode}: {err.read()[-2000:]}")
        return out.read(), Cost(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024)


@contextlib.contextmanager
def _pinned(core: int | None) -> Iterator[None]:
    """Processes started inside run on this core: they inherit it, and no `taskset` has to start first."""
    before = os.sched_getaffinity(0)
    if core is not None:
        os.sched_setaffinity(0, {core})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


@dataclass(frozen=True)
class Word:
    text: str
    start: float
    end: float
    confidence: float


@dataclass(frozen=True)
class Span:
    """Seconds from the start of the recording."""

    start: float
    end: float


@dataclass(frozen=True)
class Transcript:
    """What a program wrote for one recording. The peer gives neither word times nor segments."""

    text: str
    words: list[Word] = field(default_factory=list)
    segments: list[Span] = field(default_factory=list)


@dataclass(frozen=True)
class Viseme:
    binary: Path
    threads: int = 1
    arguments: tuple[str, ...] = ()
    core: int | None = None
    name: str = "viseme"
    environment: Mapping[str, str] = field(default_factory=dict)

    def transcribe(self, paths: Sequence[Path]) -> list[Transcript]:
        """One process for all files, whose names must differ in more than the suffix."""
        return self.transcribe_timed(paths)[0]

    def transcribe_timed(self, paths: Sequence[Path]) -> tuple[list[Transcript], Cost]:
        with tempfile.TemporaryDirectory(prefix="viseme-benchmark-") as folder:
            options = ["--format", "json", "--output-dir", folder, "--threads", str(self.threads), "--quiet"]
            command = [self.binary, "transcribe", *paths, *options, *self.arguments]
            _, cost = run(command, self.core, self.environment)
            return [_read_transcript(Path(folder) / f"{path.stem}.json") for path in paths], cost


def _read_transcript(path: Path) -> Transcript:
    document = json.loads(path.read_text(encoding="utf-8"))
    if (document["schema"], document["version"]) != ("viseme.transcript", 1):
        raise ProgramFailed(f"{path.name}: unknown schema {document['schema']} {document['version']}")
    segments = document["segments"]
    words = [
        Word(word["text"], word["start"], word["end"], word["confidence"])
        for segment in segments
        for word in segment["words"]
    ]
    text = " ".join(segment["text"] for segment in segments)
    return Transcript(text, words, [Span(segment["start"], segment["end"]) for segment in segments])


@dataclass(frozen=True)
class Peer:
    """moonshine-voice with speaker identification off, driven by harness/peer.py."""

    python: Path = Path(sys.executable)
    core: int | None = None
    name: str = "moonshine-voice"

    def transcribe(self, paths: Sequence[Path]) -> list[Transcript]:
        """One process for each file."""
        return [self.transcribe_timed(path)[0] for path in paths]

    def transcribe_timed(self, path: Path) -> tuple[Transcript, Cost, float]:
        """Also the seconds inside the package's own transcription call, without start-up and decoding."""
        out, cost = run([self.python, Path(__file__).with_name("peer.py"), path], self.core)
        answer = json.loads(out)
        return Transcript(answer["text"]), cost, answer["seconds"]


@dataclass(frozen=True)
class Direct:
    """The package's two model files run by ONNX Runtime on given segments; harness/direct.py."""

    python: Path = Path(sys.executable)
    core: int | None = None
    name: str = "ONNX Runtime"

    def transcribe_timed(
        self, path: Path, segments: Sequence[Span]
    ) -> tuple[Transcript, Cost, dict[str, float]]:
        """Also wall and processor seconds of the model runs alone, and tokens written."""
        with tempfile.NamedTemporaryFile("w", prefix="viseme-segments-", suffix=".json") as file:
            json.dump([[span.start, span.end] for span in segments], file)
            file.flush()
            command = [self.python, "-m", "harness.direct", path.resolve(), file.name]
            here = {"PYTHONPATH": str(REPOSITORY / "Benchmarks")}
            out, cost = run(command, self.core, here)
        answer = json.loads(out)
        return Transcript(answer.pop("text")), cost, answer
