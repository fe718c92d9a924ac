"""Clips of many people as `viseme export` writes them, in FOLDER/PERSON/CLIP.safetensors, one visible face each."""

import pathlib

import numpy as np
import torch
from safetensors.numpy import load_file

from viseme_training import agreement, corpus
from viseme_training.lips import RATE, shown

LEAST, MOST = 50, 500
"""Lip frames that a clip must show, and of which no more are read (20 s)."""


class Clip:
    """One visible person's clip: crops u8 [S, 80, 80], shown bool [S], times f32 [S] in the sound, samples f32 [N]."""

    def __init__(self, person, name, tensors):
        self.person, self.key = person, (person, name)
        first, count = int(tensors["first"][0]), min(len(tensors["crops"]), MOST)
        self.samples = tensors["audio"][: int((first + count) * 640)].astype(np.float32)
        count = min(count, len(self.samples) // 640 - first)
        self.crops = torch.from_numpy(tensors["crops"][:count])
        self.shown = shown(torch.from_numpy(tensors["quality"][:count]))
        self.times = torch.arange(first, first + count) / RATE + 0.02


def clips_of(folder, person, least=LEAST):
    """The clips of a person: of each recording the face that is seen longest, if it is seen long enough."""
    found = []
    for path in sorted((pathlib.Path(folder) / person).glob("*.safetensors")):
        if "." in path.stem:
            continue
        clip = Clip(person, path.stem, load_file(path))
        if int(clip.shown.sum()) >= least:
            found.append(clip)
    return found


def training_clips(folder, names):
    """The clips of the people of a list; of GRID's speaker those of its training list."""
    of_grid = set(corpus.split("grid-s1-train"))
    found = [c for person in names for c in clips_of(folder, person)]
    return [c for c in found if c.person != "s1" or c.key[1] in of_grid]


def at_frames(embeddings, times):
    """The embeddings [T, 288] nearest to lip times [S] -> f32 [S, 288]."""
    return embeddings[agreement.nearest_audio(times, len(embeddings))].float()
