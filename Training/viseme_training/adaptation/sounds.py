"""What the audio side of adaptation learns from: noises, noisy embeddings, the model's own words."""

import numpy as np
import torch

from viseme_training import audio
from viseme_training.moonshine import token_cap
from viseme_training.noise import Noise, mixed, training_ratio
from viseme_training.teacher import embeddings, noisy_items, own_words, prompted_words

FRAME = 640
SHORT = 6 * 16000
"""Samples below which a span alone gives the decoder little to go by."""
ENDINGS = {".flac", ".wav", ".opus", ".ogg", ".mp3", ".m4a", ".mkv", ".mp4", ".webm", ".mpg", ".mov"}


def folder_of_sounds(folder):
    """name -> samples of the recordings of a folder; empty without one."""
    if folder is None:
        return {}
    paths = sorted(p for p in folder.rglob("*") if p.suffix.lower() in ENDINGS)
    return {str(p.relative_to(folder)): audio.decode(p) for p in paths}


def noises(voices, noise_folder, spans, generator):
    """(noise for training, noise for the test of the gain, items' worth of other people's speech).

    A fifth of the voices and of the noise recordings is kept for the test. Without voices the spans
    themselves are the babble.
    """
    talkers = folder_of_sounds(voices) or {s.name: s.samples for s in spans}
    recordings = folder_of_sounds(noise_folder)
    halves = []
    for sounds in (talkers, recordings):
        names = sorted(sounds)
        generator.shuffle(names)
        held = names[: max(len(names) // 5, min(len(names), 1))]
        halves.append(({n: sounds[n] for n in names if n not in held or len(names) < 3}, {n: sounds[n] for n in held}))
    return Noise(halves[0][0], halves[1][0]), Noise(halves[0][1], halves[1][1]), halves[0][0]


def clean_of(model, spans):
    """name -> clean embeddings f16 [T, 288] of spans."""
    return {s.name: embeddings(model, s.samples, exact=True) for s in spans}


def words_of(model, spans, clean, generator):
    """name -> the decoder's own tokens for the clean speech of a span; short ones are also heard after others."""
    found = {}
    for span in spans:
        tokens = own_words(model, clean[span.name], token_cap(len(span.samples)))
        if tokens:
            found[span.name] = tokens
    short = {s.name: s.samples for s in spans if len(s.samples) < SHORT}
    if len(short) < 12:
        return found
    draws = [generator.choice(sorted(short), 3, replace=False) for _ in range(12)]
    leads = [np.concatenate([short[n] for n in names]) for names in draws]
    surer = prompted_words(model, short, leads, token_cap)
    return found | {name: tokens for name, (tokens, _) in surer.items() if tokens}


def items_of(model, spans, clean, words, source, generator, versions=5):
    """Items of noisy versions of each span, and of some spans joined."""
    items = []
    for number, span in enumerate(spans):
        common = dict(name=span.name, clean=clean[span.name], tokens=words.get(span.name))
        common["spans"] = [(span.name, 0, len(span.crops))]
        items += [
            dict(common, noisy=x, snr=s) for s, x in noisy_items(model, span.samples, versions, source, generator)
        ]
        if number % 3 or len(span.samples) > SHORT:
            continue
        other = spans[int(generator.integers(len(spans)))]
        if len(other.samples) > SHORT or other is span:
            continue
        long = np.concatenate([span.samples, other.samples])
        whole = embeddings(model, long, exact=True)
        common = dict(name=span.name, clean=whole, tokens=own_words(model, whole, token_cap(len(long))))
        common["spans"] = [(s.name, 0, len(s.crops)) for s in (span, other)]
        items += [dict(common, noisy=x, snr=s) for s, x in noisy_items(model, long, 2, source, generator)]
    return items


def strangers_of(model, talkers, source, generator, count=150):
    """Items with the noisy embeddings of other people's speech, to put under faces that do not say it."""
    names, items = sorted(talkers), []
    for name in generator.choice(names, min(count, len(names)), replace=False):
        part = audio.section(talkers[name], int(generator.integers(48000, 112000)), generator)
        heard = mixed(part.astype(np.float32), source.draw(len(part), generator, name), training_ratio(generator))
        items.append(dict(noisy=embeddings(model, heard)))
    return items


def at_ratio(model, spans, source, ratio, seed=3):
    """Embeddings f32 [T, 288] of spans in noise; a ratio of None is clean."""
    encoded = []
    for number, span in enumerate(spans):
        generator = np.random.default_rng((seed, number))
        babble = source.babble(len(span.samples), generator, 8)
        with torch.no_grad():
            encoded.append(model.encode(torch.from_numpy(mixed(span.samples, babble, ratio))[None])[0])
    return encoded
