"""The hard parts of inference: known faces, the switch, small gates (docs/lab/MODEL.md)."""

import torch
from torch import nn

LEAST_GATE = 0.02
USUAL_FRAMES = 75  # lip frames of the clips for which agreement was learnt


class KnownFaces(nn.Module):
    """Distance of a segment's mean lip feature from those of training, and its threshold."""

    def __init__(self, rank=24):
        super().__init__()
        self.register_buffer("mean", torch.zeros(192))
        self.register_buffer("basis", torch.zeros(rank, 192))
        self.register_buffer("scale", torch.ones(rank))
        self.register_buffer("rest_scale", torch.ones(1))
        self.register_buffer("threshold", torch.zeros(1))

    def fit(self, means):
        """From mean features [N, 192] of training segments."""
        self.mean = means.mean(0)
        centred = means - self.mean
        _, values, rows = torch.linalg.svd(centred, full_matrices=False)
        rank = len(self.scale)
        self.basis = rows[:rank].clone()
        self.scale = values[:rank] / len(means) ** 0.5
        rest = centred - centred @ self.basis.T @ self.basis
        self.rest_scale = rest.square().sum(1).mean().sqrt()[None]

    def distance(self, means):
        """d of mean features [N, 192] -> [N]."""
        centred = means - self.mean
        along = centred @ self.basis.T
        rest = centred - along @ self.basis
        return (along / self.scale).square().sum(1) + rest.square().sum(1) / self.rest_scale**2


class Switch(nn.Module):
    """Whether a segment is touched at all."""

    def __init__(self):
        super().__init__()
        self.register_buffer("noisiness", torch.zeros(1))
        self.register_buffer("agreement", torch.tensor([-1.0, 0.0]))

    def forward(self, noisiness, score, distance, threshold, lip_mask, frames):
        """[B] of 1 or 0; `frames` lip frames lie in the segment, of which lip_mask [B, S] says which count."""
        present = lip_mask.sum(1)
        open_ = (present > 0) & (2 * present >= frames) & (distance <= threshold)
        open_ &= noisiness >= self.noisiness
        least = self.agreement[0] + self.agreement[1] * noisiness
        return (open_ & (score >= torch.minimum(least, least * asked_share(present)))).float()


def asked_share(frames):
    """How much of the agreement is asked of segments with so many lip frames [B] -> [B]."""
    return (1 + (USUAL_FRAMES / frames.clamp(min=USUAL_FRAMES)).sqrt()) / 2
