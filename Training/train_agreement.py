"""Trains the agreement of lips and audio alone, on what lip encoder and adapter give once they are trained.

    python Training/train_agreement.py --work /tmp/viseme-training --minutes 3

Reads fusion.pt and the computed lip features, and writes fusion.pt with the new agreement.
"""

import argparse
import pathlib
import time

import numpy as np
import torch
import torch.nn.functional as F
from viseme_training import agreement, batches, store, stretches
from viseme_training.adapter import Adapter
from viseme_training.network import LipReader


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


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", type=pathlib.Path, required=True)
    parser.add_argument("--minutes", type=float, default=3)
    parser.add_argument("--rate", type=float, default=1e-3)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(10)
    generator = np.random.default_rng(10)
    state = store.load(arguments.work / "fusion.pt")
    network, adapter = LipReader().eval(), Adapter().eval()
    network.load_state_dict(state["network"])
    adapter.load_state_dict(store.load(arguments.work / "adapter-final.pt")["network"])
    parts = [store.load(p)["features"] for p in sorted(arguments.work.glob("features-*.pt"))]
    features = {n: v for part in parts for n, v in part.items()}
    grouped = stretches.grouped(store.load(arguments.work / "grid.pt")["items"])
    groups = [g for g in grouped if g[0]["spans"][0][2] == 75 and g[0]["name"] in features]
    draws = [embedded(network, groups, features, generator) for _ in range(2)]
    lip_times = torch.arange(75) / 25 + 0.02
    optimizer = torch.optim.AdamW(network.agreement.parameters(), lr=arguments.rate, weight_decay=0.02)
    began, done, step, sums = time.monotonic(), 0.0, 0, np.zeros(4)
    while done < 1:
        done = min((time.monotonic() - began) / 60 / arguments.minutes, 1.0)
        optimizer.param_groups[0]["lr"] = arguments.rate * (0.5 * (1 + np.cos(np.pi * done)) + 0.01)
        chosen = generator.choice(len(groups), 32, replace=False)
        items = [groups[i][generator.integers(len(groups[i]))] for i in chosen]
        pairs = [draws[generator.integers(2)][i] for i in chosen]
        lips, mask = torch.stack([p[0] for p in pairs]), torch.stack([p[1] for p in pairs])
        noisy, _ = batches.padded([i["noisy"] for i in items])
        with torch.no_grad():
            a = adapter(noisy)[0]
        times = lip_times + 0.04 * (torch.rand(len(chosen), 1) - 0.5)
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
            store.log(step=step, done=done, frames_clips_right_wrong=(sums / 50).round(3).tolist())
            sums[:] = 0
    state["network"] = network.state_dict()
    store.save(arguments.work / "fusion.pt", **state)


if __name__ == "__main__":
    main()
