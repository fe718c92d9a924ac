"""Fusion: what lips add to the audio embeddings, through a gate (docs/lab/MODEL.md, "Fusion")."""

import torch
import torch.nn.functional as F
from torch import nn

from viseme_training.lips import REACH, norm, time_bias

WIDTH, HEADS, LIPS, INNER = 288, 8, 192, 864
QUALITY = 6


class Round(nn.Module):
    """Cross-attention from audio frames to lip frames, then an MLP, both residual and pre-norm."""

    def __init__(self):
        super().__init__()
        self.query_norm, self.mlp_norm = norm(WIDTH), norm(WIDTH)
        self.q_proj = nn.Linear(WIDTH, WIDTH, bias=False)
        self.k_proj, self.v_proj = (nn.Linear(LIPS, WIDTH, bias=False) for _ in range(2))
        self.o_proj = nn.Linear(WIDTH, WIDTH, bias=False)
        self.slope = nn.Parameter(torch.linspace(1.0, 24.0, HEADS))
        self.shift = nn.Parameter(torch.zeros(HEADS))
        self.fc1, self.fc2 = nn.Linear(WIDTH, INNER), nn.Linear(INNER, WIDTH)

    def forward(self, h, lips, times, lip_times, lip_mask):
        """(h, what was attended to) [B, T, 288] for audio h at `times` and lips [B, S, 192] at `lip_times`."""
        q = self.q_proj(self.query_norm(h)).unflatten(-1, (HEADS, -1)).transpose(1, 2)
        k = self.k_proj(lips).unflatten(-1, (HEADS, -1)).transpose(1, 2)
        v = self.v_proj(lips).unflatten(-1, (HEADS, -1)).transpose(1, 2)
        bias = time_bias(times, lip_times, self.slope.abs(), REACH, self.shift)
        bias = bias.masked_fill(~lip_mask[:, None, None, :], -torch.inf)
        bias = bias.clamp(min=-1e4)
        y = F.scaled_dot_product_attention(q, k, v, attn_mask=bias.to(q.dtype))
        seen = self.o_proj(y.transpose(1, 2).flatten(2))
        h = h + seen
        return h + self.fc2(F.gelu(self.fc1(self.mlp_norm(h)))), seen


class Fusion(nn.Module):
    """a [B, T, 288] and lips [B, S, 192] -> y = a + g * D(a, lips)."""

    def __init__(self):
        super().__init__()
        self.input_norm, self.output_norm = norm(WIDTH), norm(WIDTH)
        self.lip_norm = norm(LIPS)
        self.rounds = nn.ModuleList(Round() for _ in range(2))
        self.output = nn.Linear(WIDTH, WIDTH)
        nn.init.zeros_(self.output.weight)
        nn.init.zeros_(self.output.bias)
        self.gate_fc1 = nn.Linear(2 * WIDTH + QUALITY + 2, 96)
        self.gate_fc2 = nn.Linear(96, 1)

    def forward(self, a, lips, times, lip_times, lip_mask, quality, agreement, noisiness):
        """(D [B, T, 288], logit of g [B, T]).

        times [B, T], lip_times [B, S] in seconds; lip_mask [B, S]: true where there is a lip frame;
        quality [B, T, 6] of the nearest lip frame; agreement and noisiness [B] of the segment.
        """
        h = self.input_norm(a)
        lips = self.lip_norm(lips)
        for part in self.rounds:
            h, seen = part(h, lips, times, lip_times, lip_mask)
        h = self.output_norm(h)
        scalars = torch.stack([agreement, noisiness], -1)[:, None].expand(-1, h.shape[1], -1)
        known = torch.cat([h, seen, quality.to(h), scalars.to(h)], -1)
        logit = self.gate_fc2(F.gelu(self.gate_fc1(known)))[..., 0]
        return self.output(h), logit


def nearest_quality(quality, lip_times, times):
    """The quality [B, T, 6] of the lip frame nearest to each audio frame."""
    index = ((times[:, :, None] - lip_times[:, None, :]).abs()).argmin(-1)
    return quality.gather(1, index[..., None].expand(-1, -1, QUALITY))
