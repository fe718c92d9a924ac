"""First training of the lip encoder, without noise: lips foretell the clean audio embeddings.

python Training/train_lips.py --crops /tmp/crops/s1 --work /tmp/viseme-training --passes 40
"""

import argparse
import pathlib

import numpy as np
import torch
from torch import nn

from viseme_training import corpus, metric, store
from viseme_training.foretelling import Foretelling, losses
from viseme_training.lips import RATE
from viseme_training.moonshine import Moonshine

SPAN = 56


def clean_embeddings(model, names, audio, path):
    """f16 [clips, T, 288] of the clean clips, computed once."""
    if path.exists():
        return torch.from_numpy(np.load(path))
    encoded = []
    with torch.no_grad():
        for i in range(0, len(names), 8):
            batch = torch.from_numpy(np.stack([audio[n] for n in names[i : i + 8]]))
            encoded.append(model.encode(batch).half())
    encoded = torch.cat(encoded)
    path.parent.mkdir(parents=True, exist_ok=True)
    np.save(path, encoded.numpy())
    return encoded


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--crops", type=pathlib.Path, required=True)
    parser.add_argument("--work", type=pathlib.Path, required=True)
    parser.add_argument("--passes", type=int, default=40)
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--rate", type=float, default=1.5e-3)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(5)
    names = corpus.split("grid-s1-train") + corpus.split("grid-s1-watch")
    audio = corpus.decoded(sorted((corpus.ROOT / "grid/s1").iterdir()), arguments.work / "grid-s1.npz")
    lips = store.lips_of(arguments.crops, names)
    names = [n for n in names if n in lips]
    watch = set(corpus.split("grid-s1-watch"))
    model = Moonshine()
    encoded = clean_embeddings(model, names, audio, arguments.work / "grid-s1-clean.npy")
    crops = torch.from_numpy(np.stack([lips[n][0] for n in names]))
    train = np.array([i for i, n in enumerate(names) if n not in watch])
    held = torch.tensor([i for i, n in enumerate(names) if n in watch])
    distance = metric.Metric(model, encoded[train].float())
    network = Foretelling()
    network.lips.to(memory_format=torch.channels_last)
    steps = len(train) // arguments.batch
    optimizer = torch.optim.AdamW(network.parameters(), lr=arguments.rate, weight_decay=0.02)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, arguments.rate, arguments.passes * steps, pct_start=0.2)
    starts = torch.tensor([int(25 * corpus.grid_voice(n)[0]) for n in names])
    first, path = 0, arguments.work / "lips.pt"
    if state := store.load(path):
        network.load_state_dict(state["network"])
        optimizer.load_state_dict(state["optimizer"])
        schedule.load_state_dict(state["schedule"])
        first = state["passed"]
    grid = torch.arange(75) / RATE + 0.02
    for number in range(first, arguments.passes):
        network.train()
        total = np.zeros(4)
        order = np.random.default_rng(number).permutation(train)
        for i in range(steps):
            chosen = torch.from_numpy(order[i * arguments.batch : (i + 1) * arguments.batch])
            frames = (starts[chosen] - torch.randint(2, 12, chosen.shape)).clamp(0, 75 - SPAN)[:, None] + torch.arange(
                SPAN
            )
            times = grid[frames] + 0.04 * (torch.rand(len(chosen), 1) - 0.5)
            part = crops[chosen[:, None], frames]
            values = losses(network, part, encoded[chosen].float(), times, distance, True)
            optimizer.zero_grad()
            (values[0] + 0.15 * values[1]).backward()
            nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimizer.step()
            schedule.step()
            total += [float(v.detach()) for v in values]
        network.eval()
        with torch.no_grad():
            shown = losses(network, crops[held], encoded[held].float(), grid.expand(len(held), -1), distance, False)
        store.log(passed=number + 1, train=(total / steps).round(4).tolist(), watch=[round(float(v), 4) for v in shown])
        state = {"network": network.state_dict(), "optimizer": optimizer.state_dict()}
        store.save(path, **state, schedule=schedule.state_dict(), passed=number + 1)


if __name__ == "__main__":
    main()
