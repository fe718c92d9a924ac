"""Run with `python3 -m unittest discover -s Benchmarks/tests -t Benchmarks`."""

import itertools
import math
import unittest

from harness.programs import Word
from harness.words import Errors, align, count_errors, marked_differences, normalise, percentile
from word_times import Tally, Timed, spoken


class Normalising(unittest.TestCase):
    def test_table(self) -> None:
        table = {
            "It's Mr. Hale\u2019s; 10.": ["it's", "mr", "hale's", "10"],
            "'quoted' well-known": ["quoted", "well", "known"],
            "": [],
            " ... ' -- ": [],
            "caf\u00e9_x": ["caf\u00e9", "x"],
        }
        for text, words in table.items():
            self.assertEqual(normalise(text), words)


class Aligning(unittest.TestCase):
    def test_counts(self) -> None:
        table = [
            ("a b c", "a b c", Errors(3, 0, 0, 0)),
            ("a b c", "", Errors(3, 0, 3, 0)),
            ("", "a b", Errors(0, 0, 0, 2)),
            ("a b c", "a x c d", Errors(3, 1, 0, 1)),
            ("a b c d", "b c d", Errors(4, 0, 1, 0)),
        ]
        for said, written, errors in table:
            self.assertEqual(count_errors(said.split(), written.split()), errors)

    def test_every_short_pair_has_the_least_cost(self) -> None:
        lists = [list(p) for n in range(4) for p in itertools.product("ab", repeat=n)]
        for said, written in itertools.product(lists, repeat=2):
            pairs = align(said, written)
            self.assertEqual([i for i, _ in pairs if i is not None], list(range(len(said))))
            self.assertEqual([j for _, j in pairs if j is not None], list(range(len(written))))
            self.assertEqual(count_errors(said, written).total, least_cost(said, written))

    def test_marks(self) -> None:
        self.assertEqual(marked_differences(["a", "b", "c"], ["a", "x", "c", "d"]), "a {b>x} c +d+")
        self.assertEqual(marked_differences(["a", "b"], ["b"]), "-a- b")


def least_cost(said: list[str], written: list[str]) -> int:
    """The recursive definition of edit distance."""
    if not said or not written:
        return len(said) + len(written)
    return min(
        least_cost(said[1:], written[1:]) + (said[0] != written[0]),
        least_cost(said[1:], written) + 1,
        least_cost(said, written[1:]) + 1,
    )


class Statistics(unittest.TestCase):
    def test_percentile(self) -> None:
        self.assertEqual(percentile([3, 1, 2], 0.5), 2)
        self.assertEqual(percentile([0, 10], 0.25), 2.5)
        self.assertTrue(math.isnan(percentile([], 0.5)))


class WordTimes(unittest.TestCase):
    def test_a_written_word_that_covers_two_gives_one_start_and_one_end(self) -> None:
        self.assertEqual(
            spoken([Word("F2,", 1.0, 2.0, 1.0)]), [Timed("f", 1.0, None), Timed("two", None, 2.0)]
        )

    def test_only_correct_words_count_and_the_sign_is_written_minus_reference(self) -> None:
        tally = Tally()
        reference = [Timed("bin", 0.5, 0.8), Timed("blue", 0.8, 1.0), Timed("now", 1.0, 1.5)]
        tally.add(reference, [Timed("bin", 0.75, 0.8), Timed("glue", 3, 4), Timed("now", 0.75, 1.25)])
        summary = tally.summary("x")
        self.assertEqual((summary["spoken"], summary["correct"], summary["starts"]), (3, 2, 2))
        self.assertEqual(summary["start_median_ms"], 250)
        self.assertEqual(summary["start_bias_ms"], 0)
        self.assertEqual(summary["end_bias_ms"], -125)


if __name__ == "__main__":
    unittest.main()
