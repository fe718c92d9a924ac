"""What a running process takes up."""

from __future__ import annotations

import os
import time
from pathlib import Path

Sample = tuple[float, float, int]
"""Seconds, resident megabytes, open descriptors."""


def sample(process: int, begin: float) -> Sample | None:
    """Of a process by its number, `begin` being the monotonic time of its start; nothing where it has ended."""
    try:
        status = Path(f"/proc/{process}/status").read_text()
        files = len(os.listdir(f"/proc/{process}/fd"))
    except OSError:
        return None
    resident = [int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS:")]
    return (time.monotonic() - begin, resident[0] * 1024 / 1e6, files) if resident else None
