"""Checkpoints, exported recordings and a line-per-event log."""

import json
import os
import pathlib
import time

import numpy as np
import torch
from safetensors.numpy import load_file


def save(path, **state):
    """Writes a checkpoint under another name first, so that a crash leaves the last one."""
    path = pathlib.Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    torch.save(state, f"{path}.part")
    os.replace(f"{path}.part", path)


def load(path):
    """A checkpoint, or None."""
    return torch.load(path, weights_only=False) if pathlib.Path(path).exists() else None


def log(**values):
    """One line of JSON on standard output."""
    shown = {k: round(v, 4) if isinstance(v, float) else v for k, v in values.items()}
    print(time.strftime("%H:%M:%S"), json.dumps(shown), flush=True)


def lips_of(folder, names, frames=75):
    """name -> (crops u8 [frames, 80, 80], quality f32 [frames, 6]); grey 128 and zeros where there is no face."""
    found = {}
    for name in names:
        path = next(iter(sorted(pathlib.Path(folder).glob(f"{name}*.safetensors"))), None)
        if path is None:
            continue
        tensors = load_file(path)
        first, count = int(tensors["first"][0]), len(tensors["crops"])
        crops = np.full((frames, 80, 80), 128, np.uint8)
        quality = np.zeros((frames, 6), np.float32)
        last = min(first + count, frames)
        crops[first:last], quality[first:last] = tensors["crops"][: last - first], tensors["quality"][: last - first]
        found[name] = (crops, quality)
    return found
