"""Trains the agreement of lips and audio alone, on what lip encoder and adapter give once they are trained.

    python Training/train_agreement.py --work /tmp/viseme-training --minutes 3

Reads fusion.pt and the computed lip features, and writes fusion.pt with the new agreement.
"""

import argparse
import pathlib

import numpy as np
import torch

from viseme_training import matching, store, stretches
from viseme_training.adapter import Adapter
from viseme_training.network import LipReader


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
    matching.train(network, adapter, groups, features, generator, arguments.minutes, arguments.rate)
    state["network"] = network.state_dict()
    store.save(arguments.work / "fusion.pt", **state)


if __name__ == "__main__":
    main()
