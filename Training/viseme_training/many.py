"""Lip encoder and agreement as they are trained on many people, and what is asked of them."""

import torch
import torch.nn.functional as F
from torch import nn

from viseme_training import agreement, bundle, matching
from viseme_training.lips import LipEncoder, neighbours, standardised

WINDOW, NEAR = 25, 4
"""Frames of the moments that are told apart, and how far apart moments must lie to count as others."""


class FoldedLipEncoder(LipEncoder):
    """The lip encoder with its batch norms folded into the convolutions in training too, and the first one kept.

    That takes three fifths of the time.
    """

    def features(self, windows):
        x = neighbours(standardised(windows))
        for number, (convolution, normal) in enumerate(zip(self.convolutions, self.norms)):
            weight, bias = bundle.fold(convolution, normal)
            if number == 0:
                weight, bias = weight.detach(), bias.detach()
            weight = weight.contiguous(memory_format=torch.channels_last)
            x = F.silu(F.conv2d(x, weight, bias, convolution.stride, convolution.padding))
        return self.projection(x.flatten(1)).unflatten(0, windows.shape[:2])


class ManyFaces(nn.Module):
    """Lip encoder, agreement, and a linear map from lip embeddings to audio embeddings for training alone."""

    def __init__(self):
        super().__init__()
        self.lips, self.agreement = FoldedLipEncoder(), agreement.Agreement()
        self.foretell = nn.Linear(192, 288)

    def started_from(self, whole):
        """Takes lips and agreement of exported weights."""
        self.lips.load_state_dict(whole.reader.lips.state_dict())
        self.agreement.load_state_dict(whole.reader.agreement.state_dict())
        return self


def losses(network, lips, heard, clean, mask, distance):
    """(frames, moments, clips, foretelling) of spans: lip embeddings [B, S, 192], audio embeddings at them [B, S, 288].

    heard is what agreement listens to, clean what the lips alone foretell.
    """
    lip_vectors, audio_vectors = network.agreement.lip_vectors(lips), network.agreement.audio_vectors(heard)
    frames = agreement.contrastive_loss(lip_vectors, audio_vectors, mask, network.agreement.temperature)
    clips, _ = matching.segment_loss(lip_vectors, audio_vectors, mask)
    told = (distance(network.foretell(lips), clean) * mask).sum() / mask.sum()
    return frames, moment_loss(lip_vectors, audio_vectors, mask), clips, told


def moment_loss(lip_vectors, audio_vectors, mask):
    """Which second of the same clip's sound do these lips say? Cross-entropy of mean cosines, both ways."""
    both = (mask[:, :, None] & mask[:, None]).float()
    cosine = lip_vectors @ audio_vectors.transpose(1, 2) * both
    along = torch.eye(WINDOW)[None, None] / WINDOW
    means = F.conv2d(cosine[:, None], along)[:, 0]
    whole = F.conv2d(both[:, None], along)[:, 0] > 0.99
    apart = (torch.arange(means.shape[1])[:, None] - torch.arange(means.shape[1])).abs()
    left_out = (apart > 0) & (apart < NEAR) | ~whole
    scores = (20 * means).masked_fill(left_out, -1e4)
    right = torch.arange(means.shape[1]).expand(len(means), -1)
    there = whole.diagonal(dim1=1, dim2=2)
    ways = scores, scores.transpose(1, 2)
    return sum(F.cross_entropy(s[there], right[there]) for s in ways) / 2
