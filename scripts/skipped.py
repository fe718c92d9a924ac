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

# A skipped suite says so once, whatever the number of its tests.
SKIPPED = re.compile(r'^\S+ (Test|Suite) (.+) skipped(?:: "(.*)"|\.)?\s*$')


def account(skipped: list[tuple[str, str, str]]) -> list[str]:
    """The lines of the summary for (kind, name, reason)."""
    if not skipped:
        return ["skipped: nothing"]
    kinds = Counter(kind for kind, _, _ in skipped)
    total = " and ".join(
        f"{kinds[kind]} {kind.lower()}{'s' if kinds[kind] > 1 else ''}" for kind in ("Test", "Suite") if kinds[kind]
    )
    reasons = Counter(reason or "no reason given" for _, _, reason in skipped)
    return [f"skipped: {total}"] + [f"  {count:4} {reason}" for reason, count in reasons.most_common()]


def main() -> int:
    if len(sys.argv) < 2:
        sys.exit("usage: scripts/skipped.py COMMAND...")
    process = subprocess.Popen(sys.argv[1:], stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    skipped: list[tuple[str, str, str]] = []
    assert process.stdout is not None
    for line in process.stdout:
        sys.stdout.buffer.write(line)
        sys.stdout.buffer.flush()
        if match := SKIPPED.match(line.decode("utf-8", "replace")):
            skipped.append((match[1], match[2], match[3] or ""))
    status = process.wait()
    print("\n".join(account(skipped)), flush=True)
    return status if status >= 0 else 128 - status


if __name__ == "__main__":
    sys.exit(main())
