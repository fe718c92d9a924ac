"""Trains lips and fusion on GRID s1 in noise, or the control without lips (--blind).

python Training/train_fusion.py --crops /tmp/lips/ROOT/s1 --work /tmp/viseme-training --steps 1000
"""

import argparse
import pathlib
import time

import numpy as np
import torch
from torch import nn

from viseme_training import corpus, metric, store, stretches
from viseme_training.adapter import Adapter
from viseme_training.moonshine import Moonshine
from viseme_training.network import LipReader
from viseme_training.objective import Objective
from viseme_training.stretch_data import StretchData
from viseme_training.trainer import Trainer


def data_of(arguments):
    """Stretches of GRID with their pictures, or features of them, and LibriSpeech audio to put under them."""
    grid = [i for i in store.load(arguments.work / "grid.pt")["items"] if i["snr"] is not None]
    features = None
    if arguments.features:
        parts = [store.load(p)["features"] for p in sorted(arguments.work.glob("features-*.pt"))]
        features = {n: v for part in parts for n, v in part.items()}
    lips = features or store.lips_of(arguments.crops, corpus.split("grid-s1-train"))
    groups = [g for g in stretches.grouped(grid) if all(n in lips for n, _, _ in g[0]["spans"])]
    strangers = store.load(arguments.work / "libri.pt")["items"]
    return StretchData(groups, strangers, np.random.default_rng(), lips=lips, features=features)


def restored(arguments, network):
    """The network with the first training's lips, or None and the state of an earlier run of this script."""
    path = arguments.work / arguments.name
    if state := store.load(path):
        network.load_state_dict(state["network"])
        return state
    if not arguments.blind:
        first = store.load(arguments.start or arguments.work / "lips.pt")["network"]
        network.load_state_dict(first, strict=False)
    return None


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--crops", type=pathlib.Path, required=True)
    parser.add_argument("--work", type=pathlib.Path, required=True)
    parser.add_argument("--name", default="fusion.pt", help="the checkpoint, in --work")
    parser.add_argument("--start", type=pathlib.Path, help="weights to start from (default: WORK/lips.pt)")
    parser.add_argument("--features", action="store_true", help="computed features instead of pictures")
    parser.add_argument("--blind", action="store_true")
    parser.add_argument("--frozen-lips", action="store_true", help="train fusion and its gate alone")
    parser.add_argument("--steps", type=int, default=1000)
    parser.add_argument("--minutes", type=float, default=1000, help="the schedule ends then at the latest")
    parser.add_argument("--batch", type=int, default=12)
    parser.add_argument("--words", type=float, default=0.3, help="weight of the words in the loss")
    parser.add_argument("--rate", type=float, default=1e-3)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(7)
    data, model = data_of(arguments), Moonshine().in_bfloat16()
    adapter = Adapter()
    adapter.load_state_dict(store.load(arguments.work / "adapter-final.pt")["network"])
    sample = torch.cat([g[0]["clean"].float() for g in data.groups[::10]])
    network = LipReader(arguments.blind)
    network.lips.to(memory_format=torch.channels_last)
    if arguments.frozen_lips:
        network.lips.requires_grad_(False)
        network.agreement.requires_grad_(False)
    lip_part = [p for n, p in network.named_parameters() if n.startswith("lips")]
    rest = [p for n, p in network.named_parameters() if not n.startswith("lips")]
    groups = [{"params": lip_part, "lr": 0.6 * arguments.rate}, {"params": rest, "lr": arguments.rate}]
    optimizer = torch.optim.AdamW(groups, weight_decay=0.02)
    first = {"step": 0, "done": 0.0}
    if state := restored(arguments, network):
        optimizer.load_state_dict(state["optimizer"])
        first = {"step": state["step"], "done": state["done"]}
    trainer = Trainer(network, adapter, Objective(model, metric.Metric(model, sample)), data, arguments.words)
    run(arguments, trainer, optimizer, first)


def run(arguments, trainer, optimizer, first):
    """The steps: warming up, then a cosine to nothing, by steps or by the clock, whichever is sooner.

    `first` says where an earlier run stopped; --minutes are what is left.
    """
    began, network, sums = time.monotonic(), trainer.network, {}
    source = trainer.data.endless(arguments.batch)
    step, done = first["step"], first["done"]
    while done < 1:
        clock = first["done"] + (1 - first["done"]) * (time.monotonic() - began) / 60 / arguments.minutes
        done = min(max(step / arguments.steps, clock), 1.0)
        scale = min(done / 0.06, 0.5 * (1 + np.cos(np.pi * done))) + 0.01
        for group, share in zip(optimizer.param_groups, (0.6, 1.0)):
            group["lr"] = share * arguments.rate * scale
        network.train()
        loss, log = trainer.step(next(source))
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimizer.step()
        step += 1
        for name, value in log.items():
            sums[name] = sums.get(name, 0.0) + float(value.detach()) / 20
        if step % 20 == 0:
            store.log(step=step, done=float(done), **sums)
            sums = {}
        if step % 40 == 0 or done >= 1:
            state = {"network": network.state_dict(), "optimizer": optimizer.state_dict()}
            store.save(arguments.work / arguments.name, **state, step=step, done=float(done))


if __name__ == "__main__":
    main()
