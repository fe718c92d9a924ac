"""Everything as it runs in the program: adapter, lips, agreement, switch, fusion, with every hard rule."""

import torch
from torch import nn

from viseme_training import agreement, fusion, pictures
from viseme_training.adapter import Adapter
from viseme_training.lips import shown
from viseme_training.network import LipReader
from viseme_training.switch import LEAST_GATE, KnownFaces, Switch


class Whole(nn.Module):
    """Audio embeddings and mouth crops of segments to what the decoder reads."""

    def __init__(self, blind=False):
        super().__init__()
        self.adapter, self.reader = Adapter(), LipReader(blind)
        self.known, self.switch = KnownFaces(), Switch()

    @torch.no_grad()
    def forward(self, x, crops=None, quality=None, lip_times=None):
        """x [B, T, 288]; crops u8 [B, S, 80, 80], quality [B, S, 6], lip_times [B, S] in seconds.

        A dictionary of every stage; `y` is the result.
        """
        a, noisiness = self.adapter(x)
        out = {"a": a, "noisiness": noisiness, "y": a}
        if self.reader.blind:
            times = torch.arange(75) / 25 + 0.02
            mask = torch.ones(len(x), 75, dtype=torch.bool)
            nothing = torch.zeros(len(x), 75, 192)
            out["y"] = self.reader.fuse(a, noisiness, nothing, times.expand(len(x), -1), mask, nothing)[0]
            return out
        if crops is None:
            return out
        mask = shown(quality)
        out["features"] = self.reader.lips.features(pictures.centre(crops))
        out["lips"] = self.reader.lips.attend(out["features"], lip_times, mask)
        out["mean"] = mean_feature(out["features"], mask)
        out["distance"] = self.known.distance(out["mean"])
        out |= self.fused(a, noisiness, out["lips"], lip_times, mask, quality)
        frames = torch.full((len(x),), crops.shape[1])
        parts = (noisiness, out["score"], out["distance"], self.known.threshold, mask, frames)
        out["switch"] = self.switch(*parts)
        out["gate"] = out["gate"] * out["switch"][:, None]
        out["y"] = a + out["gate"][..., None] * out["d"]
        return out

    def fused(self, a, noisiness, lips, lip_times, mask, quality):
        """Score, D and gate before the switch."""
        reader, times = self.reader, agreement.audio_times(a.shape[1]).expand(len(a), -1)
        lip_vectors, _, score = reader.agree(lips, a, lip_times, mask)
        near = fusion.nearest_quality(quality, lip_times, times)
        d, logit = reader.fusion(a, lips, times, lip_times, mask, near, score, noisiness)
        gate = torch.sigmoid(logit) * reader.reached(times, lip_times, mask)
        gate = gate.masked_fill(gate < LEAST_GATE, 0)
        audio_vectors = reader.agreement.audio_vectors(a)
        return {"score": score, "d": d, "gate": gate, "lip_vectors": lip_vectors, "audio_vectors": audio_vectors}


def mean_feature(features, mask):
    """Mean of features [B, S, 192] over the frames that count [B, 192]."""
    kept = (features * mask[..., None]).sum(1)
    return kept / mask.sum(1, keepdim=True).clamp(min=1)
