"""Weights to adapt from that have seen no face: a trained noise adapter, and lips as chance made them.

    python Training/stand_in.py --work /tmp/standin --output /tmp/standin.safetensors --opening 0.7 0.9

For measuring what adaptation alone brings. --work holds adapter-final.pt, made without faces:
`prepare.py --no-faces`, `train_adapter.py`, `calibrate.py adapter`. The switch is shut for every face.
"""

import argparse
import pathlib

import torch

from viseme_training import bundle, store
from viseme_training.whole import Whole


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--work", type=pathlib.Path, required=True)
    parser.add_argument("--output", type=pathlib.Path, required=True)
    parser.add_argument("--opening", type=float, nargs=2, required=True, metavar=("LOW", "HIGH"))
    arguments = parser.parse_args()
    torch.manual_seed(21)
    network = Whole().eval()
    network.adapter.load_state_dict(store.load(arguments.work / "adapter-final.pt")["network"])
    network.switch.noisiness.copy_(network.adapter.opening[:1])
    network.adapter.opening.copy_(torch.tensor(arguments.opening))
    bundle.write(bundle.stored(bundle.tensors(network)), arguments.output, {"trained_on": "no face"})


if __name__ == "__main__":
    main()
