"""Instructions that a run of viseme executes, by function, as valgrind's callgrind counts them."""

from __future__ import annotations

import os
import re
import subprocess
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from .corpus import REPOSITORY

# Everything else of the environment is left out, so that it cannot change a count.
_KEPT = ("HOME", "XDG_DATA_HOME", "VISEME_MODELS", "LD_LIBRARY_PATH")
_FIXED = {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "SWIFT_DETERMINISTIC_HASHING": "1"}
_COST = re.compile(r"[0-9+*-]")


class CallgrindFailed(Exception):
    """valgrind, or the program under it, ended with an error."""


@dataclass(frozen=True)
class Profile:
    """Instructions by function; those of other libraries are named `[library] function`."""

    functions: Counter[str]

    @property
    def total(self) -> int:
        return self.functions.total()

    @property
    def program(self) -> int:
        """Those in viseme's own code, which no library's version changes."""
        return sum(count for name, count in self.functions.items() if not name.startswith("["))

    def less(self, other: Profile) -> Profile:
        """What this run did beyond `other`."""
        return Profile(Counter({name: count - other.functions[name]
                                for name, count in self.functions.items() if count > other.functions[name]}))


def stripped(binary: Path, folder: Path) -> Path:
    """A copy with its symbols but without debugging data, which valgrind may fail to read."""
    folder.mkdir(parents=True, exist_ok=True)
    copy = folder / binary.name
    subprocess.run(["strip", "--strip-debug", "-o", copy, binary], check=True)
    return copy


def environment(isa: str) -> dict[str, str]:
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    return _FIXED | kept | {"VISEME_ISA": isa}


def profile(binary: Path, arguments: Sequence[str], isa: str) -> Profile:
    """Runs `binary` in the repository under callgrind."""
    out = binary.with_suffix(".callgrind")
    command = ["valgrind", "--tool=callgrind", f"--callgrind-out-file={out}", "--compress-strings=no",
               "--compress-pos=no", str(binary), *arguments]
    done = subprocess.run(command, cwd=REPOSITORY, env=environment(isa), capture_output=True, text=True)
    if done.returncode != 0:
        raise CallgrindFailed(f"{' '.join(arguments)}: exit {done.returncode}: {done.stderr[-2000:]}")
    with open(out, encoding="utf-8", errors="replace") as lines:
        functions = parse(lines, binary.name)
    return Profile(Counter(demangled(functions)))


def parse(lines: Iterable[str], program: str) -> Counter[str]:
    """Own costs by function of callgrind's output format, written without compression."""
    functions: Counter[str] = Counter()
    library = name = ""
    is_call = False
    for line in lines:
        if line.startswith("ob="):
            library = Path(line[3:].strip()).name
        elif line.startswith("fn="):
            name = line[3:].strip()
        elif line.startswith("calls="):
            is_call = True  # the next line holds what was spent in the callee
        elif _COST.match(line):
            cost = line.split()[1:2]
            if cost and not is_call:
                functions[_label(library, name, program)] += int(cost[0])
            is_call = False
    return functions


def _label(library: str, name: str, program: str) -> str:
    if library == program:
        return name
    return f"[{library}]" if name.startswith("0x") else f"[{library}] {name}"


def demangled(functions: Mapping[str, int]) -> Counter[str]:
    """Swift's names as people write them; several may become one."""
    names = list(functions)
    tool = subprocess.run(["swift", "demangle", "--compact", "--simplified"], input="\n".join(names),
                          capture_output=True, text=True, check=True)
    result: Counter[str] = Counter()
    for readable, name in zip(tool.stdout.splitlines(), names, strict=True):
        result[readable] += functions[name]
    return result
