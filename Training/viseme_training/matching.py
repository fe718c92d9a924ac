"""Training of the agreement of lips and audio alone, on what lip encoder and adapter give."""

import time

import numpy as np
import torch
import torch.nn.functional as F

from viseme_training import agreement, batches, store, stretches


def embedded(network, groups, features, generator):
    """[(lip embeddings [S, 192], mask [S])] of each stretch."""
    found = []
    for first in range(0, len(groups), 16):
        batch = stretches.FeatureBatch(groups[first : first + 16], features, generator)
        with torch.no_grad(), torch.autocast("cpu", torch.bfloat16):
            lips = network.lips.attend(batch.features, batch.times, batch.mask).float()
        for i in range(len(lips)):
            found.append((lips[i], batch.mask[i] & (i not in batch.spoilt)))
    return found


def segment_loss(lip_vectors, at_lips, mask):
    """Which clip's sound do these lips say? Cross-entropy of the mean cosines of all pairs of clips."""
    cosine = torch.einsum("isd,jsd->ijs", lip_vectors, at_lips)
    kept = (mask[:, None] & mask[None]).float()
    mean = (cosine * kept).sum(-1) / kept.sum(-1).clamp(min=1)
    there = mask.any(1)
    target = torch.arange(len(mean))[there]
    return F.cross_entropy(25 * mean[there], target), mean


def train(network, adapter, groups, features, generator, minutes, rate=1e-3, log=store.log):
    """Trains `network.agreement` for so many minutes; `groups` are noisy versions of whole spans."""
    draws = [embedded(network, groups, features, generator) for _ in range(2)]
    optimizer = torch.optim.AdamW(network.agreement.parameters(), lr=rate, weight_decay=0.02)
    began, done, step, sums = time.monotonic(), 0.0, 0, np.zeros(4)
    while done < 1:
        done = min((time.monotonic() - began) / 60 / minutes, 1.0)
        optimizer.param_groups[0]["lr"] = rate * (0.5 * (1 + np.cos(np.pi * done)) + 0.01)
        chosen = generator.choice(len(groups), min(32, len(groups)), replace=False)
        items = [groups[i][generator.integers(len(groups[i]))] for i in chosen]
        lips, _ = batches.padded([draws[generator.integers(2)][i][0] for i in chosen])
        mask = torch.zeros(lips.shape[:2], dtype=torch.bool)
        for row, i in enumerate(chosen):
            kept = draws[0][i][1] & draws[1][i][1]
            mask[row, : len(kept)] = kept
        noisy, there = batches.padded([i["noisy"] for i in items])
        with torch.no_grad():
            a = adapter(noisy, there)[0]
        times = torch.arange(lips.shape[1]) / stretches.RATE + 0.02
        times = times + 0.04 * (torch.rand(len(chosen), 1) - 0.5)
        lip_vectors, at_lips, score = network.agree(lips, a, times, mask)
        frames = agreement.contrastive_loss(lip_vectors, at_lips, mask, network.agreement.temperature)
        clips, _ = segment_loss(lip_vectors, at_lips, mask)
        optimizer.zero_grad()
        (frames + clips).backward()
        optimizer.step()
        step += 1
        wrong = agreement.score(lip_vectors, at_lips.roll(1, 0), mask).mean()
        sums += [float(v.detach()) for v in (frames, clips, score[mask.any(1)].mean(), wrong)]
        if step % 50 == 0:
            log(step=step, done=done, frames_clips_right_wrong=(sums / 50).round(3).tolist())
            sums[:] = 0
