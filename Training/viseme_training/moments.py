"""How well agreement tells the right moment, the right face, and the offset of picture and sound."""

import numpy as np
import torch

from viseme_training import agreement, people, pictures

REACH = 15
"""Frames either way among which the offset is looked for."""


class Vectors:
    """Unit vectors of a clip's lips [S, 64] and of the sound at their times [S, 64], and which frames show lips [S]."""

    def __init__(self, person, lips, audio, shown):
        self.person, self.lips, self.audio, self.shown = person, lips, audio, shown

    def part(self, first, last):
        """Frames first..<last."""
        return Vectors(self.person, self.lips[first:last], self.audio[first:last], self.shown[first:last])

    def sums(self, shift, lips=None):
        """(sum of cosines, number) with lips, of other Vectors where given, `shift` frames later than the sound."""
        lips = self if lips is None else lips
        size = min(len(lips.shown), len(self.shown)) - abs(shift)
        if size <= 0:
            return 0.0, 0
        a, b = max(shift, 0), max(-shift, 0)
        kept = lips.shown[a : a + size] & self.shown[b : b + size]
        cosine = (lips.lips[a : a + size] * self.audio[b : b + size]).sum(-1)
        return float(cosine[kept].sum()), int(kept.sum())

    def score(self, lips=None):
        """Mean cosine at equal times less the mean of it at other times, as the program has it."""
        total, count = self.sums(0, lips)
        others = [self.sums(s, lips) for s in agreement.SHIFTS]
        return total / max(count, 1) - sum(t for t, _ in others) / max(sum(c for _, c in others), 1)


@torch.no_grad()
def lip_vectors(network, clip):
    """Unit vectors of a clip's lips [S, 64]."""
    windows = pictures.centre(clip.crops[None])
    lips, _ = network.lips(windows, clip.times[None], clip.shown[None])
    return network.agreement.lip_vectors(lips)[0]


@torch.no_grad()
def vectors_of(network, clip, embeddings, delay=0.0, lips=None):
    """Vectors of a clip and of embeddings [T, 288] of its sound, the lips `delay` seconds later than they were.

    Frames that the delay moves out of the sound are left out.
    """
    lips = lip_vectors(network, clip) if lips is None else lips
    times = clip.times + delay
    end = agreement.STRIDE * len(embeddings) + agreement.MIDDLE
    audio = network.agreement.audio_vectors(people.at_frames(embeddings, times))
    return Vectors(clip.person, lips, audio, clip.shown & (times >= 0) & (times <= end))


def moments(found, frames):
    """Share of pairs in which a window's right moment has more agreement than one 0.5 to 1.2 s off, in percent."""
    right = total = 0
    for v in found:
        for first in range(0, len(v.shown) - frames + 1, max(frames // 3, 1)):
            last = first + frames
            if not v.shown[first:last].all():
                continue
            own = float((v.lips[first:last] * v.audio[first:last]).sum())
            for shift in agreement.SHIFTS:
                a, b = first + shift, last + shift
                if a >= 0 and b <= len(v.shown) and v.shown[a:b].all():
                    right += own > float((v.lips[first:last] * v.audio[a:b]).sum())
                    total += 1
    return 100 * right / max(total, 1), total


def joined(found, frames):
    """Vectors of parts of `frames` frames; the clips of a person follow each other."""
    parts = []
    for person in dict.fromkeys(v.person for v in found):
        own = [v for v in found if v.person == person]
        whole = Vectors(
            person,
            torch.cat([v.lips for v in own]),
            torch.cat([v.audio for v in own]),
            torch.cat([v.shown for v in own]),
        )
        parts += [whole.part(i, i + frames) for i in range(0, len(whole.shown) - frames + 1, frames)]
    return parts


def right_face(found, frames, generator, faces=4, draws=5):
    """Share of sounds whose own lips have the most agreement among those of `faces` people, in percent."""
    parts = joined(found, frames)
    right = total = 0
    for v in parts:
        others = [p for p in parts if p.person != v.person]
        for _ in range(draws):
            names, chosen = {v.person}, []
            for i in generator.permutation(len(others)):
                if others[i].person not in names:
                    names.add(others[i].person)
                    chosen.append(others[i])
                if len(chosen) == faces - 1:
                    break
            right += v.score() > max(v.score(o) for o in chosen)
            total += 1
    return 100 * right / max(total, 1), total


def offset_of(clips):
    """Seconds by which the lips come later than the sound, from the Vectors of a recording's segments."""
    curve = []
    for shift in range(-REACH, REACH + 1):
        sums = [v.sums(shift) for v in clips]
        curve.append(sum(t for t, _ in sums) / max(sum(c for _, c in sums), 1))
    best = int(np.argmax(curve))
    peak = float(best)
    if 0 < best < len(curve) - 1:
        before, here, after = curve[best - 1 : best + 2]
        bend = before - 2 * here + after
        peak += 0.5 * (before - after) / bend if bend < 0 else 0.0
    return (peak - REACH) / 25
