"""Stretches of GRID speech with their lips: what fusion is trained on."""

import numpy as np
import torch
import torch.nn.functional as F

from viseme_training import pictures
from viseme_training.lips import shown

RATE = 25.0


def grouped(items):
    """Items of the same stretch of speech put together: a list of lists of noisy versions."""
    groups = {}
    for item in items:
        groups.setdefault((item["name"], tuple(item["spans"])), []).append(item)
    return list(groups.values())


def lips_of(group, lips):
    """(crops u8 [S, 80, 80], quality f32 [S, 6]) of a stretch, from name -> (crops, quality)."""
    parts = [(lips[n][0][a : a + c], lips[n][1][a : a + c]) for n, a, c in group[0]["spans"]]
    return np.concatenate([p[0] for p in parts]), np.concatenate([p[1] for p in parts])


class LipBatch:
    """Padded crops [B, S, 80, 80] u8, quality [B, S, 6], times [B, S] and mask [B, S] of stretches."""

    def __init__(self, pairs):
        length = max(len(c) for c, _ in pairs)
        self.crops = torch.full((len(pairs), length, 80, 80), 128, dtype=torch.uint8)
        self.quality = torch.zeros(len(pairs), length, 6)
        self.mask = torch.zeros(len(pairs), length, dtype=torch.bool)
        for i, (crops, quality) in enumerate(pairs):
            self.crops[i, : len(crops)] = torch.from_numpy(crops)
            self.quality[i, : len(crops)] = torch.from_numpy(quality)
            self.mask[i, : len(crops)] = True
        self.times = (torch.arange(length) / RATE + 0.02).repeat(len(pairs), 1)

    def note_quality(self, changed):
        """Takes the sharpness of changed stretches from their crops, and marks absent frames in the mask."""
        for i in changed:
            self.quality[i, :, 1] = pictures.sharpness(self.crops[i]) * self.quality[i, :, 5]
        self.mask &= shown(self.quality)


class FeatureBatch:
    """The same from computed features: `features` [B, S, 192] instead of crops."""

    def __init__(self, groups, features, generator):
        pairs, self.spoilt = [], []
        for i, group in enumerate(groups):
            count = len(features[group[0]["spans"][0][0]][0])
            version = int(generator.integers(count - 1))
            if generator.random() < 0.08:
                version = count - 1
                self.spoilt.append(i)
            parts = [
                (features[n][0][version, a : a + c], features[n][1][version, a : a + c])
                for n, a, c in group[0]["spans"]
            ]
            pairs.append((torch.cat([p[0] for p in parts]), torch.cat([p[1] for p in parts])))
        length = max(len(f) for f, _ in pairs)
        self.features = torch.zeros(len(pairs), length, 192)
        self.quality = torch.zeros(len(pairs), length, 6)
        for i, (values, quality) in enumerate(pairs):
            self.features[i, : len(values)] = values.float()
            self.quality[i, : len(values)] = quality
            if i not in self.spoilt and generator.random() < 0.08:
                start, count = int(generator.integers(length)), int(generator.integers(5, 40))
                self.quality[i, start : start + count] = 0
        self.mask = shown(self.quality)
        self.times = (torch.arange(length) / RATE + 0.02).repeat(len(pairs), 1)


def damage(batch, index, generator):
    """Spoils the picture of one stretch past use: blur, few pixels, a covered or a frozen mouth."""
    crops = batch.crops[index].float()
    kind = generator.integers(4)
    if kind == 0:
        crops = pictures.blurred(crops, float(generator.uniform(4, 9)))
    elif kind == 1:
        side = int(generator.integers(4, 9))
        small = F.interpolate(crops[None], (side, side), mode="area")
        crops = F.interpolate(small, (80, 80), mode="bilinear")[0]
    elif kind == 2:
        top, left = generator.integers(0, 25, size=2)
        crops[:, top : top + 55, left : left + 55] = float(generator.uniform(0, 255))
    else:
        at = int(generator.integers(len(crops)))
        crops[:] = crops[at]
        batch.quality[index, :, 4] = torch.arange(len(crops)) / RATE
    batch.crops[index] = crops.clamp(0, 255).to(torch.uint8)


def drop_frames(batch, index, generator):
    """Repeats pictures as a stuttering video does: about a third of them are the one before."""
    for k in range(1, batch.crops.shape[1]):
        if generator.random() < 0.3:
            batch.crops[index, k] = batch.crops[index, k - 1]
            batch.quality[index, k, 4] = (batch.quality[index, k - 1, 4] + 1 / RATE).clamp(max=1)


def lose_frames(batch, index, generator):
    """Takes the face away for a while."""
    length = batch.crops.shape[1]
    start, count = int(generator.integers(length)), int(generator.integers(5, 40))
    batch.crops[index, start : start + count] = 128
    batch.quality[index, start : start + count] = 0


def jittered(batch):
    """Times within 25 ms of what they should be, and qualities as another camera might have them."""
    batch.times += 0.05 * (torch.rand(len(batch.times), 1) - 0.5)
    batch.quality[..., :4] *= 1 + 0.15 * torch.randn(len(batch.times), 1, 4)
    return batch
