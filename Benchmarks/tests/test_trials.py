"""Run with `python3 -m unittest discover -s Benchmarks/tests -t Benchmarks`."""

import contextlib
import io
import unittest

from harness.contest import BARS, PARTS, Bar
from harness.trials import Contestant, Trials, alternate


class Alternating(unittest.TestCase):
    def test_each_has_its_turn_in_every_round(self) -> None:
        order: list[str] = []

        def contestant(name: str) -> Contestant:
            def run() -> dict[str, float]:
                order.append(name)
                return {"wall": len(order)}

            return Contestant(name, run)

        with contextlib.redirect_stderr(io.StringIO()):
            trials = alternate([contestant("a"), contestant("b")], 3)
        self.assertEqual(order, ["a", "b"] * 3)
        self.assertEqual(trials.values["b"]["wall"], [2, 4, 6])
        self.assertEqual(trials.ratio("b", "a", "wall"), 4 / 3)

    def test_what_was_not_measured_is_none(self) -> None:
        trials = Trials({"a": {"wall": [1.0]}})
        self.assertIsNone(trials.median("a", "cpu"))
        self.assertIsNone(trials.ratio("b", "a", "wall"))


class Bars(unittest.TestCase):
    def test_least_and_most(self) -> None:
        trials = Trials({"a": {"wall": [2.0, 1.0, 9.0]}})
        table = [(1.5, False, "yes"), (2.5, False, "**no**"), (2.5, True, "yes"), (1.5, True, "**no**")]
        for limit, most, reached in table:
            bar = Bar("peer", "x", limit, lambda trials: trials.median("a", "wall"), most)
            self.assertEqual(bar.row(trials)[3], reached, (limit, most))

    def test_every_bar_belongs_to_a_part_and_tells_that_nothing_was_measured(self) -> None:
        for bar in BARS:
            self.assertIn(bar.part, PARTS)
            self.assertEqual(bar.row(Trials())[2], "not measured")


if __name__ == "__main__":
    unittest.main()
