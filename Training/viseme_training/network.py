"""The whole that is trained with lips: encoder, agreement, fusion, and how they meet."""

import torch
from torch import nn

from viseme_training import agreement, fusion
from viseme_training.lips import LipEncoder


class LipReader(nn.Module):
    """Lip encoder, agreement and fusion; `blind` is the control, the same layers with lips set to zero."""

    def __init__(self, blind=False):
        super().__init__()
        self.blind = blind
        self.lips, self.agreement = LipEncoder(), agreement.Agreement()
        self.fusion = fusion.Fusion()
        self.foretell = nn.Linear(192, 288)

    def agree(self, lips, a, lip_times, lip_mask):
        """(lip vectors, audio vectors at the lip frames, score [B])."""
        lip_vectors = self.agreement.lip_vectors(lips)
        at_lips = agreement.paired(lip_vectors, self.agreement.audio_vectors(a), lip_times)
        return lip_vectors, at_lips, agreement.score(lip_vectors, at_lips, lip_mask)

    def fuse(self, a, noisiness, lips, lip_times, lip_mask, quality):
        """(y [B, T, 288], logit of the gate [B, T], g * D, agreement parts)."""
        times = agreement.audio_times(a.shape[1]).expand(len(a), -1)
        parts = self.agree(lips, a, lip_times, lip_mask)
        score = torch.zeros(len(a)) if self.blind else parts[2].detach()
        known = torch.zeros(*lip_times.shape, fusion.QUALITY) if self.blind else quality
        near = fusion.nearest_quality(known, lip_times, times)
        d, logit = self.fusion(a, lips, times, lip_times, lip_mask, near, score, noisiness)
        gate = torch.sigmoid(logit.float()) * self.reached(times, lip_times, lip_mask)
        added = gate[..., None] * d.float()
        return a + added, logit, added, parts

    def reached(self, times, lip_times, lip_mask):
        """1 for audio frames with a lip frame that is not absent within 0.1 s, else 0 [B, T]."""
        near = ((times[:, :, None] - lip_times[:, None, :]).abs() <= 0.1) & lip_mask[:, None, :]
        return near.any(-1).float()
