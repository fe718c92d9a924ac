"""Where speech is cut into spans."""

import math

LEAST, MOST = 74, 250
"""Lip frames of a span: 3 to 10 seconds."""
MARGIN = 0.25


def pieces(words):
    """(start, end) in seconds of 2 to 9 s of speech each, cut where the speaker pauses."""
    found, first = [], 0
    for i, word in enumerate(words):
        length = word["end"] - words[first]["start"]
        pause = words[i + 1]["start"] - word["end"] if i + 1 < len(words) else 9
        if pause >= 1 or (length >= 4 and pause >= 0.12) or length >= 8:
            found.append((words[first]["start"], word["end"]))
            first = i + 1
    return found


def frames_of(start, end, count):
    """The lip frames [first, last) of a piece with its margins, made long enough; None where that cannot be."""
    first, last = int((start - MARGIN) * 25), math.ceil((end + MARGIN) * 25)
    missing = max(LEAST - (last - first), 0)
    first, last = first - missing // 2, last + missing - missing // 2
    first, last = first - max(last - count, 0), min(last, count)
    first, last = max(first, 0), last + max(-first, 0)
    return (first, last) if last <= count and LEAST <= last - first <= MOST else None
