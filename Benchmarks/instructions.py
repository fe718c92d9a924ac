#!/usr/bin/env python3
"""Counts the instructions of a fixed short job and fails when they grow by more than 5 %.

The counts in instructions.json were made with `--update`. Each part is what a run does beyond the
one before it: starting (`--version`), loading the models (transcribing a tenth of a second), and
transcribing 1.2 s of the sample meeting (and listening to the 2 s before them), with the AVX2 and the baseline kernels (valgrind knows no
AVX-512), each as a whole and for viseme's own code alone.

Own code depends on the compiler, the whole on the libraries too. Where those are not the recorded
ones the limit is 25 %: then only a gross mistake shows, and the record should be made again.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from harness import callgrind, report
from harness.callgrind import Profile
from harness.corpus import REPOSITORY

RECORD = Path(__file__).with_suffix(".json")
FOLDER = REPOSITORY / ".build" / "instructions"
STRICT, LOOSE = 0.05, 0.25
SLACK = 500_000
"""Instructions that a part may grow by in any case: runs of one build differ by less than a third of it."""
LISTED = 0.005
"""Functions with this share of a part are recorded."""

TRANSCRIBE = ["transcribe", "samples/meeting.mp4", "--threads", "1", "--quiet", "--force",
              "-o", str((FOLDER / "words.json").relative_to(REPOSITORY))]
LOAD = [*TRANSCRIBE, "--end", "0.1"]
SPEECH = [*TRANSCRIBE, "--start", "5.4", "--end", "6.6"]

Part = dict[str, Any]
"""`total` and `program` instructions, and `functions` by name."""


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--viseme", type=Path, default=report.DEFAULT_BINARY, help="a release build")
    parser.add_argument("--update", action="store_true", help="record the counts instead of checking them")
    return parser.parse_args()


def toolchain() -> dict[str, str]:
    """What counts depend on: "compiler" for viseme's own code, all of it for the whole."""
    def first_line(*command: str) -> str:
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()[0]

    return {
        "compiler": first_line("swift", "--version"),
        "valgrind": first_line("valgrind", "--version"),
        "libc": os.confstr("CS_GNU_LIBC_VERSION") or "unknown",
        "libavcodec": first_line("pkg-config", "--modversion", "libavcodec"),
    }


def measure(binary: Path) -> dict[str, Part]:
    """All parts; a first run without valgrind lets viseme check its models once and for all."""
    program = callgrind.stripped(binary, FOLDER)
    subprocess.run([program, *LOAD], cwd=REPOSITORY, env=callgrind.environment("avx2"), check=True)
    start = callgrind.profile(program, ["--version"], "avx2")
    parts = {"start": start}
    for isa in ("avx2", "baseline"):
        load = callgrind.profile(program, LOAD, isa)
        parts[f"load, {isa}"] = load.less(start)
        parts[f"transcribe, {isa}"] = callgrind.profile(program, SPEECH, isa).less(load)
    return {name: described(profile) for name, profile in parts.items()}


def described(profile: Profile) -> Part:
    least = LISTED * profile.total
    listed = {name: count for name, count in profile.functions.most_common() if count >= least}
    return {"total": profile.total, "program": profile.program, "functions": listed}


@dataclass(frozen=True)
class Comparison:
    part: str
    kind: str
    recorded: int
    found: int
    limit: float

    @property
    def growth(self) -> float:
        return self.found / self.recorded - 1 if self.recorded else float("inf")

    @property
    def is_too_much(self) -> bool:
        return self.found > self.recorded * (1 + self.limit) + SLACK

    def cells(self) -> list[object]:
        return [self.part, self.kind, f"{self.recorded:,}", f"{self.found:,}", f"{100 * self.growth:+.1f} %",
                f"{100 * self.limit:.0f} %"]


def compare(recorded: dict[str, Any], found: dict[str, Part], tools: dict[str, str]) -> list[Comparison]:
    same_compiler = recorded["toolchain"]["compiler"] == tools["compiler"]
    limits = {
        "total": STRICT if recorded["toolchain"] == tools else LOOSE,
        "program": STRICT if same_compiler else LOOSE,
    }
    return [
        Comparison(name, kind, recorded["parts"].get(name, {}).get(kind, 0), part[kind], limit)
        for name, part in found.items() for kind, limit in limits.items()
    ]


def grown(recorded: Part, found: Part, count: int = 8) -> list[list[object]]:
    """The functions that grew most, with instructions before and after; 0 is below what is recorded."""
    before: dict[str, int] = recorded.get("functions", {})
    rows = [(name, before.get(name, 0), after) for name, after in found["functions"].items()]
    rows.sort(key=lambda row: row[1] - row[2])
    return [[name, f"{old:,}", f"{new:,}"] for name, old, new in rows[:count] if new > old]


def check(recorded: dict[str, Any], found: dict[str, Part], tools: dict[str, str]) -> int:
    """Prints the comparison; 1 if a part grew too much."""
    for name, value in tools.items():
        if recorded["toolchain"].get(name) != value:
            print(f"{name} is {value}, recorded with {recorded['toolchain'].get(name)}: limits are loose")
    comparisons = compare(recorded, found, tools)
    header = ["part", "instructions", "recorded", "now", "growth", "limit"]
    print(report.table(header, [comparison.cells() for comparison in comparisons]))
    failed = [comparison for comparison in comparisons if comparison.is_too_much]
    for part in dict.fromkeys(comparison.part for comparison in failed):
        rows = grown(recorded["parts"].get(part, {}), found[part])
        print(f"\n{part} grew too much; most of it in\n\n{report.table(['function', 'recorded', 'now'], rows)}")
    if any(comparison.growth < -STRICT for comparison in comparisons) and not failed:
        print("\nless than recorded: keep it with Benchmarks/instructions.py --update")
    return 1 if failed else 0


def main() -> int:
    options = parse()
    for tool in ("valgrind", "strip", "swift", "pkg-config"):
        if shutil.which(tool) is None:
            sys.exit(f"instructions: there is no {tool} here (scripts/setup.sh instructions)")
    tools, found = toolchain(), measure(options.viseme)
    if not options.update:
        return check(json.loads(RECORD.read_text(encoding="utf-8")), found, tools)
    document = {"toolchain": tools, "parts": found}
    RECORD.write_text(json.dumps(document, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print(report.table(["part", "instructions", "in viseme"],
                       [[name, f"{part['total']:,}", f"{part['program']:,}"] for name, part in found.items()]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
