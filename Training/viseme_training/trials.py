"""Test conditions: noisy embeddings of held-out recordings, damaged pictures, and scoring."""

import numpy as np
import torch

from viseme_training import audio, batches, corpus, noise, store
from viseme_training.moonshine import token_cap, without_loop

RATIOS = (None, 10, 5, 0, -5)


def noisy_set(model, work, name, clips, ratios=RATIOS, seed=11):
    """ratio -> list of f32 [T, 288] of clips (name -> samples) in babble of eight unseen talkers, cached."""
    path = work / f"test-{name}.pt"
    if state := store.load(path):
        return state["encoded"]
    source = noise.of_split("librispeech-babble-test", work)
    encoded = {ratio: [] for ratio in ratios}
    for number, key in enumerate(sorted(clips)):
        samples = clips[key]
        babble = source.babble(len(samples), np.random.default_rng((seed, number)), 8)
        power = audio.active_power(samples)
        for ratio in ratios:
            heard = samples if ratio is None else audio.mix(samples, babble, ratio, power)
            with torch.no_grad():
                encoded[ratio].append(model.encode(torch.from_numpy(heard.astype(np.float32))[None])[0])
    store.save(path, encoded=encoded)
    return encoded


def read(model, sequences, caps, size=20):
    """Texts of embeddings [T, 288], decoded greedily in batches of like length, loops cut off."""
    texts = [None] * len(sequences)
    order = sorted(range(len(sequences)), key=lambda i: len(sequences[i]))
    for first in range(0, len(order), size):
        chosen = order[first : first + size]
        encoded, mask = batches.padded([sequences[i] for i in chosen])
        tokens = model.greedy(encoded, [caps[i] for i in chosen], None if mask.all() else mask)
        for i, written in zip(chosen, tokens):
            texts[i] = model.text(without_loop(written))
    return texts


def counts(references, texts):
    """Word errors of each recording (array) and the number of reference words."""
    pairs = [(corpus.words_of(r), corpus.words_of(t)) for r, t in zip(references, texts)]
    return np.array([corpus.errors(r, t) for r, t in pairs]), sum(len(r) for r, _ in pairs)


def upper_bound(errors, others, words, draws=2000):
    """95 % upper bound of the difference of two error rates in percent, by paired bootstrap."""
    generator = np.random.default_rng(0)
    difference = errors - others
    index = generator.integers(len(difference), size=(draws, len(difference)))
    return float(np.quantile(difference[index].sum(1), 0.95) / words * 100)


def grid_cap():
    """At most 20 tokens for a clip of three seconds."""
    return min(20, token_cap(47648))
