"""The noise adapter: audio embeddings in noise brought nearer to clean ones (docs/lab/MODEL.md)."""

import torch
import torch.nn.functional as F
from torch import nn

from viseme_training.agreement import audio_times
from viseme_training.lips import Block, norm

WIDTH, HEADS = 288, 8


class Adapter(nn.Module):
    """x [B, T, 288] -> a = x + c(n) * change(x), n the segment's noisiness, c zero for clean segments."""

    def __init__(self):
        super().__init__()
        self.noise_norm = norm(WIDTH)
        self.noise_fc1, self.noise_fc2 = nn.Linear(WIDTH, 64), nn.Linear(64, 1)
        self.input_norm = norm(WIDTH)
        self.blocks = nn.ModuleList(Block(WIDTH, HEADS, 2 * WIDTH) for _ in range(2))
        self.output_norm = norm(WIDTH)
        self.output = nn.Linear(WIDTH, WIDTH)
        nn.init.zeros_(self.output.weight)
        nn.init.zeros_(self.output.bias)
        self.register_buffer("opening", torch.tensor([0.0, 1e-6]))

    def noisiness(self, x, mask=None):
        """Logit of the share of a segment that noise has changed [B], from the mean of a layer."""
        y = F.gelu(self.noise_fc1(self.noise_norm(x)))
        if mask is None:
            return self.noise_fc2(y.mean(1))[:, 0]
        kept = (y * mask[..., None]).sum(1) / mask.sum(1, keepdim=True)
        return self.noise_fc2(kept)[:, 0]

    def change(self, x, mask=None):
        """What is added to x where the adapter is wholly open [B, T, 288]."""
        times = audio_times(x.shape[1]).expand(len(x), -1)
        h = self.input_norm(x)
        for block in self.blocks:
            h = block(h, times, mask)
        return self.output(self.output_norm(h))

    def openness(self, n):
        """c in 0...1 from noisiness in 0...1: 0 up to `opening[0]`, 1 from `opening[1]` on."""
        low, high = self.opening
        return ((n - low) / (high - low)).clamp(0, 1)

    def forward(self, x, mask=None):
        """(a [B, T, 288], noisiness in 0...1 [B])."""
        n = torch.sigmoid(self.noisiness(x, mask).float())
        return x + self.openness(n)[:, None, None] * self.change(x, mask), n
