"""Computes what agreement is trained to hear: audio embeddings of many people's clips, clean and in noises.

    python Training/prepare_many.py --crops /tmp/people --work /tmp/viseme-many --noises 6

Writes a file for the clean clips and one for each draw of noises; training may begin when the first is there.
"""

import argparse
import pathlib

import numpy as np
import torch

from viseme_training import bundle, corpus, noise, people, store
from viseme_training.hearings import Hearings
from viseme_training.moonshine import Moonshine

HERE = pathlib.Path(__file__).resolve().parent


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--crops", type=pathlib.Path, required=True)
    parser.add_argument("--work", type=pathlib.Path, required=True)
    parser.add_argument("--noises", type=int, default=6)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    whole = bundle.of_checkpoints(arguments.work, HERE / "weights/lips-grid-s1.safetensors")
    hearings = Hearings(Moonshine(), whole.adapter, noise.of_split("librispeech-train", arguments.work))
    clips = people.training_clips(arguments.crops, corpus.split("people-train"))
    folder = arguments.work / "heard"
    for number in range(-1, arguments.noises):
        path = folder / ("clean.pt" if number < 0 else f"noise-{number}.pt")
        if path.exists():
            continue
        generator = np.random.default_rng(40 + number)
        heard = {}
        for clip in clips:
            heard[clip.key] = hearings.encoded(clip.samples) if number < 0 else hearings.of_noise(clip, generator)
        store.save(path, heard=heard)
        store.log(written=path.name, clips=len(heard))


if __name__ == "__main__":
    main()
