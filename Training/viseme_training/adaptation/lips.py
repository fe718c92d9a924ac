"""First stage: lips alone learn to foretell the clean audio embeddings."""

import numpy as np
import torch
from torch import nn

from viseme_training import batches, metric, pictures
from viseme_training.adaptation.stopping import StopRule
from viseme_training.foretelling import Foretelling, losses
from viseme_training.lips import RATE, neighbours, standardised

WINDOW = 56
BATCH = 16


@torch.no_grad()
def unfold_norms(lips, crops):
    """Gives batch norms, which exported weights have folded away, statistics of `crops` [N, S, 80, 80] again.

    What the encoder computes stays the same, but in training each layer is normalised once more.
    """
    x = neighbours(standardised(pictures.centre(crops)))
    for convolution, normal in zip(lips.convolutions, lips.norms):
        y = convolution(x)
        mean, variance = y.mean((0, 2, 3)), y.var((0, 2, 3), unbiased=False)
        scale = normal.weight / (normal.running_var + normal.eps).sqrt()
        normal.bias += (mean - normal.running_mean) * scale
        normal.weight.copy_(scale * (variance + normal.eps).sqrt())
        normal.running_mean.copy_(mean)
        normal.running_var.copy_(variance)
        x = nn.functional.silu(normal(y))


class Windows:
    """Windows of 56 lip frames of spans, with the clean embeddings of the whole spans."""

    def __init__(self, spans, clean):
        self.spans, self.clean = spans, clean

    def batch(self, chosen, generator, jitter):
        """(crops [B, 56, 80, 80], embeddings [B, T, 288], times [B, 56])."""
        crops, times = [], []
        for i in chosen:
            first = int(generator.integers(len(self.spans[i].crops) - WINDOW + 1))
            crops.append(self.spans[i].crops[first : first + WINDOW])
            moved = jitter * (generator.random() - 0.5)
            times.append((np.arange(first, first + WINDOW) / RATE + 0.02 + moved).astype(np.float32))
        audio, _ = batches.padded([self.clean[self.spans[i].name] for i in chosen])
        return torch.from_numpy(np.stack(crops)), audio, torch.from_numpy(np.stack(times))


def train(reader, model, train_spans, watch_spans, clean, minutes, say, rate=1e-3):
    """Trains lips, agreement and foretelling of `reader` in place."""
    network = Foretelling()
    network.lips, network.agreement, network.foretell = reader.lips, reader.agreement, reader.foretell
    network.lips.to(memory_format=torch.channels_last)
    generator = np.random.default_rng(1)
    unfold_norms(network.lips, torch.from_numpy(np.stack([s.crops[:WINDOW] for s in train_spans[:12]])))
    distance = metric.Metric(model, torch.cat([clean[s.name].float() for s in train_spans]))
    optimizer = torch.optim.AdamW(network.parameters(), lr=rate, weight_decay=0.02)
    rule, step, data = StopRule(minutes), 0, Windows(train_spans, clean)
    watched = Windows(watch_spans, clean)
    each = max(len(train_spans) // BATCH, 1)
    while not rule.is_over:
        for i in np.array_split(generator.permutation(len(train_spans)), each):
            optimizer.param_groups[0]["lr"] = rate * rule.scale(step)
            network.train()
            told, contrast, _, _ = losses(network, *data.batch(i, generator, 0.04), distance, True)
            optimizer.zero_grad()
            (told + 0.15 * contrast).backward()
            nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimizer.step()
            step += 1
            if step % 25 == 0:
                told, right = watch(network, watched, distance)
                rule.look(told, network.state_dict())
                say(rule, f"lips: distance {told:.3f} (best {rule.best:.3f}), agreement {right:.2f}")
            if rule.is_over:
                break
    if rule.kept is not None:
        network.load_state_dict(rule.kept)
    network.eval()


@torch.no_grad()
def watch(network, windows, distance):
    """(distance of what lips foretell, agreement) on held-out spans, always the same windows."""
    network.eval()
    generator = np.random.default_rng(0)
    order = np.arange(len(windows.spans)).repeat(2)
    shown = []
    for chosen in np.array_split(order, -(-len(order) // 24)):
        values = losses(network, *windows.batch(chosen, generator, 0), distance, False)
        shown += [[float(v) for v in values]] * len(chosen)
    mean = np.mean(shown, 0)
    return mean[0], mean[2]
