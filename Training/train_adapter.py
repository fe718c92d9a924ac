"""Trains the noise adapter on LibriSpeech talkers and GRID s1 in noise, without transcripts.

python Training/train_adapter.py --work /tmp/viseme-training --steps 1500
"""

import argparse
import pathlib

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from viseme_training import batches, metric, store
from viseme_training.adapter import Adapter
from viseme_training.moonshine import Moonshine
from viseme_training.objective import Objective


def losses(adapter, objective, items, words):
    """(distance after, distance before, words, noisiness) of a batch.

    GRID's few words are not learnt here: its audio teaches only nearness and noisiness.
    """
    noisy, mask = batches.padded([i["noisy"] for i in items])
    clean, _ = batches.padded([i["clean"] for i in items])
    before = objective.nearness(noisy, clean, mask)
    with torch.autocast("cpu", torch.bfloat16):
        made = noisy + adapter.change(noisy, mask)
        logit = adapter.noisiness(noisy, mask)
        inputs, targets = batches.words(items)
        spoken = torch.zeros(())
        if words and "spans" not in items[0] and (targets >= 0).any():
            spoken = objective.word_loss(made, mask, inputs, targets)
    after = objective.nearness(made.float(), clean, mask)
    noisiness = F.binary_cross_entropy_with_logits(logit.float(), before.clamp(0, 1))
    return after.mean(), before.mean(), spoken, noisiness


def endless(groups, size, seed):
    """Batches of items for ever, from each group in turn."""
    generator = np.random.default_rng(seed)
    while True:
        plans = [batches.by_length(group, size, generator) for group in groups]
        for i in range(max(map(len, plans))):
            for group, plan in zip(groups, plans):
                yield [group[j] for j in plan[i % len(plan)]]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", type=pathlib.Path, required=True)
    parser.add_argument("--steps", type=int, default=1500)
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--rate", type=float, default=1e-3)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(6)
    libri = store.load(arguments.work / "libri.pt")["items"]
    grid = (store.load(arguments.work / "grid.pt") or {"items": None})["items"]
    model = Moonshine().in_bfloat16()
    sample = torch.cat([i["clean"].float() for i in libri[:: len(libri) // 200]])
    objective = Objective(model, metric.Metric(model, sample))
    held = sorted({i["name"] for i in libri})[-10:]
    watched = [i for i in libri if i["name"] in held]
    train = [i for i in libri if i["name"] not in held]
    adapter, path = Adapter(), arguments.work / "adapter.pt"
    optimizer = torch.optim.AdamW(adapter.parameters(), lr=arguments.rate, weight_decay=0.02)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, arguments.rate, arguments.steps, pct_start=0.15)
    first = 0
    if state := store.load(path):
        adapter.load_state_dict(state["network"])
        optimizer.load_state_dict(state["optimizer"])
        schedule.load_state_dict(state["schedule"])
        first = state["step"]
    total = np.zeros(4)
    source = endless([train, train, train, grid] if grid else [train], arguments.batch, seed=first)
    for step in range(first + 1, arguments.steps + 1):
        values = losses(adapter, objective, next(source), words=step % 2 == 0)
        optimizer.zero_grad()
        (2 * values[0] + 0.6 * values[2] + 0.3 * values[3]).backward()
        nn.utils.clip_grad_norm_(adapter.parameters(), 1.0)
        optimizer.step()
        schedule.step()
        total += [float(v.detach()) for v in values]
        if step % 25 == 0 or step == arguments.steps:
            store.log(step=step, train=(total / 25).round(3).tolist())
            total[:] = 0
        if step % 100 == 0 or step == arguments.steps:
            with torch.no_grad():
                plan = batches.by_length(watched, 16, np.random.default_rng(0))
                shown = [[float(v) for v in losses(adapter, objective, [watched[j] for j in p], True)] for p in plan]
            store.log(step=step, watch=np.mean(shown, 0).round(3).tolist())
            state = {"network": adapter.state_dict(), "optimizer": optimizer.state_dict()}
            store.save(path, **state, schedule=schedule.state_dict(), step=step)


if __name__ == "__main__":
    main()
