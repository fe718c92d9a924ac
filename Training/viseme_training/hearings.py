"""What is heard in clips, clean and in noise, as the program's networks are given it."""

import pathlib

import numpy as np
import torch

from viseme_training import audio, corpus, noise, store

CONDITIONS = ("clean", "babble 10", "babble 5", "babble 0", "restaurant 0")
"""Conditions of the tests: noise and ratio in dB."""


class Hearings:
    """Audio embeddings of clips, after the noise adapter as the program gives them."""

    def __init__(self, model, adapter, source=None):
        self.model, self.adapter, self.source = model, adapter, source

    @torch.no_grad()
    def encoded(self, samples):
        """Samples [N] -> embeddings f16 [T, 288]."""
        x = self.model.encode(torch.from_numpy(np.ascontiguousarray(samples, np.float32))[None])
        return self.adapter(x)[0][0].half()

    def of_noise(self, clip, generator):
        """The clip's embeddings in a noise that is drawn now."""
        drawn = self.source.draw(len(clip.samples), generator)
        return self.encoded(noise.mixed(clip.samples, drawn, noise.training_ratio(generator)))


class Heard:
    """Embeddings that `prepare_many.py` wrote: of each clip clean, and in as many noises as there are files yet."""

    def __init__(self, folder):
        self.folder, self.files, self.noisy = pathlib.Path(folder), [], []
        self.clean = store.load(self.folder / "clean.pt")["heard"]

    def look(self):
        """Reads the files that have come since."""
        for path in sorted(self.folder.glob("noise-*.pt")):
            if path not in self.files:
                self.files.append(path)
                self.noisy.append(store.load(path)["heard"])

    def of(self, clip, generator, noisy):
        """Embeddings f16 [T, 288] of a clip: clean, or in one of the noises."""
        if not noisy or not self.noisy:
            return self.clean[clip.key]
        return self.noisy[int(generator.integers(len(self.noisy)))][clip.key]


def mixed(clip, condition, number, source):
    """The clip's samples under a condition, always with the same noise."""
    if condition == "clean":
        return clip.samples
    kind, ratio = condition.split()
    generator, length = np.random.default_rng((17, number)), len(clip.samples)
    if kind == "babble":
        heard = source.babble(length, generator, 8)
    else:
        heard = audio.section(source.kept_out[kind], length, generator)
    return noise.mixed(clip.samples, heard, float(ratio))


class KeptOut(noise.Noise):
    """The test's babble, and noise recordings that training does not hear."""

    def __init__(self, work):
        speech = corpus.decoded(sorted((corpus.ROOT / "librispeech/speakers").iterdir()), work / "libri-speakers.npz")
        recordings = corpus.decoded(sorted((corpus.ROOT / "noise").iterdir()), work / "noise.npz")
        super().__init__({n: speech[n] for n in corpus.split("librispeech-babble-test")}, {})
        self.kept_out = {name.split("_")[1]: recordings[name] for name in noise.HELD_OUT}


def embedded(clips, conditions, hearings, path):
    """condition -> embeddings f16 [T, 288] of the clips, computed once."""
    kept, keys = store.load(path) or {}, [c.key for c in clips]
    if kept.get("clips") != keys:
        kept = {"clips": keys}
    for condition in conditions:
        if condition not in kept:
            heard = [mixed(c, condition, i, hearings.source) for i, c in enumerate(clips)]
            kept[condition] = [hearings.encoded(samples) for samples in heard]
            store.save(path, **kept)
    return {condition: kept[condition] for condition in conditions}
