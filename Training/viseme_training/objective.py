"""What training asks of a repaired sequence: nearness to the clean one, and the decoder's own words."""

import torch.nn.functional as F


class Objective:
    """Relative distance to the clean embeddings, and cross-entropy of the decoder's own words."""

    def __init__(self, model, distance):
        self.model, self.distance = model, distance

    def nearness(self, made, clean, mask):
        """Mean relative distance of each item [B]."""
        return (self.distance(made, clean) * mask).sum(1) / mask.sum(1)

    def word_loss(self, made, mask, inputs, targets):
        """Mean cross-entropy of a token."""
        cross = self.model.cross(made)
        hidden = self.model.decode(inputs, cross, mask)[targets >= 0]
        return F.cross_entropy(self.model.logits(hidden).float(), targets[targets >= 0])
