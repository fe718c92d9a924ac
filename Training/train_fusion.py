"""Trains lips and fusion on GRID s1 in noise, or the control without lips (--blind).

python Training/train_fusion.py --crops /tmp/lips/ROOT/s1 --work /tmp/viseme-training --steps 1000
"""

import argparse
import pathlib
import time

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn
from viseme_training import agreement, batches, corpus, metric, pictures, store, stretches
from viseme_training.adapter import Adapter
from viseme_training.moonshine import Moonshine
from viseme_training.network import LipReader
from viseme_training.objective import Objective


class Data:
    """Stretches with lips, and LibriSpeech audio to put under wrong faces."""

    def __init__(self, arguments):
        grid = [i for i in store.load(arguments.work / "grid.pt")["items"] if i["snr"] is not None]
        self.libri = store.load(arguments.work / "libri.pt")["items"]
        self.features = None
        if arguments.features:
            parts = [store.load(p)["features"] for p in sorted(arguments.work.glob("features-*.pt"))]
            self.features = {n: v for part in parts for n, v in part.items()}
        self.lips = self.features or store.lips_of(arguments.crops, corpus.split("grid-s1-train"))
        self.groups = [g for g in stretches.grouped(grid) if all(n in self.lips for n, _, _ in g[0]["spans"])]
        self.generator = np.random.default_rng()

    def endless(self, size):
        while True:
            order = np.argsort([len(g[0]["noisy"]) + 12 * self.generator.random() for g in self.groups])
            plan = [order[i : i + size] for i in range(0, len(order) - size + 1, size)]
            self.generator.shuffle(plan)
            yield from ([self.groups[i] for i in p] for p in plan)

    def lip_batch(self, groups):
        """(LipBatch, indices of stretches whose pictures are spoilt)."""
        if self.features:
            batch = stretches.FeatureBatch(groups, self.features, self.generator)
            return self.jittered(batch), batch.spoilt
        batch = stretches.LipBatch([stretches.lips_of(g, self.lips) for g in groups])
        spoilt, changed = [], []
        for i in range(len(groups)):
            chance = self.generator.random()
            if chance < 0.08:
                stretches.damage(batch, i, self.generator)
                spoilt.append(i)
                changed.append(i)
            elif chance < 0.16:
                stretches.drop_frames(batch, i, self.generator)
                changed.append(i)
            elif chance < 0.22:
                stretches.lose_frames(batch, i, self.generator)
        batch.note_quality(changed)
        return self.jittered(batch), spoilt

    def jittered(self, batch):
        """Times within 25 ms of what they should be, and qualities as another camera might have them."""
        batch.times += 0.05 * (torch.rand(len(batch.times), 1) - 0.5)
        batch.quality[..., :4] *= 1 + 0.15 * torch.randn(len(batch.times), 1, 4)
        return batch


