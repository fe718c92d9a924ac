"""Trains lip encoder and agreement on many people: which lips say this sound, and when.

    python Training/train_many.py --crops /tmp/people --work /tmp/viseme-many
    torchrun --nproc-per-node 2 Training/train_many.py --crops /tmp/people --work /tmp/viseme-many

--crops holds a folder for each person of the list with what `viseme export` wrote of the clips; prepare_many.py has
computed the sound. Starts from the weights of one face. Goes on from its checkpoint. Several processes train by
themselves and take the mean of their weights every ten steps (local SGD, Stich 2019).
"""

import argparse
import pathlib
import time

import numpy as np
import torch
from torch import nn

from viseme_training import bundle, corpus, metric, moments, noise, people, pictures, store
from viseme_training.hearings import Heard, Hearings
from viseme_training.many import ManyFaces, losses
from viseme_training.moonshine import Moonshine
from viseme_training.spans import Spans
from viseme_training.team import Average, Team

APART = 10
HERE = pathlib.Path(__file__).resolve().parent


def parse():
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--crops", type=pathlib.Path, required=True)
    parser.add_argument("--work", type=pathlib.Path, required=True)
    parser.add_argument("--people", help="names of some of the people to train on, by commas (default: all)")
    parser.add_argument("--start", type=pathlib.Path, default=HERE / "weights/lips-grid-s1.safetensors")
    parser.add_argument("--name", default="many", help="of the checkpoint in --work")
    parser.add_argument("--steps", type=int, default=1200)
    parser.add_argument("--rate", type=float, default=1e-3)
    parser.add_argument("--noisy", type=float, default=0.5, help="share of spans in noise")
    parser.add_argument("--quiet", type=int, default=200, help="steps before the first noise")
    return parser.parse_args()


class Watch:
    """Right moments in percent at 1 s and 3 s of people who are not trained on, clean and in babble at 0 dB."""

    def __init__(self, arguments, whole):
        source = noise.of_split("librispeech-train", arguments.work)
        hearings = Hearings(Moonshine(), whole.adapter)
        self.clips = [c for p in corpus.split("people-watch") for c in people.clips_of(arguments.crops, p)]
        self.heard = []
        for number, clip in enumerate(self.clips):
            babble = source.babble(len(clip.samples), np.random.default_rng((3, number)), 8)
            both = clip.samples, noise.mixed(clip.samples, babble, 0)
            self.heard.append([hearings.encoded(s) for s in both])

    def __call__(self, values):
        network = ManyFaces().eval()
        network.load_state_dict(values)
        rows = []
        for clip, heard in zip(self.clips, self.heard):
            lips = moments.lip_vectors(network, clip)
            rows.append([moments.vectors_of(network, clip, h, lips=lips) for h in heard])
        return [round(moments.moments(found, n)[0], 1) for found in zip(*rows) for n in (25, 75)]


def rate_at(done):
    """The learning rate's share of its highest when `done` of the steps are made."""
    return min(done / 0.05, 1) * (0.5 * (1 + np.cos(np.pi * done)) + 0.01)


def main():
    arguments, team = parse(), Team()
    torch.set_num_threads(1)
    whole = bundle.of_checkpoints(arguments.work, arguments.start)
    names = arguments.people.split(",") if arguments.people else corpus.split("people-train")
    clips, heard = people.training_clips(arguments.crops, names), Heard(arguments.work / "heard")
    network = ManyFaces().started_from(whole).eval()
    optimizer = torch.optim.AdamW(network.parameters(), lr=arguments.rate, weight_decay=0.05)
    path, first = arguments.work / f"{arguments.name}.pt", 0
    average, state = Average(network), store.load(path)
    if state:
        network.load_state_dict(state["network"])
        optimizer.load_state_dict(state["optimizer"])
        average.values = state["average"]
        average.step = first = state["step"]
    torch.manual_seed(100 * first + team.rank)
    spans = Spans(clips, heard, np.random.default_rng((first, team.rank)))
    if team.rank == 0:
        minutes = sum(int(c.shown.sum()) for c in spans.clips) / 1500
        store.log(people=names, clips=len(spans.clips), minutes=minutes)
        watch = Watch(arguments, whole)
    distance = metric.Metric(Moonshine(), torch.cat([v.float() for v in list(heard.clean.values())[::8]]))
    sums, began = np.zeros(4), time.process_time()
    for step in range(first, arguments.steps):
        if step % 50 == 0:
            heard.look()
        optimizer.param_groups[0]["lr"] = arguments.rate * rate_at(step / arguments.steps)
        crops, sound, clean, times, mask = spans.batch(arguments.noisy if step >= arguments.quiet else 0)
        lips, _ = network.lips(pictures.windows(crops), times, mask)
        values = losses(network, lips, sound, clean, mask, distance)
        optimizer.zero_grad()
        (values[0] + values[1] + 0.5 * values[2] + 0.3 * values[3]).backward()
        nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimizer.step()
        last = step + 1 == arguments.steps
        if (step + 1) % APART == 0 or last:
            team.meet(network)
        average.update()
        sums += [float(v.detach()) for v in values]
        if ((step + 1) % 50 == 0 or last) and team.rank == 0:
            seconds, began = time.process_time() - began, time.process_time()
            shown = (sums / (step % 50 + 1)).round(3).tolist()
            store.log(step=step + 1, frames_moments_clips_told=shown, seconds=seconds, noises=len(heard.noisy))
            sums[:] = 0
            kept = {"network": network.state_dict(), "optimizer": optimizer.state_dict(), "average": average.values}
            store.save(path, **kept, step=step + 1)
        if ((step + 1) % 150 == 0 or last) and team.rank == 0:
            store.log(step=step + 1, watched=watch(average.values))


if __name__ == "__main__":
    main()
