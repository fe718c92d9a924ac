"""The lip encoder: mouth crops to lip embeddings (docs/lab/MODEL.md, "Lip encoder")."""

import torch
import torch.nn.functional as F
from torch import nn

WIDTH, HEADS = 192, 4
REACH = 2.001
RATE = 25.0
CHANNELS = ((5, 32, 5, 3, 0), (32, 64, 3, 2, 1), (64, 96, 3, 2, 1), (96, 160, 3, 2, 1))


def norm(width):
    """Layer norm with a weight and without bias, as everywhere in this project."""
    return nn.LayerNorm(width, bias=False)


def shown(quality):
    """Which frames [...] of quality [..., 6] show lips: a face is there, and its picture is not frozen."""
    return (quality[..., 5] > 0.5) & (quality[..., 4] <= 0.3)


def standardised(windows):
    """Grey windows [..., 72, 72] in 0...255 -> each with its own mean taken off and divided by std + 4."""
    mean = windows.mean((-2, -1), keepdim=True)
    deviation = windows.std((-2, -1), keepdim=True, correction=0)
    return (windows - mean) / (deviation + 4)


def neighbours(frames):
    """Frames [B, S, 72, 72] -> [B*S, 5, 72, 72]: each with two before and two after, ends repeated."""
    count = frames.shape[1]
    first, last = frames[:, :1], frames[:, -1:]
    padded = torch.cat([first, first, frames, last, last], 1)
    channels = torch.stack([padded[:, i : i + count] for i in range(5)], -1)
    return channels.flatten(0, 1).permute(0, 3, 1, 2)


def time_bias(queries, keys, slope, reach, shift=None):
    """Attention bias [B, H, Q, K] = -slope_h |dt - shift_h|, -inf where |dt| > reach; times in seconds."""
    dt = (queries[:, :, None] - keys[:, None, :])[:, None]
    near = dt.abs() <= reach
    if shift is not None:
        dt = dt - shift[None, :, None, None]
    bias = -slope[None, :, None, None] * dt.abs()
    return bias.masked_fill(~near, -torch.inf)


class Block(nn.Module):
    """Pre-norm self-attention with a time-distance bias per head, then an MLP of twice the width."""

    def __init__(self, width=WIDTH, heads=HEADS, inner=2 * WIDTH, slope=4.0):
        super().__init__()
        self.heads = heads
        self.attention_norm, self.mlp_norm = norm(width), norm(width)
        self.q_proj, self.k_proj, self.v_proj, self.o_proj = (nn.Linear(width, width, bias=False) for _ in range(4))
        self.slope = nn.Parameter(torch.linspace(slope / 8, slope, heads))
        self.fc1, self.fc2 = nn.Linear(width, inner), nn.Linear(inner, width)

    def forward(self, h, times, mask=None):
        """h [B, T, W], times [B, T] in seconds, mask [B, T]: true where there is a frame."""
        y = self.attention_norm(h)
        parts = (p(y).unflatten(-1, (self.heads, -1)).transpose(1, 2) for p in (self.q_proj, self.k_proj, self.v_proj))
        bias = time_bias(times, times, self.slope.abs(), REACH)
        if mask is not None:
            bias = bias.masked_fill(~mask[:, None, None, :], -1e4)
        q, k, v = parts
        y = F.scaled_dot_product_attention(q, k, v, attn_mask=bias.to(q.dtype))
        h = h + self.o_proj(y.transpose(1, 2).flatten(2))
        return h + self.fc2(F.gelu(self.fc1(self.mlp_norm(h))))


class LipEncoder(nn.Module):
    """Windows [B, S, 72, 72] in 0...255 -> lip embeddings [B, S, 192]."""

    def __init__(self):
        super().__init__()
        self.convolutions = nn.ModuleList(
            nn.Conv2d(i, o, k, stride=s, padding=p, bias=False) for i, o, k, s, p in CHANNELS
        )
        self.norms = nn.ModuleList(nn.BatchNorm2d(o) for _, o, _, _, _ in CHANNELS)
        self.projection = nn.Linear(1440, WIDTH)
        self.blocks = nn.ModuleList(Block() for _ in range(2))
        self.output_norm = norm(WIDTH)

    def features(self, windows):
        """The frames by themselves: [B, S, 192], before any attention."""
        x = standardised(windows)
        if torch.is_autocast_enabled("cpu"):
            x = x.bfloat16()
        x = neighbours(x)
        for convolution, normal in zip(self.convolutions, self.norms):
            x = F.silu(normal(convolution(x)))
        return self.projection(x.flatten(1)).unflatten(0, windows.shape[:2])

    def attend(self, features, times, mask=None):
        """Features [B, S, 192] at times [B, S] -> lip embeddings [B, S, 192]."""
        h = features
        for block in self.blocks:
            h = block(h, times, mask)
        return self.output_norm(h)

    def forward(self, windows, times, mask=None):
        features = self.features(windows)
        return self.attend(features, times, mask), features
