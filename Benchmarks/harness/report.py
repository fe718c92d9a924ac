"""Options common to the scripts, Markdown tables, JSON results and facts about the machine."""

from __future__ import annotations

import argparse
import datetime
import json
import os
import platform
import shlex
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from .corpus import DEFAULT_DATA, REPOSITORY
from .media import DEFAULT_CACHE
from .programs import Peer, Viseme

DEFAULT_BINARY = REPOSITORY / ".build" / "release" / "viseme"


class _Formatter(argparse.ArgumentDefaultsHelpFormatter, argparse.RawDescriptionHelpFormatter):
    """Keeps the lines of the description and shows defaults."""


def parser(description: str | None, peer: bool = False) -> argparse.ArgumentParser:
    """A parser with the options that every script takes."""
    result = argparse.ArgumentParser(description=description, formatter_class=_Formatter)
    result.add_argument("--viseme", type=Path, default=DEFAULT_BINARY, help="the program")
    result.add_argument("--viseme-args", type=shlex.split, default=[], metavar="STRING",
                        help="more arguments for `viseme transcribe`, as one string")
    result.add_argument("--threads", type=int, default=1, help="threads for viseme")
    result.add_argument("--core", type=int, help="run the programs on this core only")
    result.add_argument("--data", type=Path, default=DEFAULT_DATA, help="the data folder")
    result.add_argument("--cache", type=Path, default=DEFAULT_CACHE, help="where built recordings are kept")
    result.add_argument("--json", type=Path, metavar="FILE", help="also write the results to FILE")
    if peer:
        add_peer_options(result)
    return result


def add_peer_options(result: argparse.ArgumentParser) -> None:
    result.add_argument("--peer-python", type=Path, default=Path(sys.executable),
                        help="a Python that has moonshine-voice")


def programs(options: argparse.Namespace) -> list[Viseme | Peer]:
    """The programs that `--peer` and `--no-viseme` select."""
    chosen: list[Viseme | Peer] = [] if options.no_viseme else [viseme(options)]
    return chosen + [peer(options)] if options.peer else chosen


def add_program_choice(result: argparse.ArgumentParser) -> None:
    result.add_argument("--peer", action="store_true", help="run moonshine-voice too")
    result.add_argument("--no-viseme", action="store_true", help="leave viseme out")


def viseme(options: argparse.Namespace) -> Viseme:
    return Viseme(options.viseme, options.threads, tuple(options.viseme_args), options.core)


def peer(options: argparse.Namespace) -> Peer:
    return Peer(options.peer_python, options.core)


def table(header: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """Markdown; floats with two decimals."""
    def line(cells: Sequence[object]) -> str:
        return "| " + " | ".join(_cell(cell) for cell in cells) + " |"

    return "\n".join([line(header), "|" + " --- |" * len(header), *map(line, rows)])


def _cell(value: object) -> str:
    text = f"{value:.2f}" if isinstance(value, float) else str(value)
    return text.replace("|", "\\|")


def machine() -> dict[str, Any]:
    """Processor, cores, load and source version at this moment."""
    return {
        "date": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        "cpu": _cpu_model(),
        "cores": os.cpu_count(),
        "load": os.getloadavg(),
        "system": platform.platform(),
        "commit": _commit(),
    }


def machine_line(facts: dict[str, Any]) -> str:
    load = " ".join(f"{value:.2f}" for value in facts["load"])
    return f"{facts['cpu']}, {facts['cores']} cores, load {load}, commit {facts['commit']}, {facts['date']}"


def _cpu_model() -> str:
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        models = [line.partition(":")[2].strip() for line in file if line.startswith("model name")]
    return models[0] if models else platform.machine()


def _commit() -> str:
    command = ["git", "-C", str(REPOSITORY), "describe", "--always", "--dirty"]
    try:
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return "unknown"


def finish(options: argparse.Namespace, results: dict[str, Any]) -> None:
    """Prints the machine line and writes the JSON file if one was asked for."""
    facts = machine()
    print(f"\n{machine_line(facts)}")
    if options.json:
        document = {"machine": facts, "arguments": sys.argv[1:], **results}
        options.json.write_text(json.dumps(document, indent=2, default=str) + "\n", encoding="utf-8")
