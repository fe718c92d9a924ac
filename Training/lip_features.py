"""Features of varied and of spoilt pictures of each training clip, so that fusion can learn fast at first.

    python Training/lip_features.py --crops /tmp/lips/ROOT/s1 --work /tmp/viseme-training

Writes features.pt: name -> (f16 [versions, 75, 192], quality f32 [versions, 75, 6]); the last version
is spoilt past use.
"""

import argparse
import pathlib

import numpy as np
import torch

from viseme_training import corpus, pictures, store, stretches
from viseme_training.network import LipReader


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--crops", type=pathlib.Path, required=True)
    parser.add_argument("--work", type=pathlib.Path, required=True)
    parser.add_argument("--weights", type=pathlib.Path, help="a checkpoint with lips (default: WORK/lips.pt)")
    parser.add_argument("--versions", type=int, default=5)
    parser.add_argument("--part", type=int, default=0)
    parser.add_argument("--parts", type=int, default=1)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(arguments.part)
    generator = np.random.default_rng(arguments.part)
    network = LipReader()
    weights = store.load(arguments.weights or arguments.work / "lips.pt")["network"]
    network.load_state_dict(weights, strict=False)
    network.eval()
    network.lips.to(memory_format=torch.channels_last)
    names = corpus.split("grid-s1-train")[arguments.part :: arguments.parts]
    lips, features = store.lips_of(arguments.crops, names), {}
    for number, name in enumerate(n for n in names if n in lips):
        batch = stretches.LipBatch([lips[name]] * (arguments.versions + 1))
        stretches.damage(batch, arguments.versions, generator)
        batch.note_quality([arguments.versions])
        with torch.no_grad(), torch.autocast("cpu", torch.bfloat16):
            values = network.lips.features(pictures.windows(batch.crops))
        features[name] = (values.half(), batch.quality)
        if number % 100 == 0:
            store.log(features=number)
    store.save(arguments.work / f"features-{arguments.part}.pt", features=features)


if __name__ == "__main__":
    main()
