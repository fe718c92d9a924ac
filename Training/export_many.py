"""Writes lips and agreement of many people with what their agreement is worth, and golden values.

    python Training/export_many.py --crops /tmp/people --work /tmp/viseme-many --output Training/weights

What agreement is worth is fitted on the people to watch, whom training never saw; golden values are those of the
lips and the sound of golden-lips.safetensors.
"""

import argparse
import pathlib

import numpy as np
import torch
from safetensors.torch import load_file

from viseme_training import bundle, corpus, evidence, moments, people, store
from viseme_training.hearings import CONDITIONS, Hearings, KeptOut, embedded
from viseme_training.lips import shown
from viseme_training.many import ManyFaces
from viseme_training.moonshine import Moonshine
from viseme_training.pictures import centre
from viseme_training.whole import Whole

HERE = pathlib.Path(__file__).resolve().parent
SCOPES = ("lips.", "agreement.")
TRAINED_ON = "13 people of VoxCeleb2; GRID s1; LibriSpeech and noise recordings (noise)"


def whole_of(values):
    """The network of the program with lips and agreement of a training's values."""
    network = ManyFaces()
    network.load_state_dict(values)
    whole = Whole().eval()
    whole.reader.lips.load_state_dict(network.lips.state_dict())
    whole.reader.agreement.load_state_dict(network.agreement.state_dict())
    return whole


def calibrated(whole, arguments):
    """Evidence fitted on the people to watch, clean and in all noises."""
    base = bundle.of_checkpoints(arguments.work, HERE / "weights/lips-grid-s1.safetensors")
    hearings = Hearings(Moonshine(), base.adapter, KeptOut(arguments.work))
    clips = [c for p in corpus.split("people-watch") for c in people.clips_of(arguments.crops, p)]
    lips = [moments.lip_vectors(whole.reader, c) for c in clips]
    parts = []
    heard = embedded(clips, CONDITIONS, hearings, arguments.work / "heard-people-watch.pt")
    for number, sounds in enumerate(heard.values()):
        found = [moments.vectors_of(whole.reader, c, h, lips=u) for c, h, u in zip(clips, sounds, lips)]
        parts.append(evidence.trials(found, np.random.default_rng(number)))
    scores, seconds, right = (np.concatenate(column) for column in zip(*parts))
    ratio = evidence.Evidence()
    store.log(cost=ratio.fit(scores, seconds, right), trials=len(right), **vars(ratio))
    return ratio


@torch.no_grad()
def golden(whole, given):
    """Outputs of each stage for the crops and the adapted sound of the golden values `given`."""
    crops, quality, times = (given[n][None] for n in ("crops", "quality", "lip_times"))
    mask, reader = shown(quality), whole.reader
    features = reader.lips.features(centre(crops))
    lips = reader.lips.attend(features, times, mask)
    lip_vectors, at_lips, score = reader.agree(lips, given["a"][None], times, mask)
    found = moments.Vectors("", lip_vectors[0], at_lips[0], mask[0])
    curve = [t / c for t, c in (found.sums(s) for s in range(-moments.REACH, moments.REACH + 1))]
    audio_vectors = reader.agreement.audio_vectors(given["a"])
    values = {"features": features[0], "lips": lips[0], "lip_vectors": lip_vectors[0], "audio_vectors": audio_vectors}
    return {n: v.contiguous() for n, v in (values | {"score": score, "curve": torch.tensor(curve)}).items()}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--crops", type=pathlib.Path, required=True)
    parser.add_argument("--work", type=pathlib.Path, required=True)
    parser.add_argument("--name", default="many", help="of the checkpoint in --work")
    parser.add_argument("--output", type=pathlib.Path, required=True)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    whole = whole_of(store.load(arguments.work / f"{arguments.name}.pt")["average"])
    ratio = calibrated(whole, arguments)
    named = bundle.stored(bundle.tensors(whole, SCOPES))
    named |= {f"evidence.{n}": torch.tensor([v], dtype=torch.float32) for n, v in vars(ratio).items()}
    path = arguments.output / "lips-many.safetensors"
    arguments.output.mkdir(parents=True, exist_ok=True)
    about = {"trained_on": TRAINED_ON, "licence": "MIT"}
    bundle.write(named, path, about)
    store.log(tensors=len(named), bytes=path.stat().st_size)
    again = Whole().eval()
    bundle.load(again, {n: v for n, v in load_file(path).items() if n.startswith(SCOPES)})
    given = load_file(HERE / "weights/golden-lips.safetensors")
    bundle.write(golden(again, given), arguments.output / "golden-lips-many.safetensors", None)


if __name__ == "__main__":
    main()
