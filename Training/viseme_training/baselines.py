"""Early and late fusion, small, which cross-modal attention is compared with (docs/lab/MODEL.md)."""

import torch
import torch.nn.functional as F
from torch import nn

from viseme_training.agreement import audio_times
from viseme_training.lips import norm
from viseme_training.moonshine import END, START

AUDIO, LIPS = 288, 192
EARLY_INNER, LATE_INNER = 576, 384
REACH = 0.1


def at_audio(lips, lip_times, lip_mask, count):
    """(lip embeddings nearest to the audio frames [B, T, 192], whether one is within 0.1 s [B, T]); else zeros."""
    far = (audio_times(count)[None, :, None] - lip_times[:, None, :]).abs()
    far = far.masked_fill(~lip_mask[:, None, :], torch.inf)
    least, index = far.min(-1)
    there = least <= REACH
    nearest = lips.gather(1, index[..., None].expand(-1, -1, LIPS))
    return nearest * there[..., None], there


class Early(nn.Module):
    """Features side by side: y = a + fc2(gelu(fc1([norm a | norm l]))), where there is a lip frame."""

    def __init__(self):
        super().__init__()
        self.audio_norm, self.lip_norm = norm(AUDIO), norm(LIPS)
        self.fc1, self.fc2 = nn.Linear(AUDIO + LIPS, EARLY_INNER), nn.Linear(EARLY_INNER, AUDIO)
        nn.init.zeros_(self.fc2.weight)
        nn.init.zeros_(self.fc2.bias)

    def forward(self, a, lips, lip_times, lip_mask):
        """a [B, T, 288] and lips [B, S, 192] -> [B, T, 288]."""
        nearest, there = at_audio(lips, lip_times, lip_mask, a.shape[1])
        joined = torch.cat([self.audio_norm(a), self.lip_norm(nearest)], -1)
        return a + self.fc2(F.gelu(self.fc1(joined))) * there[..., None]


class Late(nn.Module):
    """Lips alone as the decoder could hear them; its word probabilities are then mixed with those by ear.

    log p = (1 - w) log p(by ear) + w log p(by lips), w = share * noisiness.
    """

    def __init__(self):
        super().__init__()
        self.lip_norm = norm(LIPS)
        self.fc1, self.fc2 = nn.Linear(LIPS, LATE_INNER), nn.Linear(LATE_INNER, AUDIO)
        self.register_buffer("share", torch.tensor([0.5]))

    def forward(self, lips, lip_times, lip_mask, count):
        """Lips [B, S, 192] -> embeddings [B, count, 288] for the decoder."""
        nearest, _ = at_audio(lips, lip_times, lip_mask, count)
        return self.fc2(F.gelu(self.fc1(self.lip_norm(nearest))))


def mixed_greedy(model, heard, seen, weight, cap):
    """Tokens of one segment, greedy on mixed log probabilities: heard and seen [T, 288], weight w."""
    crosses = [model.cross(x[None]) for x in (heard, seen)]
    caches, token, written = [[None] * 6, [None] * 6], START, []
    while len(written) < cap:
        scores = []
        for cross, cache in zip(crosses, caches):
            hidden = model.decode(torch.tensor([[token]]), cross, None, cache)[:, -1]
            scores.append(model.logits(hidden).float().log_softmax(-1)[0])
        token = int(((1 - weight) * scores[0] + weight * scores[1]).argmax())
        if token == END:
            break
        written.append(token)
    return written
