#!/usr/bin/env python3
"""Runs a command that tests with Swift Testing and says at its end how many tests were skipped, and why.

Usage: scripts/skipped.py COMMAND...
Its output is passed on as it comes, and its exit status is that of the command.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections import Counter

# Each test of a skipped suite has a line of its own beside the suite's.
SKIPPED = re.compile(r'^\S+ Test (.+) skipped(?:: "(.*)"|\.)?\s*$')


def account(skipped: list[str]) -> list[str]:
    """The lines of the summary for the reasons of all tests that were skipped."""
    if not skipped:
        return ["skipped: no test"]
    head = f"skipped: {len(skipped)} test{'s' if len(skipped) > 1 else ''}"
    return [head] + [f"  {count:4} {reason}" for reason, count in Counter(skipped).most_common()]


def main() -> int:
    if len(sys.argv) < 2:
        sys.exit("usage: scripts/skipped.py COMMAND...")
    process = subprocess.Popen(sys.argv[1:], stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    skipped: list[str] = []
    assert process.stdout is not None
    for line in process.stdout:
        sys.stdout.buffer.write(line)
        sys.stdout.buffer.flush()
        if match := SKIPPED.match(line.decode("utf-8", "replace")):
            skipped.append(match[2] or "no reason given")
    status = process.wait()
    print("\n".join(account(skipped)), flush=True)
    return status if status >= 0 else 128 - status


if __name__ == "__main__":
    sys.exit(main())
