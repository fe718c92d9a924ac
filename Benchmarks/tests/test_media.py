"""Run with `python3 -m unittest discover -s Benchmarks/tests -t Benchmarks`."""

import random
import tempfile
import unittest
from pathlib import Path

import media
from harness import stamped
from harness.defects import Case
from harness.programs import Word


def words(text: str, first: float = 0.0) -> list[Word]:
    return [Word(word, first + n, first + n + 0.5, 1.0) for n, word in enumerate(text.split())]


def case(**facts: object) -> Case:
    return Case("mkv", "aac", "none", Path("a.mkv"), Path("a.wav"), **facts)  # type: ignore[arg-type]


class Judging(unittest.TestCase):
    said = media.Heard(words("one two three four"), [], 4.0)

    def test_the_same_is_right(self) -> None:
        self.assertEqual(media.faults(case(length=4.0), self.said, self.said), [])

    def test_each_fault_is_found(self) -> None:
        def found(heard: media.Heard, **facts: object) -> str:
            return "; ".join(media.faults(case(**facts), heard, self.said))

        self.assertIn("1 of 4 words", found(media.Heard(words("one two three"), [], 4.0)))
        self.assertIn("starts off by +200 ms", found(media.Heard(words("one two three four", 0.2), [], 4.0)))
        self.assertIn("starts off by -60 ms", found(media.Heard(words("one two three four", -0.06), [], 4.0)))
        self.assertIn("length 9.0", found(media.Heard(self.said.words, [], 9.0), length=4.0))
        self.assertIn("told: it is cut", found(media.Heard(self.said.words, ["it is cut"], 4.0)))
        self.assertIn("not told: cut", found(self.said, notes=["cut"]))
        self.assertEqual(found(media.Heard([], [], None, "damaged")), "damaged")

    def test_what_is_wanted_or_allowed_may_be_told(self) -> None:
        heard = media.Heard(self.said.words, ["it is cut", "1 packet"], 4.0)
        self.assertEqual(media.faults(case(notes=["cut"], allowed=("packet",)), heard, self.said), [])


class Stamping(unittest.TestCase):
    times = [n * 0.0213 for n in range(2_000)]

    def test_packets_are_late_never_early_and_in_order(self) -> None:
        for name, lateness in stamped.LATENESS.items():
            arrivals = lateness(self.times, random.Random(1))
            late = [arrival - time for arrival, time in zip(arrivals, self.times, strict=True)]
            self.assertEqual(arrivals, sorted(arrivals), name)
            self.assertGreaterEqual(min(late), -1e-9, name)
            self.assertLess(max(late), 0.7, name)
            self.assertGreater(max(late), 0.1, name)

    def test_frames_come_back_from_adts(self) -> None:
        frames = [b"abc", b"defgh"]
        # LC at 48 kHz, mono.
        data = b"".join(bytes([0xFF, 0xF1, 0x4C, 0x40, (len(frame) + 7) >> 3, (len(frame) + 7 & 7) << 5 | 0x1F, 0xFC])
                        + frame for frame in frames)
        stream = stamped.read_adts(data)
        self.assertEqual((stream.frames, stream.rate, stream.channels, stream.setup), (frames, 48_000, 1, b"\x11\x88"))

    def test_times_are_written_in_milliseconds(self) -> None:
        stream = stamped.Stream([b"x", b"y"], 48_000, 1, b"\x11\x88")
        with tempfile.TemporaryDirectory() as folder:
            flash = Path(folder) / "a.flv"
            stamped.write_flash(flash, stream, [0.0, 70.0])
            # The second tag of sound: 70,000 ms, low three bytes first.
            self.assertIn(b"\x08\x00\x00\x03\x01\x11\x70\x00\x00\x00\x00\xaf\x01y", flash.read_bytes())
            video = Path(folder) / "a.mkv"
            stamped.write_matroska(video, stream, [0.0, 0.02])
            self.assertIn(b"\x81\x00\x14\x80y", video.read_bytes())
