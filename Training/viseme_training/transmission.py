"""What cameras, calls and codecs do to a mouth crop: few pixels, blocks, pictures that are repeated."""

import functools
import math

import torch
import torch.nn.functional as F


def transmitted(crops, generator):
    """Crops u8 [S, 80, 80] of one span as another recording might show them, each change three times in ten.

    The mouth of a face in a tile of 90 to 360 pixels is 16 to 80 pixels wide; calls show 10 to 25 pictures a second.
    """
    if generator.random() < 0.3:
        crops = crops[repeated(len(crops), generator)]
    few, blocks = generator.random() < 0.3, generator.random() < 0.3
    if not (few or blocks):
        return crops
    x = crops.float()[None]
    side = int(round(math.exp(generator.uniform(math.log(16), math.log(64))))) if few else 80
    if few:
        x = F.interpolate(x, (side, side), mode="area")
    if blocks:
        x = quantised(x[0], float(math.exp(generator.uniform(math.log(2), math.log(16)))))[None]
    if few:
        x = F.interpolate(x, (80, 80), mode="bilinear", align_corners=False)
    return x[0].clamp(0, 255).to(torch.uint8)


def repeated(count, generator):
    """For each of `count` lip frames the one that is shown: fewer pictures a second, or some that got lost."""
    frames = torch.arange(count)
    if generator.random() < 0.5:
        rate = generator.uniform(10, 25)
        phase = generator.random()
        return (((frames * rate / 25 + phase).floor() - phase) * 25 / rate).ceil().long().clamp(0, count - 1)
    lost = torch.from_numpy(generator.random(count) < generator.uniform(0.05, 0.3))
    lost[0] = False
    return torch.where(lost, 0, frames).cummax(0).values


@functools.cache
def cosines():
    """The orthonormal discrete cosine transform of 8 values [8, 8]."""
    k, n = torch.arange(8.0)[:, None], torch.arange(8.0)
    matrix = (math.pi / 8 * (n + 0.5) * k).cos() / 2
    matrix[0] /= math.sqrt(2)
    return matrix


def quantised(x, step):
    """Pictures [S, H, W] whose 8x8 blocks have coefficients rounded to `step`, coarser where they are finer."""
    height, width = x.shape[1:]
    padded = F.pad(x[:, None], (0, -width % 8, 0, -height % 8), mode="replicate")[:, 0]
    blocks = padded.unflatten(2, (-1, 8)).unflatten(1, (-1, 8)).transpose(2, 3)
    matrix = cosines()
    steps = step * (1 + 0.4 * (torch.arange(8)[:, None] + torch.arange(8)))
    values = ((matrix @ (blocks - 128) @ matrix.T) / steps).round() * steps
    back = (matrix.T @ values @ matrix + 128).transpose(2, 3)
    return back.flatten(3, 4).flatten(1, 2)[:, :height, :width]
