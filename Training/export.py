"""Writes the weights that the program reads, and golden values of every stage for one stretch of a clip.

python Training/export.py --work /tmp/viseme-training --crops /tmp/lips/ROOT/s1 --output Training/weights
"""

import argparse
import pathlib

import numpy as np
import torch
import torch.nn.functional as F

from viseme_training import agreement, bundle, corpus, noise, pictures, store
from viseme_training.lips import neighbours, standardised
from viseme_training.moonshine import Moonshine

FRAMES = 36


def golden(network, arguments):
    """Inputs and outputs of each stage for 1.44 s of a clip at 0 dB (all f32 but the crops)."""
    name = corpus.split("grid-s1-test")[0]
    lips = store.lips_of(arguments.crops, [name])[name]
    first = int(corpus.grid_voice(name)[0] * 25) - 4
    clip = corpus.decoded([], arguments.work / "grid-s1.npz")[name][first * 640 : (first + FRAMES) * 640]
    source = noise.of_split("librispeech-babble-test", arguments.work)
    heard = noise.mixed(clip, source.babble(len(clip), np.random.default_rng(12), 8), 0)
    with torch.no_grad():
        x = Moonshine().encode(torch.from_numpy(heard)[None])
    crops = torch.from_numpy(lips[0][first : first + FRAMES])[None]
    quality = torch.from_numpy(lips[1][first : first + FRAMES])[None].clone()
    quality[0, -4:] = 0
    crops[0, -4:] = 128
    times = (torch.arange(FRAMES) / 25 + 0.02)[None]
    out = network(x, crops, quality, times)
    values = {
        "x": x,
        "crops": crops,
        "quality": quality,
        "lip_times": times,
        "audio_times": agreement.audio_times(x.shape[1])[None],
    }
    values |= {n: v.float() for n, v in out.items()}
    values["change"] = network.adapter.change(x)
    stages = neighbours(standardised(pictures.centre(crops)))[5:6]
    values["input.5"] = stages
    reader = network.reader.lips
    for i, (convolution, normal) in enumerate(zip(reader.convolutions, reader.norms)):
        stages = F.silu(normal(convolution(stages)))
        values[f"convolution.{i}.5"] = stages
    return {
        n: v.detach()[0].contiguous() if v.dim() and len(v) == 1 else v.detach().contiguous() for n, v in values.items()
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", type=pathlib.Path, required=True)
    parser.add_argument("--crops", type=pathlib.Path, required=True)
    parser.add_argument("--output", type=pathlib.Path, required=True)
    parser.add_argument(
        "--opening",
        type=float,
        nargs=2,
        metavar=("LOW", "HIGH"),
        help="noisiness at which the adapter opens, and is open",
    )
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    arguments.output.mkdir(parents=True, exist_ok=True)
    network = bundle.of_checkpoints(arguments.work)
    if arguments.opening:
        network.adapter.opening.copy_(torch.tensor(arguments.opening))
    named = bundle.stored(bundle.tensors(network))
    path = arguments.output / "lips-grid-s1.safetensors"
    bundle.write(named, path, {"trained_on": "GRID s1; LibriSpeech (adapter)", "licence": "MIT"})
    store.log(tensors=len(named), bytes=path.stat().st_size)
    values = golden(bundle.of_checkpoints(arguments.work, path), arguments)
    bundle.write(values, arguments.output / "golden-lips.safetensors", None)
    store.log(switch=float(values["switch"]), score=float(values["score"]), gate=float(values["gate"].mean()))


if __name__ == "__main__":
    main()
