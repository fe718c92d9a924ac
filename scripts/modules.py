#!/usr/bin/env python3
"""Draws the graph of modules from the imports in their sources, in docs/MODULES.md.

Without options checks that the drawing is that of the sources as they are, and that Package.swift
declares no dependency that nothing imports (one that is imported and not declared is found by
`swift build --explicit-target-dependency-import-check error`). `--update` draws it again.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[1]
SOURCES = REPOSITORY / "Sources"
DRAWING = REPOSITORY / "docs" / "MODULES.md"
IMPORT = re.compile(r"^(?:@\w+ +)*(?:(?:package|public|internal|private) +)?import +(?:\w+ +)?(\w+)", re.MULTILINE)
TARGET = re.compile(r'\.(?:executableTarget|target)\(\s*name: "([\w-]+)"(.*?)(?=\n    \.\w+|\n  \])', re.DOTALL)

Graph = dict[str, set[str]]
"""The modules of ours that each module imports."""

HEAD = """# Modules

What imports what, drawn from the sources by `scripts/modules.py --update`; `make lint` checks that it is
so. An arrow points to what is imported; one that also leads there by way of others is left out of the
picture and stands in the table.

"""


def folders() -> dict[str, Path]:
    """The folder of each module; those whose folder has another name say so in Package.swift."""
    text = (REPOSITORY / "Package.swift").read_text(encoding="utf-8")
    elsewhere = {
        found[1]: name for name, body in TARGET.findall(text) if (found := re.search(r'path: "Sources/(\w+)"', body))
    }
    return {elsewhere.get(folder.name, folder.name): folder for folder in SOURCES.iterdir() if folder.is_dir()}


def imported() -> Graph:
    places = folders()
    graph: Graph = {}
    for name in sorted(places, key=str.lower):
        texts = [path.read_text(encoding="utf-8") for path in places[name].rglob("*.swift")]
        found = {module for text in texts for module in IMPORT.findall(text)}
        graph[name] = found & places.keys() - {name}
    return graph


def declared() -> Graph:
    """The dependencies of the targets in Package.swift."""
    text = (REPOSITORY / "Package.swift").read_text(encoding="utf-8")
    graph: Graph = {}
    for name, body in TARGET.findall(text):
        listed = re.search(r"dependencies: \[(.*?)\]", body, re.DOTALL)
        graph[name] = set(re.findall(r'"(\w[\w-]*)"', listed[1])) if listed else set()
    return graph


def reachable(graph: Graph, start: str) -> set[str]:
    """All that `start` imports, by way of others too."""
    seen: set[str] = set()
    waiting = [start]
    while waiting:
        fresh = graph[waiting.pop()] - seen
        seen |= fresh
        waiting += fresh
    return seen


def drawing(graph: Graph) -> str:
    lines = ["```mermaid", "graph TD"]
    for name, targets in graph.items():
        indirect = {far for target in targets for far in reachable(graph, target)}
        direct = sorted(targets - indirect, key=str.lower)
        lines += [f"  {name} --> {target}" for target in direct] or [f"  {name}"]
    lines += ["```", "", "| module | imports |", "| --- | --- |"]
    lines += [f"| {name} | {', '.join(sorted(targets, key=str.lower)) or '—'} |" for name, targets in graph.items()]
    return HEAD + "\n".join(lines) + "\n"


def faults(graph: Graph) -> list[str]:
    found = []
    for name, targets in declared().items():
        unused = sorted(targets - graph.get(name, targets))
        found += [f"Package.swift: {name} depends on {target} and imports it nowhere" for target in unused]
    if set(graph.get("Support", ())) - {"CProcess"}:
        found.append("Support imports a module of ours other than CProcess")
    if not DRAWING.exists() or DRAWING.read_text(encoding="utf-8") != drawing(graph):
        found.append(f"{DRAWING.relative_to(REPOSITORY)} is not what the sources import: scripts/modules.py --update")
    return found


def main() -> int:
    graph = imported()
    if sys.argv[1:] == ["--update"]:
        DRAWING.write_text(drawing(graph), encoding="utf-8")
    elif sys.argv[1:]:
        sys.exit("modules: the only option is --update")
    found = faults(graph)
    for line in found:
        print(line)
    print(f"modules: {len(graph)} modules, {sum(map(len, graph.values()))} imports, {len(found)} findings")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
