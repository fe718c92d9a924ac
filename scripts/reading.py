#!/usr/bin/env python3
"""Measures how the documents read: sentences, their length, and idioms of a list.

Usage: scripts/reading.py [--list] [FILE...]
Without files, all tracked Markdown files of the project, the texts of --help (as the tests recorded them) and the
comments on declarations of the modules in COMMENTED. Prints for each file its sentences, those of more than 30 words
and the idioms, and the sums; comments are summed by module. --list names each of them as `file:line: what`.
A sentence ends at a full stop, a question mark, an exclamation mark, the end of a paragraph, list item or cell.
Code, links' targets and headings do not count.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

from documents import FENCE, REPOSITORY, tracked

LONGEST = 30
# Modules whose comments on declarations other people read: the public library and what it is made of.
COMMENTED = ["VisemeLibrary", "Pipeline", "Fusion", "Batch"]
HELP = REPOSITORY / "Tests" / "CLITests" / "Snapshots"
HELP_COLUMN = 28

# Phrases that a reader of plain English does not find in a dictionary in this sense, or that are longer than what
# they say, and words of our own for which the field has a term.
IDIOMS = [
    r"told apart", r"tells? apart", r"tell .{1,30} apart", r"to be had", r"can be had", r"come by", r"comes? of it",
    r"comes to nothing", r"of no use", r"none of which", r"is none\b", r"are none\b", r"by ear\b", r"in turn\b",
    r"as it were", r"so to speak", r"at hand", r"in the way of", r"for want of", r"bear(?:s|ing)? a name", r"lay bare",
    r"makes? sense", r"rule of thumb", r"out of the box", r"under the hood", r"on the fly", r"heavy lifting",
    r"in the long run", r"a good deal", r"makes? up of", r"nobody asks?", r"nobody looked", r"whoever", r"what there is",
    r"of its own accord", r"once and for all", r"by and large", r"in a nutshell", r"from scratch", r"the rest of it",
    r"stands? for itself", r"is not to be", r"are not to be", r"worth another try", r"anew\b", r"hence\b", r"thereof",
    r"therein", r"whereby", r"of late", r"for the most part", r"at once or", r"shall be\b",
]
IDIOM = re.compile(r"\b(?:" + "|".join(IDIOMS) + r")", re.IGNORECASE)
END = re.compile(r"(?<=[.!?])[\"')*_]*\s+(?=[\"'(*_`]*[A-Z0-9`])")


def is_list(cell: str) -> bool:
    """Whether a cell is a list of single words between commas, which is no sentence."""
    return "," in cell and not any(" " in part.strip() for part in cell.split(","))


def blocks(text: str) -> list[tuple[int, str]]:
    """Paragraphs, list items and cells with the line that they begin on, as plain text."""
    text = FENCE.sub(lambda match: re.sub(r"[^\n]", "", match.group()), text)
    text = re.sub(r"!?\[([^\]\n]*)\]\([^)\s]*\)", r"\1", text)
    text = re.sub(r"`[^`\n]*`", "Code", text)
    found: list[tuple[int, str]] = []
    is_open = False
    for number, line in enumerate(text.split("\n"), 1):
        bare = line.strip()
        if not bare or bare.startswith(("#", "---", "|--", "| --", "<", "$")):
            is_open = False
        elif bare.startswith("|"):
            found += [(number, cell.strip()) for cell in bare.strip("|").split("|") if cell.strip() and not is_list(cell)]
            is_open = False
        elif is_open and not re.match(r"(?:[-*+]|\d+\.)\s", bare):
            found[-1] = (found[-1][0], f"{found[-1][1]} {bare}")
        else:
            found.append((number, re.sub(r"^(?:[-*+]|\d+\.)\s+(?:\[[ x]\] )?", "", bare)))
            is_open = True
    return found


def help_blocks(text: str) -> list[tuple[int, str]]:
    """Paragraphs and the texts beside the names of options, of what --help prints; not its examples."""
    found: list[tuple[int, str]] = []
    is_open = is_option = False
    for number, line in enumerate(text.split("Examples:\n")[0].split("\n"), 1):
        starts_option = re.match(r" {2,6}\S", line) is not None
        said = line[HELP_COLUMN:] if starts_option else line.strip()
        if not line.strip() or line.endswith(":") or line.startswith("Usage:"):
            is_open = False
        elif is_open and not starts_option and (line.startswith(" ") == is_option):
            found[-1] = (found[-1][0], f"{found[-1][1]} {said}")
        else:
            found.append((number, said))
            is_open, is_option = True, starts_option
    return [(line, re.sub(r"--?[a-z][a-z-]*", "Code", said)) for line, said in found]


def comment_blocks(text: str) -> list[tuple[int, str]]:
    """The comments on declarations of a Swift file, as Markdown with the lines that they stand on."""
    kept = [re.sub(r"^\s*/// ?", "", line) if re.match(r"\s*///", line) else "" for line in text.split("\n")]
    return blocks("\n".join(kept))


def measured(path: Path) -> tuple[int, list[tuple[int, str]], list[tuple[int, str]]]:
    """The number of sentences, the long ones and the idioms."""
    count, long, idioms = 0, [], []
    readers = {".txt": help_blocks, ".swift": comment_blocks}
    for line, text in readers.get(path.suffix, blocks)(path.read_text(encoding="utf-8")):
        idioms += [(line, match.group()) for match in IDIOM.finditer(text)]
        for sentence in END.split(text):
            words = len(re.findall(r"\w[\w'’.,/%-]*", sentence))
            count += words > 2
            if words > LONGEST:
                long.append((line, f"{words} words: {sentence[:70]}"))
    return count, long, idioms


def shown(path: Path) -> str:
    """A path as it is printed: from the repository on, where it is in it."""
    return str(path.relative_to(REPOSITORY) if path.is_relative_to(REPOSITORY) else path)


def row(name: str, paths: list[Path], lists: bool) -> tuple[int, int, int]:
    """Prints the sums of some files under a name, and with `lists` every finding; returns the sums."""
    total = (0, 0, 0)
    findings = []
    for path in paths:
        count, long, idioms = measured(path)
        total = (total[0] + count, total[1] + len(long), total[2] + len(idioms))
        findings += [f"{shown(path)}:{line}: {what}" for line, what in long + idioms]
    print(f"{total[0]:9} {total[1]:8} {total[2]:7}  {name}")
    if lists and findings:
        print("\n".join(findings))
    return total


def main() -> int:
    arguments = sys.argv[1:]
    lists = "--list" in arguments
    named = [Path(name).resolve() for name in arguments if name != "--list"]
    groups = [(shown(path), [path]) for path in named or tracked()]
    if not named:
        groups.append(("texts of --help", sorted(HELP.glob("help*.txt"))))
        groups += [
            (f"comments of {module}", sorted((REPOSITORY / "Sources" / module).rglob("*.swift")))
            for module in COMMENTED
        ]
    print(f"{'sentences':>9} {'over 30':>8} {'idioms':>7}")
    rows = [row(name, paths, lists) for name, paths in groups]
    count, long, idioms = (sum(column) for column in zip(*rows))
    share = 100 * long / max(1, count)
    print(f"{count:9} {long:8} {idioms:7}  all ({share:.1f} % of the sentences have more than {LONGEST} words)")
    return 0


if __name__ == "__main__":
    sys.exit(main())
