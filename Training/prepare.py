"""Computes once what training reads again and again: clean and noisy embeddings and the decoder's words.

    python Training/prepare.py --work /tmp/viseme-training [--versions 8]

Writes libri.pt and grid.pt, lists of items. An item has `noisy` and `clean` f16 [T, 288], `tokens`
(the decoder's own words for the clean audio), `snr` (None: clean), `name`, and for GRID `spans`:
(clip, first lip frame, lip frames) of each clip that it is made of. Nothing is read from transcripts.
"""

import argparse
import pathlib

import numpy as np
import torch

from viseme_training import corpus, noise, store
from viseme_training.moonshine import Moonshine, token_cap
from viseme_training.teacher import embeddings, noisy_items, own_words, prompted_words

FRAME = 640


def libri_items(model, source, work, versions):
    """LibriSpeech training talkers in pieces of 3 to 9 s, each in `versions` noises and clean."""
    rng = np.random.default_rng(1)
    speech = corpus.decoded([], work / "libri-speakers.npz")
    items = []
    for name in corpus.split("librispeech-train"):
        whole, at = speech[name], 0
        while len(whole) - at > 48000:
            size = int(rng.integers(48000, 144000))
            piece = whole[at : at + size]
            at += size
            clean = embeddings(model, piece, exact=True)
            tokens = own_words(model, clean, token_cap(len(piece)))
            made = [(None, clean), *noisy_items(model, piece, versions, source, rng, name)]
            items += [dict(name=name, noisy=x, clean=clean, tokens=tokens, snr=s) for s, x in made]
    return items


def trimmed(clips, name, rng=None):
    """(samples, first lip frame, lip frames) of a clip's speech with about a quarter second on both sides."""
    start, end = corpus.grid_voice(name)
    before, after = (0.25, 0.25) if rng is None else rng.uniform(0.1, 0.45, 2)
    first, last = max(0, round((start - before) * 25)), min(74, round((end + after) * 25))
    return clips[name][first * FRAME : last * FRAME], first, last - first


def joined(clips, names, rng):
    """(samples, spans) of the speech of several clips one after the other."""
    parts, spans = [], []
    for name in names:
        samples, first, count = trimmed(clips, name, rng)
        parts.append(samples)
        spans.append((name, first, count))
    return np.concatenate(parts), spans


def grid_items(model, source, work, versions, words):
    """GRID clips whole, cut to their speech, and joined to longer stretches; in noise and clean."""
    rng = np.random.default_rng(2)
    clips = corpus.decoded([], work / "grid-s1.npz")
    train, items = corpus.split("grid-s1-train"), []
    for number, name in enumerate(train):
        if number % 100 == 0:
            store.log(grid=number)
        whole = embeddings(model, clips[name], exact=True)
        made = [(None, whole), *noisy_items(model, clips[name], versions, source, rng)]
        common = dict(name=name, clean=whole, tokens=words.get(name, (None,))[0], spans=[(name, 0, 75)])
        items += [dict(common, noisy=x, snr=s) for s, x in made]
        short, spans = joined(clips, [name], rng)
        clean = embeddings(model, short, exact=True)
        common = dict(name=name, clean=clean, tokens=words.get(name, (None,))[0], spans=spans)
        items += [dict(common, noisy=x, snr=s) for s, x in noisy_items(model, short, 2, source, rng)]
        if number % 3:
            continue
        more = [name, *rng.choice(train, int(rng.integers(1, 4)))]
        long, spans = joined(clips, more, rng)
        clean = embeddings(model, long, exact=True)
        tokens = own_words(model, clean, token_cap(len(long)))
        common = dict(name=name, clean=clean, tokens=tokens, spans=spans)
        items += [dict(common, noisy=x, snr=s) for s, x in noisy_items(model, long, 2, source, rng)]
    return items


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", type=pathlib.Path, required=True)
    parser.add_argument("--versions", type=int, default=4)
    parser.add_argument("--no-faces", action="store_true", help="LibriSpeech alone")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    work, model = arguments.work, Moonshine()
    source = noise.of_split("librispeech-train", work)
    if not (work / "libri.pt").exists():
        items = libri_items(model, source, work, 5)
        store.save(work / "libri.pt", items=items)
        store.log(libri=len(items), without_words=sum(i["tokens"] is None for i in items))
    if arguments.no_faces:
        return
    clips = corpus.decoded(sorted((corpus.ROOT / "grid/s1").iterdir()), work / "grid-s1.npz")
    train = corpus.split("grid-s1-train")
    if not (work / "words.pt").exists():
        chosen = np.random.default_rng(3).choice(train, (12, 3), replace=False)
        leads = [np.concatenate([trimmed(clips, n)[0] for n in prompt]) for prompt in chosen]
        found = prompted_words(model, {n: clips[n] for n in train}, leads, lambda _: 20)
        store.save(work / "words.pt", words=found)
    words = store.load(work / "words.pt")["words"]
    truth = {n: corpus.words_of(corpus.grid_transcript(n)) for n in words}
    wrong = sum(corpus.errors(truth[n], corpus.words_of(model.text(t))) for n, (t, _) in words.items())
    store.log(words=len(words), wer_of_targets=wrong / (6 * len(words)))
    if not (work / "grid.pt").exists():
        items = grid_items(model, source, work, arguments.versions, words)
        store.save(work / "grid.pt", items=items)
        store.log(grid=len(items))


if __name__ == "__main__":
    main()
