"""Spans of many people's clips for training, seen as crops that vary each time or as maps computed before."""

import os

import numpy as np
import torch

from viseme_training import people, pictures, transmission

SPANS, FRAMES = 10, 64


class Spans:
    """Draws spans of clips, each person as often as the root of their length asks."""

    def __init__(self, clips, heard, generator, maps=None):
        self.maps = maps
        self.clips = [c for c in clips if len(c.crops) >= FRAMES and c.key in heard.clean]
        self.heard, self.generator = heard, generator
        length = {}
        for clip in self.clips:
            length[clip.person] = length.get(clip.person, 0) + len(clip.crops)
        chance = np.array([len(c.crops) / length[c.person] ** 0.5 for c in self.clips])
        self.chance = chance / chance.sum()

    def batch(self, noisy):
        """(crops or maps [B, S, ...], heard and clean [B, S, 288], times and mask [B, S]); half of it in noise."""
        rows, chosen = [], self.generator.choice(len(self.clips), SPANS, replace=False, p=self.chance)
        for number, clip in enumerate(self.clips[i] for i in chosen):
            first = int(self.generator.integers(len(clip.crops) - FRAMES + 1))
            part = slice(first, first + FRAMES)
            times = clip.times[part] + 0.04 * (self.generator.random() - 0.5)
            heard = self.heard.of(clip, self.generator, noisy and number % 2 == 0)
            seen = self.seen(clip, part)
            at = people.at_frames(heard, times), people.at_frames(self.heard.clean[clip.key], times)
            rows.append((seen, *at, times.float(), clip.shown[part]))
        return [torch.stack(column) for column in zip(*rows)]

    def seen(self, clip, part):
        """Varied crops of a part of a clip [S, 80, 80], or the maps of one variation [S, 64, 12, 12]."""
        if self.maps is None:
            return transmission.transmitted(clip.crops[part], self.generator)
        return self.maps.of(clip, part, self.generator)


class Maps:
    """Maps of variations of all clips behind the second convolution, f16, in a file for each variation.

    Processes share the work of computing them; they belong to the checkpoint that they were computed with.
    """

    def __init__(self, network, clips, folder, count, team):
        self.first, total = {}, 0
        for clip in clips:
            self.first[clip.key] = total
            total += len(clip.crops)
        folder.mkdir(parents=True, exist_ok=True)
        paths = [folder / f"maps-{number}.f16" for number in range(count)]
        for path in paths[team.rank :: team.size]:
            if not path.exists():
                self._write(network, clips, path, total)
        team.wait()
        self.versions = [np.memmap(p, np.float16, "r", shape=(total, 12, 12, 64)) for p in paths]

    @torch.no_grad()
    def _write(self, network, clips, path, total):
        part = path.with_suffix(".part")
        values = np.memmap(part, np.float16, "w+", shape=(total, 12, 12, 64))
        generator = np.random.default_rng(int(path.stem.split("-")[1]))
        for clip in clips:
            windows = pictures.windows(transmission.transmitted(clip.crops, generator)[None])
            maps = network.lips.maps(windows).permute(0, 2, 3, 1)
            values[self.first[clip.key] :][: len(maps)] = maps.numpy()
        values.flush()
        os.replace(part, path)

    def of(self, clip, part, generator):
        """[S, 64, 12, 12] of a part of a clip in one of the variations."""
        version, first = self.versions[int(generator.integers(len(self.versions)))], self.first[clip.key]
        return torch.from_numpy(version[first + part.start : first + part.stop].astype(np.float32)).permute(0, 3, 1, 2)
