#!/usr/bin/env python3
"""Checks that the documents name what is there.

In docs/ARCHITECTURE.md every type in the tables under "The journey of ..." is declared in the module that its
row names (or the row before it). In README.md, CHANGELOG.md and docs/ every source file between backticks
exists; `documents.py` looks after links. Names each offender as `file:line: what`.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[1]
SOURCES = REPOSITORY / "Sources"
MAP = REPOSITORY / "docs" / "ARCHITECTURE.md"
JOURNEYS = ("sample", "frame", "option", "model file", "error", "cue")
ROW = re.compile(r"\| \d+ \| `([\w.]+)`(?: \((\w+)\))? \|")
FILE = re.compile(r"`((?:[\w+-]+/)+[\w+.-]+\.(?:swift|py|sh|c|h))`")

Finding = tuple[int, str]


def is_declared(name: str, module: str) -> bool:
    """Whether the module declares the type; of a nested one, each part."""
    texts = [path.read_text(encoding="utf-8") for path in (SOURCES / module).rglob("*.swift")]
    return all(
        any(re.search(rf"\b(?:struct|class|enum|protocol|typealias) {part}\b", text) for text in texts)
        for part in name.split(".")
    )


def map_findings(text: str) -> Iterator[Finding]:
    """Journeys that are missing, and types that are nowhere."""
    for journey in JOURNEYS:
        if not re.search(rf"^## The journey of an? {journey}$", text, re.MULTILINE):
            yield 1, f"no journey of: {journey}"
    is_journey, module = False, ""
    for number, line in enumerate(text.splitlines(), 1):
        if line.startswith("#"):
            is_journey, module = line.startswith("## The journey of "), ""
        elif is_journey and (row := ROW.match(line)):
            module = row[2] or module
            if not is_declared(row[1], module):
                yield number, f"no type {row[1]} in {module or 'no module'}"


def file_findings(path: Path, text: str) -> Iterator[Finding]:
    """Files that are named and not there."""
    places = (REPOSITORY, SOURCES, path.parent)
    for number, line in enumerate(text.splitlines(), 1):
        for name in FILE.findall(line):
            if not any((place / name).exists() for place in places):
                yield number, f"no file {name}"


def main() -> int:
    """Prints every finding; 1 if there is one."""
    count = 0
    documents = [REPOSITORY / "README.md", REPOSITORY / "CHANGELOG.md"]
    for path in documents + sorted((REPOSITORY / "docs").rglob("*.md")):
        text = path.read_text(encoding="utf-8")
        found = list(file_findings(path, text)) + (list(map_findings(text)) if path == MAP else [])
        for number, what in found:
            print(f"{path.relative_to(REPOSITORY)}:{number}: {what}")
        count += len(found)
    print(f"code map: {count} findings")
    return 1 if count else 0


if __name__ == "__main__":
    sys.exit(main())
