"""Draws of noise for training and tests."""

import numpy as np

from viseme_training import audio, corpus

HELD_OUT = ("places_restaurant", "urban_traffic")


class Noise:
    """Noises to mix: babble of `talkers` (name -> samples), noise recordings, white noise."""

    def __init__(self, talkers, recordings):
        self.names = sorted(talkers)
        self.talkers = [audio.at_unit_level(talkers[n]) for n in self.names]
        self.recordings = [recordings[n] for n in sorted(recordings) if n not in HELD_OUT]

    def babble(self, length, rng, count, without=None):
        """Babble of `count` talkers, `without` not among them."""
        voices = [v for n, v in zip(self.names, self.talkers) if n != without]
        return audio.babble(voices, count, length, rng)

    def draw(self, length, rng, without=None):
        """Training: babble of 3 to 15 talkers (65 %), a noise recording (25 %), white (10 %)."""
        kind = rng.random()
        if kind < 0.65:
            return self.babble(length, rng, int(rng.integers(3, 16)), without)
        if kind < 0.9:
            return audio.section(self.recordings[rng.integers(len(self.recordings))], length, rng)
        return rng.standard_normal(length)


def of_split(name, work):
    """The noise of a list of talkers."""
    speech = corpus.decoded(sorted((corpus.ROOT / "librispeech/speakers").iterdir()), work / "libri-speakers.npz")
    recordings = corpus.decoded(sorted((corpus.ROOT / "noise").iterdir()), work / "noise.npz")
    return Noise({n: speech[n] for n in corpus.split(name)}, recordings)


def training_ratio(rng):
    """SNR in dB, -8 to 20, low ones more often."""
    return float(-8 + 28 * rng.random() ** 1.3)


def mixed(speech, noise, snr):
    """`audio.mix`, and for an SNR of None the speech itself."""
    return speech.astype(np.float32) if snr is None else audio.mix(speech, noise, snr)
