"""Word lists, their alignment by edit distance, and word error rates."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

_APOSTROPHES = str.maketrans({"\u2019": "'", "\u2018": "'", "\u02bc": "'"})
_NOT_WORD = re.compile(r"[^\w']|_")

Pair = tuple[int | None, int | None]
"""Indices of an aligned reference and hypothesis word; None where there is no counterpart."""


def normalise(text: str) -> list[str]:
    """Words in lower case without punctuation other than apostrophes; numbers are left as they are."""
    plain = _NOT_WORD.sub(" ", text.translate(_APOSTROPHES).lower())
    return [word for part in plain.split() if (word := part.strip("'"))]


def align(reference: Sequence[str], hypothesis: Sequence[str]) -> list[Pair]:
    """A cheapest alignment under unit costs (Levenshtein); ties prefer pairing words."""
    steps = _best_steps(reference, hypothesis)
    i, j = len(reference), len(hypothesis)
    pairs: list[Pair] = []
    while i or j:
        step = steps[i][j]
        i -= step != _INSERT
        j -= step != _DELETE
        pairs.append((None if step == _INSERT else i, None if step == _DELETE else j))
    pairs.reverse()
    return pairs


_PAIR, _DELETE, _INSERT = 0, 1, 2


def _best_steps(reference: Sequence[str], hypothesis: Sequence[str]) -> list[bytearray]:
    """steps[i][j]: the last step of a cheapest way from nothing to prefixes of lengths i and j."""
    width = len(hypothesis) + 1
    costs = list(range(width))
    steps = [bytearray([_INSERT]) * width]
    for i, word in enumerate(reference, 1):
        above, costs = costs, [i] + [0] * (width - 1)
        row = bytearray([_DELETE]) * width
        for j, guess in enumerate(hypothesis, 1):
            pair = above[j - 1] + (word != guess)
            delete, insert = above[j] + 1, costs[j - 1] + 1
            costs[j] = best = min(pair, delete, insert)
            row[j] = _PAIR if best == pair else _DELETE if best == delete else _INSERT
        steps.append(row)
    return steps


@dataclass(frozen=True)
class Errors:
    """Word errors of hypotheses against their references; adds up over files."""

    words: int = 0
    substitutions: int = 0
    deletions: int = 0
    insertions: int = 0

    @property
    def total(self) -> int:
        return self.substitutions + self.deletions + self.insertions

    @property
    def rate(self) -> float:
        """Word error rate in percent; zero words with errors count as one."""
        return 100 * self.total / max(self.words, 1)

    def __add__(self, other: Errors) -> Errors:
        return Errors(
            self.words + other.words,
            self.substitutions + other.substitutions,
            self.deletions + other.deletions,
            self.insertions + other.insertions,
        )


def count_errors(reference: Sequence[str], hypothesis: Sequence[str]) -> Errors:
    pairs = align(reference, hypothesis)
    both = [(i, j) for i, j in pairs if i is not None and j is not None]
    return Errors(
        words=len(reference),
        substitutions=sum(reference[i] != hypothesis[j] for i, j in both),
        deletions=sum(j is None for _, j in pairs),
        insertions=sum(i is None for i, _ in pairs),
    )


def marked_differences(reference: Sequence[str], hypothesis: Sequence[str]) -> str:
    """One line: agreeing words plain, `-lost-`, `+added+` and `{said>written}`."""
    return " ".join(_marked(reference, hypothesis, pair) for pair in align(reference, hypothesis))


def _marked(reference: Sequence[str], hypothesis: Sequence[str], pair: Pair) -> str:
    i, j = pair
    if i is None:
        return f"+{hypothesis[j or 0]}+"
    if j is None:
        return f"-{reference[i]}-"
    said, written = reference[i], hypothesis[j]
    return said if said == written else f"{{{said}>{written}}}"


def percentile(values: Iterable[float], fraction: float) -> float:
    """Linear interpolation between order statistics; NaN for no values."""
    ordered = sorted(values)
    if not ordered:
        return float("nan")
    place = fraction * (len(ordered) - 1)
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (place - low)