class Trainer:
    """One step: right pairs learn the clean embeddings and words, wrong pairs to change nothing."""

    def __init__(self, network, adapter, objective, data, word_weight):
        self.network, self.adapter, self.objective, self.data = network, adapter, objective, data
        self.word_weight = word_weight

    def heard(self, items):
        """(a, noisiness, mask) of items' noisy embeddings after the adapter."""
        noisy, mask = batches.padded([i["noisy"] for i in items])
        with torch.no_grad(), torch.autocast("cpu", torch.bfloat16):
            a, noisiness = self.adapter(noisy, mask)
        return a.float(), noisiness.float(), mask

    def seen(self, batch):
        """Lip embeddings of a batch; zeros for the control."""
        with torch.autocast("cpu", torch.bfloat16):
            if self.network.blind:
                return torch.zeros(*batch.times.shape, 192)
            if self.data.features:
                return self.network.lips.attend(batch.features, batch.times, batch.mask)
            return self.network.lips(pictures.windows(batch.crops), batch.times, batch.mask)[0]

    def step(self, groups):
        """The loss and what to log."""
        generator, network = self.data.generator, self.network
        batch, spoilt = self.data.lip_batch(groups)
        lips = self.seen(batch).float()
        versions = [g[i] for g in groups for i in generator.choice(len(g), 2, replace=False)]
        index = torch.arange(len(groups)).repeat_interleave(2)
        whole = torch.tensor([int(i) not in spoilt for i in index])
        a, noisiness, mask = self.heard(versions)
        clean, _ = batches.padded([i["clean"] for i in versions])
        with torch.autocast("cpu", torch.bfloat16):
            y, _, added, parts = network.fuse(
                a, noisiness, lips[index], batch.times[index], batch.mask[index], batch.quality[index]
            )
        right = whole.nonzero()[:, 0] if not network.blind else torch.arange(len(index))
        near = self.objective.nearness(y, clean, mask)
        inputs, targets = batches.words(versions)
        spoken = right[::2]
        with torch.autocast("cpu", torch.bfloat16):
            words = self.objective.word_loss(y[spoken], mask[spoken], inputs[spoken], targets[spoken])
        loss = 2 * near[right].mean() + self.word_weight * words
        log = {
            "near": near[right].mean(),
            "before": self.objective.nearness(a, clean, mask)[right].mean(),
            "words": words,
        }
        if not network.blind:
            loss = loss + self.told(
                lips, batch, versions[::2], log, torch.tensor(sorted(set(range(len(groups))) - set(spoilt)))
            )
            contrast = agreement.contrastive_loss(
                parts[0][right], parts[1][right], batch.mask[index][right], network.agreement.temperature
            )
            same = self.objective.distance(y, a)[~whole].mean() if spoilt else torch.zeros(())
            wrong = self.wrong(lips, batch, versions, a, noisiness, mask, log)
            loss = loss + 0.1 * contrast + wrong + 2 * same
            log |= {"contrast": contrast, "score": parts[2][right].mean(), "spoilt": same}
        return loss, log

    def told(self, lips, batch, items, log, right):
        """Lips alone foretell the clean embeddings at their time."""
        clean, _ = batches.padded([i["clean"] for i in items])
        index = agreement.nearest_audio(batch.times, clean.shape[1])
        target = clean.gather(1, index[..., None].expand(-1, -1, 288))
        with torch.autocast("cpu", torch.bfloat16):
            told = self.network.foretell(lips)
        distance = self.objective.distance(told.float(), target)[right][batch.mask[right]].mean()
        log["told"] = distance
        return distance

    def wrong(self, lips, batch, versions, a, noisiness, mask, log):
        """Other clips' lips, lips at another time, and GRID lips under LibriSpeech: no change, closed gate."""
        generator, count = self.data.generator, len(lips)
        audio = torch.from_numpy(generator.choice(len(versions), 6, replace=False))
        source = (audio // 2 + torch.from_numpy(generator.integers(1, count, size=6))) % count
        shifts = torch.zeros(6, dtype=torch.long)
        source[4:] = audio[4:] // 2
        shifts[4:] = torch.from_numpy(generator.choice([-1, 1], size=2) * generator.integers(6, 25, size=2))
        turned = torch.stack([lips[s].roll(int(d), 0) for s, d in zip(source, shifts)])
        seen = [
            (
                turned,
                batch.times[source],
                batch.mask[source],
                batch.quality[source],
                a[audio],
                noisiness[audio],
                mask[audio],
            )
        ]
        items = [self.data.libri[i] for i in generator.integers(len(self.data.libri), size=3)]
        heard, loud, kept = self.heard(items)
        size = max(int(np.ceil(heard.shape[1] * 0.6)), 1)
        chosen = generator.integers(count, size=3)
        lengths = [int(batch.mask[i].sum()) for i in chosen]
        pick = [(torch.arange(size) % max(n, 1)) for n in lengths]
        other = torch.stack([lips[i][p] for i, p in zip(chosen, pick)])
        quality = torch.stack([batch.quality[i][p] for i, p in zip(chosen, pick)])
        there = torch.stack([batch.mask[i][p] for i, p in zip(chosen, pick)])
        times = (torch.arange(size) / 25 + 0.02).expand(3, -1)
        seen.append((other, times, there, quality, heard, loud, kept))
        change, closed, scores = 0, 0, []
        for lip, when, present, quality, sound, noise, frames in seen:
            with torch.autocast("cpu", torch.bfloat16):
                y, logit, _, parts = self.network.fuse(sound, noise, lip, when, present, quality)
            change = change + self.objective.nearness(y, sound, frames).sum()
            closed = closed + ((F.softplus(logit.float()) * frames).sum(1) / frames.sum(1)).sum()
            scores.append(parts[2])
        log["changed"], log["wrong_score"] = change / 9, torch.cat(scores).mean()
        return (2 * change + 0.1 * closed) / 9


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
    parser.add_argument("--steps", type=int, default=1000)
    parser.add_argument("--minutes", type=float, default=1000, help="the schedule ends then at the latest")
    parser.add_argument("--batch", type=int, default=12)
    parser.add_argument("--words", type=float, default=0.3, help="weight of the words in the loss")
    parser.add_argument("--rate", type=float, default=1e-3)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(7)
    data, model = Data(arguments), Moonshine().in_bfloat16()
    adapter = Adapter()
    adapter.load_state_dict(store.load(arguments.work / "adapter-final.pt")["network"])
    sample = torch.cat([g[0]["clean"].float() for g in data.groups[::10]])
    network = LipReader(arguments.blind)
    network.lips.to(memory_format=torch.channels_last)
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
