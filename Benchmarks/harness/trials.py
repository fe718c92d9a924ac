"""Repeated measurements of several contestants in turn, so that each sees the same machine."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median

Measured = Mapping[str, float]
"""Values of one run by their name: "wall", "cpu", "peak_rss" and others."""


@dataclass(frozen=True)
class Contestant:
    """Something that is run once in every round."""

    name: str
    run: Callable[[], Measured]


@dataclass
class Trials:
    """All values measured: contestant, then measure, then one value for each round."""

    values: dict[str, dict[str, list[float]]] = field(default_factory=dict)

    def add(self, name: str, measured: Measured) -> None:
        for measure, value in measured.items():
            self.values.setdefault(name, {}).setdefault(measure, []).append(value)

    def median(self, name: str, measure: str) -> float | None:
        """None where it was not measured."""
        found = self.values.get(name, {}).get(measure)
        return median(found) if found else None

    def ratio(self, slow: str, fast: str, measure: str, fast_measure: str | None = None) -> float | None:
        """The median of `slow` in medians of `fast`; above 1 when `fast` is faster."""
        above = self.median(slow, measure)
        below = self.median(fast, fast_measure or measure)
        return above / below if above is not None and below else None


def alternate(contestants: Sequence[Contestant], rounds: int) -> Trials:
    """Runs every contestant once a round, telling on standard error how far it is."""
    trials = Trials()
    for number in range(1, rounds + 1):
        for contestant in contestants:
            print(f"round {number} of {rounds}: {contestant.name}", file=sys.stderr, flush=True)
            trials.add(contestant.name, contestant.run())
    return trials
