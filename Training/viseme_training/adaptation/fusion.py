"""Second stage: fusion learns to repair noisy sound by the lips."""

import numpy as np
import torch
from torch import nn

from viseme_training import batches, matching, metric, pictures, stretches
from viseme_training.adaptation.stopping import StopRule
from viseme_training.objective import Objective
from viseme_training.stretch_data import StretchData
from viseme_training.trainer import Trainer

BATCH = 12


@torch.no_grad()
def features_of(reader, spans, generator, versions=5):
    """name -> (features f16 [versions + 1, S, 192], quality) of varied pictures; the last is spoilt past use."""
    found = {}
    for span in spans:
        batch = stretches.LipBatch([(span.crops, span.quality)] * (versions + 1))
        stretches.damage(batch, versions, generator)
        batch.note_quality([versions])
        with torch.autocast("cpu", torch.bfloat16):
            values = reader.lips.features(pictures.windows(batch.crops))
        found[span.name] = (values.half(), batch.quality)
    return found


def train(reader, adapter, model, items, strangers, features, watched, minutes, say, rate=1e-3):
    """Trains `reader` in place but for the convolutions of its lips; `watched`: items and features to watch."""
    generator = np.random.default_rng(2)
    groups = [g for g in stretches.grouped(items) if len(g) > 1]
    data = StretchData(groups, strangers, generator, features=features)
    sample = torch.cat([g[0]["clean"].float() for g in groups[::4]])
    objective = Objective(model, metric.Metric(model, sample))
    trainer = Trainer(reader, adapter, objective, data, 0.3)
    lip_part = [p for n, p in reader.named_parameters() if n.startswith("lips")]
    rest = [p for n, p in reader.named_parameters() if not n.startswith("lips")]
    parts = [{"params": lip_part}, {"params": rest}]
    optimizer = torch.optim.AdamW(parts, lr=rate, weight_decay=0.02)
    rule, step = StopRule(minutes), 0
    for batch in data.endless(min(BATCH, len(groups))):
        for group, share in zip(optimizer.param_groups, (0.6, 1.0)):
            group["lr"] = share * rate * rule.scale(step)
        reader.train()
        loss, _ = trainer.step(batch)
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(reader.parameters(), 1.0)
        optimizer.step()
        step += 1
        if step % 25 == 0:
            distance = watch(reader, trainer, *watched)
            rule.look(distance, reader.state_dict())
            say(rule, f"fusion: distance {distance:.3f} (best {rule.best:.3f})")
        if rule.is_over:
            break
    if rule.kept is not None:
        reader.load_state_dict(rule.kept)
    reader.eval()


@torch.no_grad()
def watch(reader, trainer, items, features):
    """Mean distance of repaired held-out stretches to clean ones."""
    reader.eval()
    total = []
    groups = stretches.grouped(items)
    for first in range(0, len(groups), 16):
        part = groups[first : first + 16]
        batch = whole_pictures(part, features)
        lips = reader.lips.attend(batch.features, batch.times, batch.mask)
        for version in range(min(map(len, part))):
            chosen = [g[version] for g in part]
            a, noisiness, mask = trainer.heard(chosen)
            clean, _ = batches.padded([i["clean"] for i in chosen])
            y, *_ = reader.fuse(a, noisiness, lips, batch.times, batch.mask, batch.quality)
            total += trainer.objective.nearness(y, clean, mask).tolist()
    return float(np.mean(total))


def whole_pictures(groups, features):
    """Features of stretches with nothing spoilt."""
    kept = {name: (values[:2], quality[:2]) for name, (values, quality) in features.items()}
    return stretches.FeatureBatch(groups, kept, Undisturbed())


class Undisturbed:
    """Draws that leave pictures as they are."""

    def random(self):
        return 1.0

    def integers(self, *_):
        return 0


def agree(reader, adapter, items, features, minutes, say):
    """Third stage: agreement alone, on what lips and adapter give now."""
    single = [g for g in stretches.grouped(items) if len(g[0]["spans"]) == 1]
    say.line(f"agreement of lips and sound, {minutes:.1f} min")
    generator = np.random.default_rng(4)
    matching.train(reader, adapter, single, features, generator, minutes, log=lambda **_: None)
