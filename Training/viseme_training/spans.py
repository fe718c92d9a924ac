"""Spans of many people's clips for training, seen otherwise each time."""

import numpy as np
import torch

from viseme_training import people, transmission

SPANS, FRAMES = 10, 64


class Spans:
    """Draws spans of clips, each person as often as the root of their length asks."""

    def __init__(self, clips, heard, generator):
        self.clips = [c for c in clips if len(c.crops) >= FRAMES and c.key in heard.clean]
        self.heard, self.generator = heard, generator
        length = {}
        for clip in self.clips:
            length[clip.person] = length.get(clip.person, 0) + len(clip.crops)
        chance = np.array([len(c.crops) / length[c.person] ** 0.5 for c in self.clips])
        self.chance = chance / chance.sum()

    def batch(self, noisy):
        """(crops u8 [B, S, 80, 80], heard and clean [B, S, 288], times and mask [B, S]); `noisy` of it in noise."""
        rows, chosen = [], self.generator.choice(len(self.clips), SPANS, replace=False, p=self.chance)
        for number, clip in enumerate(self.clips[i] for i in chosen):
            first = int(self.generator.integers(len(clip.crops) - FRAMES + 1))
            part = slice(first, first + FRAMES)
            times = clip.times[part] + 0.04 * (self.generator.random() - 0.5)
            heard = self.heard.of(clip, self.generator, noisy > number / SPANS)
            seen = transmission.transmitted(clip.crops[part], self.generator)
            at = people.at_frames(heard, times), people.at_frames(self.heard.clean[clip.key], times)
            rows.append((seen, *at, times.float(), clip.shown[part]))
        return [torch.stack(column) for column in zip(*rows)]
