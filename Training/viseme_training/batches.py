"""Batches of prepared items: padded sequences, the decoder's words, lips."""

import numpy as np
import torch

from viseme_training.moonshine import END, START


def by_length(items, size, generator):
    """Indices of items in batches of `size` of like length, in random order."""
    jitter = generator.random(len(items)) * 12
    order = np.argsort(np.array([len(i["noisy"]) for i in items]) + jitter, kind="stable")
    batches = [order[i : i + size] for i in range(0, len(order) - size + 1, size)]
    generator.shuffle(batches)
    return batches


def padded(sequences):
    """(f32 [B, T, W], mask [B, T]) of sequences [T_i, W]."""
    length = max(len(s) for s in sequences)
    mask = torch.zeros(len(sequences), length, dtype=torch.bool)
    joined = torch.zeros(len(sequences), length, sequences[0].shape[-1])
    for i, sequence in enumerate(sequences):
        joined[i, : len(sequence)] = sequence.float()
        mask[i, : len(sequence)] = True
    return joined, mask


def words(items):
    """(inputs [B, L], targets [B, L]) for the decoder; -100 where there is nothing to be learnt."""
    lists = [[START, *(i["tokens"] or [])] for i in items]
    length = max(map(len, lists))
    inputs = torch.full((len(lists), length), END)
    targets = torch.full((len(lists), length), -100)
    for i, (tokens, item) in enumerate(zip(lists, items)):
        inputs[i, : len(tokens)] = torch.tensor(tokens)
        if item["tokens"] is not None:
            targets[i, : len(tokens)] = torch.tensor([*tokens[1:], END])
    return inputs, targets
