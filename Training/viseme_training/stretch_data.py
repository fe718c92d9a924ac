"""What fusion is trained on, batch by batch."""

import numpy as np

from viseme_training import stretches


class StretchData:
    """Stretches of speech with lips, and embeddings of other people's speech to put under wrong faces.

    groups: noisy versions of each stretch, two at least; strangers: items with `noisy`; lips: name ->
    (crops, quality); features: name -> (features, quality) of variations, used instead where given.
    """

    def __init__(self, groups, strangers, generator, lips=None, features=None):
        self.groups, self.strangers, self.generator = groups, strangers, generator
        self.lips, self.features = lips, features

    def endless(self, size):
        while True:
            order = np.argsort([len(g[0]["noisy"]) + 12 * self.generator.random() for g in self.groups])
            plan = [order[i : i + size] for i in range(0, len(order) - size + 1, size)]
            self.generator.shuffle(plan)
            yield from ([self.groups[i] for i in p] for p in plan)

    def lip_batch(self, groups):
        """(LipBatch, indices of stretches whose pictures are spoilt)."""
        if self.features:
            batch = stretches.FeatureBatch(groups, self.features, self.generator)
            return stretches.jittered(batch), batch.spoilt
        batch = stretches.LipBatch([stretches.lips_of(g, self.lips) for g in groups])
        spoilt, changed = [], []
        for i in range(len(groups)):
            chance = self.generator.random()
            if chance < 0.08:
                stretches.damage(batch, i, self.generator)
                spoilt.append(i)
                changed.append(i)
            elif chance < 0.16:
                stretches.drop_frames(batch, i, self.generator)
                changed.append(i)
            elif chance < 0.22:
                stretches.lose_frames(batch, i, self.generator)
        batch.note_quality(changed)
        return stretches.jittered(batch), spoilt
