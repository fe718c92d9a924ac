"""What speed.py runs: contestants by part, and the bars that their medians are held against."""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from . import report
from .programs import Cost, Direct, Span, Viseme, run
from .trials import Contestant, Measured, Trials
from .words import normalise

PARTS = ("peer", "ort", "isa", "threads", "latency", "memory")

VISEME, PEER, ORT = "viseme", "moonshine-voice", "ONNX Runtime"
AVX2, BASELINE = "viseme, avx2", "viseme, baseline"
ONE, TWO = "viseme, 1 thread, not pinned", "viseme, 2 threads, not pinned"
JFK, VERSION, LOAD = "viseme transcribe jfk.flac", "viseme --version", "loading the models"
LATENCY_RUNS = 5
"""Runs of the short ones in a round."""


@dataclass(frozen=True)
class Bar:
    """A figure that must be reached; `limit` is a least value or, with `most`, a largest one."""

    part: str
    what: str
    limit: float
    value: Callable[[Trials], float | None]
    most: bool = False

    def row(self, trials: Trials) -> list[object]:
        """Cells: what, asked for, measured, reached."""
        value = self.value(trials)
        if value is None:
            return [self.what, self._limit(), "not measured", "-"]
        reached = value <= self.limit if self.most else value >= self.limit
        return [self.what, self._limit(), f"{value:.3g}", "yes" if reached else "**no**"]

    def _limit(self) -> str:
        return f"at {'most' if self.most else 'least'} {self.limit:g}"


def _ratio(slow: str, fast: str, measure: str, own: str | None = None) -> Callable[[Trials], float | None]:
    return lambda trials: trials.ratio(slow, fast, measure, own)


def _scaled(name: str, measure: str, factor: float) -> Callable[[Trials], float | None]:
    def value(trials: Trials) -> float | None:
        found = trials.median(name, measure)
        return None if found is None else found * factor

    return value


def _peak(trials: Trials) -> float | None:
    """The largest peak of any ten-minute run with default kernels, in MB."""
    found = [value for name in (VISEME, ONE, TWO) if (value := trials.median(name, "peak_rss")) is not None]
    return max(found) / 1e6 if found else None


BARS = [
    Bar("peer", "moonshine-voice / viseme, wall (aim 8)", 5, _ratio(PEER, VISEME, "wall")),
    Bar("peer", "moonshine-voice / viseme, CPU (aim 8)", 5, _ratio(PEER, VISEME, "cpu")),
    Bar("ort", "ONNX Runtime, model runs alone / viseme, whole process, wall", 3,
        _ratio(ORT, VISEME, "model_wall", "wall")),
    Bar("ort", "ONNX Runtime, model runs alone / viseme, whole process, CPU", 3,
        _ratio(ORT, VISEME, "model_cpu", "cpu")),
    Bar("ort", "ONNX Runtime / viseme, whole processes, wall", 3, _ratio(ORT, VISEME, "wall")),
    Bar("threads", "1 thread / 2 threads, wall", 1.8, _ratio(ONE, TWO, "wall")),
    Bar("latency", "viseme transcribe jfk.flac, s", 0.25, _scaled(JFK, "wall", 1), most=True),
    Bar("latency", "viseme --version, ms", 15, _scaled(VERSION, "wall", 1000), most=True),
    Bar("latency", "loading the models, ms", 40, _scaled(LOAD, "wall", 1000), most=True),
    Bar("memory", "peak RSS in the ten-minute runs, MB", 120, _peak, most=True),
    Bar("isa", "moonshine-voice / viseme with AVX2 forced, wall", 2.5, _ratio(PEER, AVX2, "wall")),
    Bar("isa", "moonshine-voice / viseme with AVX2 forced, CPU", 2.5, _ratio(PEER, AVX2, "cpu")),
    Bar("isa", "moonshine-voice / viseme with baseline forced, wall", 1, _ratio(PEER, BASELINE, "wall")),
    Bar("isa", "moonshine-voice / viseme with baseline forced, CPU", 1, _ratio(PEER, BASELINE, "cpu")),
]


def contestants(options: argparse.Namespace, recording: Path) -> list[Contestant]:
    """Those that the chosen parts need, each once."""
    own = report.viseme(options)
    free = replace(own, core=None)
    segments: list[Span] = []
    made = [
        ("peer ort isa memory", VISEME, lambda: _viseme(own, recording, segments)),
        ("peer isa", PEER, lambda: _peer(options, recording)),
        ("ort", ORT, lambda: _ort(options, recording, segments)),
        ("isa", AVX2, lambda: _viseme(_forced(own, "avx2"), recording)),
        ("isa", BASELINE, lambda: _viseme(_forced(own, "baseline"), recording)),
        ("threads", ONE, lambda: _viseme(replace(free, threads=1), recording)),
        ("threads", TWO, lambda: _viseme(replace(free, threads=2), recording)),
    ]
    short = [
        ("latency", JFK, lambda: _viseme(own, options.data / "jfk.flac")),
        ("latency", VERSION, lambda: _cost(run([options.viseme, "--version"], options.core)[1])),
        ("latency", LOAD, lambda: _load(options)),
    ]
    chosen = made + short * LATENCY_RUNS
    return [Contestant(name, act) for parts, name, act in chosen if {*parts.split()} & {*options.parts}]


def _forced(program: Viseme, isa: str) -> Viseme:
    return replace(program, environment={"VISEME_ISA": isa})


def _cost(cost: Cost) -> dict[str, float]:
    return {"wall": cost.wall, "cpu": cost.cpu, "peak_rss": cost.peak_rss}


def _viseme(program: Viseme, recording: Path, segments: list[Span] | None = None) -> Measured:
    (transcript,), cost = program.transcribe_timed([recording])
    if segments is not None:
        segments[:] = transcript.segments
    return _cost(cost) | {"words": len(normalise(transcript.text))}


def _peer(options: argparse.Namespace, recording: Path) -> Measured:
    transcript, cost, call = report.peer(options).transcribe_timed(recording)
    return _cost(cost) | {"call_wall": call, "words": len(normalise(transcript.text))}


def _ort(options: argparse.Namespace, recording: Path, segments: list[Span]) -> Measured:
    program = Direct(options.peer_python, options.core)
    transcript, cost, inside = program.transcribe_timed(recording, segments)
    return {**_cost(cost), **inside, "words": len(normalise(transcript.text))}


def _load(options: argparse.Namespace) -> Mapping[str, float]:
    """As viseme-bench times it in a process of its own, from the opened store to networks that are ready."""
    with tempfile.TemporaryDirectory(prefix="viseme-benchmark-") as folder:
        answer = Path(folder) / "load.json"
        run([options.bench, "--parts", "load", "--json", answer], options.core)
        return {"wall": json.loads(answer.read_text(encoding="utf-8"))["load"]["seconds"]}
