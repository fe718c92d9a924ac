"""Windows of mouth crops for training: strong changes that leave the lips readable, and damage."""

import math

import torch
import torch.nn.functional as F

WINDOW = 72


def centre(crops):
    """Crops [B, S, 80, 80] u8 -> their middles [B, S, 72, 72] in 0...255, as at inference."""
    return crops[..., 4:76, 4:76].float()


def _uniform(count, low, high):
    return low + (high - low) * torch.rand(count)


def windows(crops):
    """Random windows of crops [B, S, 80, 80] u8: mirrored, moved, turned, scaled, bent in grey, masked."""
    batch, count = crops.shape[:2]
    x = crops.float()
    mirror = torch.where(torch.rand(batch) < 0.5, -1.0, 1.0)
    angle, scale = _uniform(batch, -0.15, 0.15), _uniform(batch, 0.78, 1.0)
    squeeze = _uniform(batch, 0.92, 1.08)
    moved = _uniform((batch, 2), -0.12, 0.12)
    theta = torch.zeros(batch, 2, 3)
    theta[:, 0, 0], theta[:, 0, 1] = mirror * scale * squeeze * angle.cos(), -scale * angle.sin()
    theta[:, 1, 0], theta[:, 1, 1] = mirror * scale * angle.sin(), scale / squeeze * angle.cos()
    theta[:, :, 2] = moved
    grid = F.affine_grid(theta, (batch, 1, WINDOW, WINDOW), align_corners=False)
    x = F.grid_sample(x, grid, padding_mode="border", align_corners=False)
    x = grey(x)
    for clip in x:
        for _ in range(int(torch.randint(0, 3, (1,)))):
            start, size = int(torch.randint(count, (1,))), int(torch.randint(1, 9, (1,)))
            clip[start : start + size] = clip.mean()
    return x


def grey(x):
    """Gamma, a slope of light over the picture, sensor noise and, at times, slight blur."""
    batch = len(x)
    gamma = torch.exp(_uniform(batch, -0.5, 0.5))[:, None, None, None]
    x = 255 * (x / 255).clamp(0, 1) ** gamma
    ramp = torch.linspace(-1, 1, WINDOW)
    light = _uniform((batch, 2), -0.35, 0.35)
    plane = light[:, 0, None, None] * ramp[:, None] + light[:, 1, None, None] * ramp
    x = x * (1 + plane[:, None]).clamp(min=0.2)
    for i in range(batch):
        if torch.rand(1) < 0.3:
            x[i] = blurred(x[i], float(_uniform(1, 0.5, 1.5)))
        if torch.rand(1) < 0.5:
            x[i] += float(_uniform(1, 0, 8)) * torch.randn_like(x[i])
    return x


def blurred(x, sigma):
    """Frames [S, H, W] under a Gaussian of `sigma` pixels."""
    reach = max(1, math.ceil(2.5 * sigma))
    taps = torch.exp(-0.5 * (torch.arange(-reach, reach + 1) / sigma) ** 2)
    taps = (taps / taps.sum())[None, None]
    x = F.pad(x[:, None], (reach,) * 4, mode="replicate")
    return F.conv2d(F.conv2d(x, taps[..., None, :]), taps[..., :, None])[:, 0]


def sharpness(crops):
    """log1p of the variance of the 3x3 Laplacian, over 8, of crops u8 [S, H, W] -> [S]."""
    x = F.pad(crops[:, None].float(), (1,) * 4, mode="reflect")[:, 0]
    edges = x[:, :-2, 1:-1] + x[:, 2:, 1:-1] + x[:, 1:-1, :-2] + x[:, 1:-1, 2:] - 4 * x[:, 1:-1, 1:-1]
    return torch.log1p(edges.flatten(1).var(1, correction=0)) / 8
