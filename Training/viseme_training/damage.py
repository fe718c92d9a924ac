"""Visual conditions of the tests, on mouth crops."""

import numpy as np
import torch
import torch.nn.functional as F

from viseme_training.pictures import blurred, sharpness

KINDS = ("right", "blur", "lowres", "drop30", "freeze", "occlude", "mismatch", "off")


def apply(kind, crops, quality, generator):
    """(crops, quality) of a clip under a condition; `right` leaves them as they are."""
    crops, quality = crops.copy(), quality.copy()
    if kind == "right":
        return crops, quality
    if kind == "blur":
        crops = blurred(torch.from_numpy(crops).float(), 4.0).clamp(0, 255).to(torch.uint8).numpy()
    elif kind == "lowres":
        small = F.interpolate(torch.from_numpy(crops)[None].float(), (12, 12), mode="area")
        crops = F.interpolate(small, (80, 80), mode="bilinear")[0].to(torch.uint8).numpy()
    elif kind == "drop30":
        for k in np.flatnonzero(generator.random(len(crops)) < 0.3):
            if k:
                crops[k] = crops[k - 1]
                quality[k, 4] = min(1, quality[k - 1, 4] + 0.04)
    elif kind == "freeze":
        at = len(crops) // 3
        crops[at:] = crops[at]
        quality[at:, 4] = np.minimum(1, np.arange(len(crops) - at) / 25)
    elif kind == "occlude":
        crops[:, 20:70, 10:70] = 90
    elif kind == "off":
        crops[:] = 128
        quality[:] = 0
    quality[:, 1] = np.where(quality[:, 5] > 0.5, sharpness(torch.from_numpy(crops)).numpy(), 0)
    return crops, quality
