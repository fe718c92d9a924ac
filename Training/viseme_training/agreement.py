"""Agreement of lips and audio: unit vectors at equal times, and its contrastive loss (docs/lab/MODEL.md)."""

import math

import torch
import torch.nn.functional as F
from torch import nn

from viseme_training.lips import norm

WIDTH = 64
STRIDE, MIDDLE = 0.024, 0.028
SHIFTS = (-30, -24, -18, -12, 12, 18, 24, 30)


def audio_times(count):
    """The middles of audio frames in seconds from the segment's start [T]."""
    return STRIDE * torch.arange(count) + MIDDLE


def nearest_audio(lip_times, count):
    """For each lip time [.., S] the index of the nearest audio frame, within 0..<count."""
    return ((lip_times - MIDDLE) / STRIDE).round().long().clamp(0, count - 1)


class Agreement(nn.Module):
    """Lip embeddings [B, S, 192] and audio embeddings [B, T, 288] -> unit vectors of 64."""

    def __init__(self):
        super().__init__()
        self.lip_norm, self.audio_norm = norm(192), norm(288)
        self.lip_fc1, self.lip_fc2 = nn.Linear(192, 128), nn.Linear(128, WIDTH)
        self.audio_fc1, self.audio_fc2 = nn.Linear(288, 128), nn.Linear(128, WIDTH)
        self.temperature = nn.Parameter(torch.tensor(math.log(10.0)))

    def lip_vectors(self, lips):
        return F.normalize(self.lip_fc2(F.gelu(self.lip_fc1(self.lip_norm(lips)))).float(), dim=-1)

    def audio_vectors(self, audio):
        return F.normalize(self.audio_fc2(F.gelu(self.audio_fc1(self.audio_norm(audio)))).float(), dim=-1)


def paired(lip_vectors, audio_vectors, lip_times):
    """The audio vectors at the lip frames' times [B, S, 64]."""
    index = nearest_audio(lip_times, audio_vectors.shape[1])
    return audio_vectors.gather(1, index[..., None].expand(-1, -1, WIDTH))


def score(lip_vectors, audio_at_lips, mask):
    """Mean cosine at equal times minus the mean of it at SHIFTS (in lip frames) [B]."""

    def mean_cosine(shift):
        size = lip_vectors.shape[1] - abs(shift)
        if size <= 0:
            return None
        a, b = max(shift, 0), max(-shift, 0)
        cosine = (lip_vectors[:, a : a + size] * audio_at_lips[:, b : b + size]).sum(-1)
        both = (mask[:, a : a + size] & mask[:, b : b + size]).float()
        return (cosine * both).sum(1), both.sum(1)

    same, count = mean_cosine(0)
    shifted = [m for m in map(mean_cosine, SHIFTS) if m is not None]
    total = sum((m[0] for m in shifted), torch.zeros_like(same))
    number = sum((m[1] for m in shifted), torch.zeros_like(same))
    return same / count.clamp(min=1) - total / number.clamp(min=1)


def contrastive_loss(lip_vectors, audio_at_lips, mask, temperature, generator=None):
    """InfoNCE both ways over frames: right is the same frame, wrong are other moments and other clips."""
    keep = mask.clone()
    keep &= torch.rand(mask.shape, generator=generator) < 640 / max(int(mask.sum()), 1)
    lips, audio = lip_vectors[keep], audio_at_lips[keep]
    clip, frame = keep.nonzero(as_tuple=True)
    scores = lips @ audio.T * temperature.exp().clamp(max=30)
    near = (clip[:, None] == clip) & ((frame[:, None] - frame).abs() <= 3)
    near.fill_diagonal_(False)
    scores = scores.masked_fill(near, -torch.inf)
    target = torch.arange(len(scores))
    return (F.cross_entropy(scores, target) + F.cross_entropy(scores.T, target)) / 2
