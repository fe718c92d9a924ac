"""Run with `python3 -m unittest discover -s Training/tests -t Training`."""

import importlib.util
import unittest

import numpy as np

if importlib.util.find_spec("torch"):
    import torch

    from viseme_training import bundle, evidence, many, moments, transmission
    from viseme_training.whole import Whole


@unittest.skipUnless(importlib.util.find_spec("torch"), "PyTorch is absent")
class Moments(unittest.TestCase):
    """Vectors of lips and sound that are the same random ones but for a delay."""

    def vectors(self, person, frames=600, delay=0, seed=0):
        generator = torch.Generator().manual_seed(seed)
        sound = torch.nn.functional.normalize(torch.randn(frames, 64, generator=generator), dim=-1)
        return moments.Vectors(person, sound.roll(delay, 0), sound, torch.ones(frames, dtype=torch.bool))

    def test_the_offset_of_picture_and_sound_comes_back(self):
        for delay in (-10, -3, 0, 4, 10):
            self.assertAlmostEqual(moments.offset_of([self.vectors("a", delay=delay)]), delay / 25, delta=0.01)

    def test_the_offset_of_several_segments_is_that_of_their_sum(self):
        parts = [self.vectors("a", 60, 5, seed) for seed in range(5)]
        self.assertAlmostEqual(moments.offset_of(parts), 0.2, delta=0.01)

    def test_fitting_lips_are_right_at_every_moment_and_unrelated_ones_at_half(self):
        right, number = moments.moments([self.vectors("a")], 25)
        self.assertEqual((right, number > 100), (100, True))
        unrelated = self.vectors("a", 4000)
        unrelated.lips = self.vectors("a", 4000, seed=1).lips
        self.assertTrue(40 < moments.moments([unrelated], 25)[0] < 60)

    def test_frames_without_a_face_do_not_count(self):
        whole = self.vectors("a")
        whole.lips[100:200] = whole.audio.roll(7, 0)[100:200]
        before = whole.sums(0)
        whole.shown[100:200] = False
        self.assertEqual(whole.sums(0)[1], before[1] - 100)
        self.assertAlmostEqual(whole.sums(0)[0], 500, delta=1e-2)

    def test_the_right_face_of_four_is_found_by_fitting_lips_alone(self):
        people = [self.vectors(name, 300, seed=i) for i, name in enumerate("abcde")]
        self.assertEqual(moments.right_face(people, 75, np.random.default_rng(0))[0], 100)
        for i, v in enumerate(people):
            v.lips = self.vectors("", 300, seed=20 + i).lips
        self.assertLess(moments.right_face(people, 75, np.random.default_rng(0))[0], 60)


@unittest.skipUnless(importlib.util.find_spec("torch"), "PyTorch is absent")
class EvidenceTests(unittest.TestCase):
    def test_the_fit_finds_how_much_a_second_is_worth(self):
        """Scores whose mean over t seconds scatters by 0.1 / sqrt(t) have a ratio of 20 * (score - 0.1) a second."""
        generator = np.random.default_rng(2)
        seconds = generator.choice([1.0, 2.0, 4.0], 20000)
        right = generator.random(20000) < 0.5
        scores = np.where(right, 0.2, 0.0) + 0.1 / np.sqrt(seconds) * generator.standard_normal(20000)
        ratio = evidence.Evidence()
        ratio.fit(scores, seconds, right)
        self.assertGreater(ratio.saturation, 15)
        self.assertAlmostEqual(ratio(0.2, 1), 2, delta=0.3)
        self.assertAlmostEqual(ratio(0.0, 1), -2, delta=0.3)

    def test_evidence_saturates(self):
        ratio = evidence.Evidence(20, -2, 5)
        self.assertLess(ratio(0.3, 1e6), 20.001)
        self.assertGreater(ratio(0.3, 20), ratio(0.3, 10))


@unittest.skipUnless(importlib.util.find_spec("torch"), "PyTorch is absent")
class Training(unittest.TestCase):
    def test_moments_cost_least_where_lips_fit_their_own(self):
        torch.manual_seed(4)
        sound = torch.nn.functional.normalize(torch.randn(3, 64, 64), dim=-1)
        mask = torch.ones(3, 64, dtype=torch.bool)
        right, late, other = (many.moment_loss(v, sound, mask) for v in (sound, sound.roll(9, 1), sound.roll(1, 0)))
        self.assertLess(right, 0.01)
        self.assertGreater(late, 5)
        self.assertTrue(2 < other < 5)

    def test_frames_without_a_face_cost_nothing(self):
        torch.manual_seed(5)
        lips, sound = (torch.nn.functional.normalize(torch.randn(2, 80, 64), dim=-1) for _ in range(2))
        mask = torch.ones(2, 80, dtype=torch.bool)
        mask[:, 60:] = False
        changed = lips.clone()
        changed[:, 60:] = changed[:, 60:].flip(1)
        self.assertAlmostEqual(
            float(many.moment_loss(lips, sound, mask)), float(many.moment_loss(changed, sound, mask)), places=5
        )

    def test_a_file_of_lips_and_agreement_gives_the_trained_network_back(self):
        torch.manual_seed(6)
        whole, again = Whole().eval(), Whole().eval()
        for normal in whole.reader.lips.norms:
            normal.running_mean.normal_()
            normal.running_var.uniform_(0.5, 2)
        named = bundle.tensors(whole, ("lips.", "agreement."))
        self.assertEqual({n.split(".")[0] for n in named}, {"lips", "agreement"})
        bundle.load(again, named)
        network = many.ManyFaces().started_from(again).eval()
        windows, times = 255 * torch.rand(2, 12, 72, 72), (torch.arange(12) / 25).repeat(2, 1)
        with torch.no_grad():
            expected = whole.reader.agreement.lip_vectors(whole.reader.lips(windows, times)[0])
            made = network.agreement.lip_vectors(network.lips(windows, times)[0])
        self.assertLess((expected - made).abs().max(), 1e-4)


@unittest.skipUnless(importlib.util.find_spec("torch"), "PyTorch is absent")
class Transmission(unittest.TestCase):
    def crops(self):
        generator = torch.Generator().manual_seed(3)
        return torch.randint(0, 256, (40, 80, 80), generator=generator, dtype=torch.uint8)

    def test_repeated_pictures_never_come_before_their_time(self):
        generator = np.random.default_rng(0)
        for _ in range(50):
            shown = transmission.repeated(64, generator)
            self.assertTrue((shown <= torch.arange(64)).all())
            self.assertTrue((torch.arange(64) - shown).max() <= 20)
            self.assertTrue((shown.diff() >= 0).all())

    def test_fine_steps_leave_blocks_as_they_are_and_coarse_ones_leave_grey(self):
        x = self.crops().float()
        for size in (80, 37):
            part = x[:, :size, :size]
            self.assertLess((transmission.quantised(part, 1e-3) - part).abs().max(), 0.05)
        coarse = transmission.quantised(x, 1e5)
        self.assertEqual(float(coarse.std()), 0)

    def test_what_is_sent_keeps_its_shape_and_is_not_always_the_same(self):
        crops, generator, changed = self.crops(), np.random.default_rng(1), 0
        for _ in range(20):
            sent = transmission.transmitted(crops, generator)
            self.assertEqual((sent.shape, sent.dtype), (crops.shape, torch.uint8))
            changed += not torch.equal(sent, crops)
        self.assertTrue(8 <= changed <= 19)


if __name__ == "__main__":
    unittest.main()
