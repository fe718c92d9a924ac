"""The first training of lips: a linear map from lip embeddings foretells the clean audio embeddings."""

import torch
from torch import nn

from viseme_training import agreement, pictures
from viseme_training.lips import LipEncoder


class Foretelling(nn.Module):
    """Lip encoder, agreement, and a linear map from lip embeddings to audio embeddings."""

    def __init__(self):
        super().__init__()
        self.lips, self.agreement = LipEncoder(), agreement.Agreement()
        self.foretell = nn.Linear(192, 288)


def losses(network, crops, audio, times, distance, training):
    """(foretelling, contrast, mean score of right pairs, of wrong pairs)."""
    mask = torch.ones(times.shape, dtype=torch.bool)
    with torch.autocast("cpu", torch.bfloat16):
        windows = pictures.windows(crops) if training else pictures.centre(crops)
        lips, _ = network.lips(windows, times, mask)
        foretold = network.foretell(lips)
        lip_vectors = network.agreement.lip_vectors(lips)
        audio_vectors = network.agreement.audio_vectors(audio)
    at_lips = agreement.paired(lip_vectors, audio_vectors, times)
    index = agreement.nearest_audio(times, audio.shape[1])[..., None].expand(-1, -1, 288)
    target = audio.gather(1, index)
    told = distance(foretold.float(), target).mean()
    contrast = agreement.contrastive_loss(lip_vectors, at_lips, mask, network.agreement.temperature)
    right = agreement.score(lip_vectors, at_lips, mask).mean()
    wrong = agreement.score(lip_vectors, at_lips.roll(1, 0), mask).mean()
    return told, contrast, right, wrong
