#!/usr/bin/env python3
"""Checks the documents: every link leads somewhere, and the code of the articles is that of the examples.

Links in tracked Markdown files lead to a file that is there, and to a heading of it where they name one.
Links into the web are not followed. Every Swift block in Sources/VisemeLibrary/Viseme.docc stands in a file
below Examples, which is compiled, except for manifests. Names each offender as `file:line: what`.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[1]
ARTICLES = REPOSITORY / "Sources" / "VisemeLibrary" / "Viseme.docc"
EXAMPLES = REPOSITORY / "Examples"
LINK = re.compile(r"!?\[[^\]\n]*\]\(([^)\s]+)\)")
FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
SWIFT = re.compile(r"^```swift\n(.*?)^```", re.MULTILINE | re.DOTALL)

Finding = tuple[int, str]


def tracked() -> list[Path]:
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "*.md"]
    try:
        listed = subprocess.run(command, check=True, stdout=subprocess.PIPE, cwd=REPOSITORY).stdout.decode()
        found = {REPOSITORY / name for name in listed.split("\0") if name}
    except (OSError, subprocess.CalledProcessError):
        found = {path for path in REPOSITORY.rglob("*.md") if ".build" not in path.parts}
    # Reports that tests compare have links of their own.
    return sorted(path for path in found if path.is_file() and path.relative_to(REPOSITORY).parts[0] != "Tests")


def blanked(text: str) -> str:
    """The text without what stands in code blocks and between backticks, with the same lines."""
    text = FENCE.sub(lambda match: re.sub(r"[^\n]", " ", match.group()), text)
    return re.sub(r"`[^`\n]*`", lambda match: " " * len(match.group()), text)


@cache
def anchors(path: Path) -> frozenset[str]:
    """The headings of a file as GitHub names them."""
    text = FENCE.sub("", path.read_text(encoding="utf-8"))
    seen: Counter[str] = Counter()
    names: set[str] = set()
    for heading in re.findall(r"^#{1,6} +(.*?) *#*$", text, re.MULTILINE):
        plain = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).replace("`", "").lower()
        name = re.sub(r"[^\w\- ]", "", plain).replace(" ", "-")
        names.add(f"{name}-{seen[name]}" if seen[name] else name)
        seen[name] += 1
    return frozenset(names) | frozenset(re.findall(r'<a (?:id|name)="([^"]+)"', text))


def link_findings(path: Path, text: str) -> Iterator[Finding]:
    for match in LINK.finditer(blanked(text)):
        target, _, anchor = match[1].partition("#")
        if re.match(r"[a-z]+:", target):
            continue
        line = text.count("\n", 0, match.start()) + 1
        place = path.parent / target if target else path
        if not place.exists():
            yield line, f"no file {match[1]}"
        elif anchor and place.suffix == ".md" and anchor not in anchors(place.resolve()):
            yield line, f"no heading {match[1]}"


def snippet_findings(path: Path, text: str, examples: str) -> Iterator[Finding]:
    for match in SWIFT.finditer(text):
        code = match[1]
        if "swift-tools-version" not in code and code not in examples:
            yield text.count("\n", 0, match.start()) + 1, "code that stands in no example"


def main() -> int:
    """Prints every finding; 1 if there is one."""
    sources = [path for path in sorted(EXAMPLES.rglob("*.swift")) if ".build" not in path.parts]
    examples = "".join(path.read_text(encoding="utf-8") for path in sources)
    documents = tracked()
    count = 0
    for path in documents:
        text = path.read_text(encoding="utf-8")
        found = list(link_findings(path, text))
        if path.parent == ARTICLES:
            found += snippet_findings(path, text, examples)
        for line, what in found:
            print(f"{path.relative_to(REPOSITORY)}:{line}: {what}")
        count += len(found)
    print(f"documents: {len(documents)} files, {count} findings")
    return 1 if count else 0


if __name__ == "__main__":
    sys.exit(main())
