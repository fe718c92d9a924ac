"""Run with `python3 -m unittest discover -s Training/tests -t Training`."""

import unittest

from viseme_training.adaptation.cutting import LEAST, MOST, frames_of, pieces
from viseme_training.adaptation.stopping import StopRule


def spoken(*times):
    return [{"start": a, "end": b} for a, b in times]


class Cutting(unittest.TestCase):
    def test_speech_is_cut_at_pauses(self):
        words = spoken((0.0, 0.5), (0.5, 1.0), (2.5, 3.0), (3.0, 3.4))
        self.assertEqual(pieces(words), [(0.0, 1.0), (2.5, 3.4)])

    def test_a_long_run_is_cut_at_a_short_pause_or_at_eight_seconds(self):
        even = spoken(*((i, i + 0.95) for i in range(20)))
        self.assertTrue(all(b - a < 9 for a, b in pieces(even)))
        self.assertEqual((pieces(even)[0][0], pieces(even)[-1][1]), (0, 19.95))
        breath = spoken(*((i, i + 1) for i in range(5)), (5.2, 6))
        self.assertEqual(pieces(breath), [(0, 5), (5.2, 6)])

    def test_nothing_said_gives_nothing(self):
        self.assertEqual(pieces([]), [])

    def test_spans_are_long_enough_and_lie_in_the_recording(self):
        for start, end in ((0.0, 0.4), (1.0, 2.0), (9.5, 10.0), (2.0, 9.0)):
            first, last = frames_of(start, end, 250)
            self.assertGreaterEqual(first, 0)
            self.assertLessEqual(last, 250)
            self.assertTrue(LEAST <= last - first <= MOST)
            self.assertTrue(first <= start * 25 and end * 25 <= last)

    def test_a_short_recording_has_no_span(self):
        self.assertIsNone(frames_of(0.5, 1.0, LEAST - 1))
        self.assertEqual(frames_of(0.5, 1.0, LEAST), (0, LEAST))


class Stopping(unittest.TestCase):
    def setUp(self):
        self.now = 0.0
        self.rule = StopRule(10, patience=3, clock=lambda: self.now)

    def test_the_rate_rises_and_falls_by_the_clock(self):
        self.assertLess(self.rule.scale(0), 0.1)
        self.assertEqual(self.rule.scale(100), 1)
        self.now = 460
        self.assertLessEqual(self.rule.scale(200), 1)
        self.now = 530
        middle = self.rule.scale(220)
        self.assertTrue(0.3 < middle < 0.7)
        self.assertFalse(self.rule.is_over)
        self.now = 620
        self.assertTrue(self.rule.is_over)

    def test_it_cools_when_nothing_more_is_gained(self):
        for loss in (1.0, 0.9, 0.9, 0.8999, 0.8998):
            self.now += 20
            self.assertFalse(self.rule.is_over)
            self.rule.look(loss, {})
        self.assertIsNotNone(self.rule.cooling)
        self.now = 100 + 100 / 3 + 1
        self.assertTrue(self.rule.is_over)

    def test_the_best_state_is_kept(self):
        for loss, state in ((1.0, {"at": 1}), (0.5, {"at": 2}), (0.7, {"at": 3})):
            self.rule.look(loss, state)
        self.assertEqual(self.rule.kept, {"at": 2})


if __name__ == "__main__":
    unittest.main()
