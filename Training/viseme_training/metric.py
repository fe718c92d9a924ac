"""How far one sequence of audio embeddings is from another, as the decoder would see it."""

import torch


class Metric:
    """Half the mean squared error over the variance, half the same through the decoder's keys and values.

    The decoder reads embeddings only through its cross-attention's key and value matrices, so that a
    difference counts there by what those matrices make of it.
    """

    def __init__(self, model, clean):
        names = [f"model.decoder.layers.{i}.encoder_attn.{c}_proj.weight" for i in range(6) for c in "kv"]
        flat = clean.reshape(-1, clean.shape[-1])
        self.variance = flat.var(0).mean()
        total = torch.zeros(288, 288)
        centred = flat - flat.mean(0)
        covariance = centred.T @ centred / len(flat)
        for name in names:
            weight = model.weights[name].float()
            total += weight.T @ weight / torch.trace(weight @ covariance @ weight.T)
        values, vectors = torch.linalg.eigh(total / len(names))
        self.root = vectors * values.clamp(min=0).sqrt()

    def __call__(self, made, clean):
        """Relative distance of each frame [..., 288] -> [...]; 1 is what the mean of all would give."""
        difference = made - clean
        plain = difference.square().mean(-1) / self.variance
        return 0.5 * plain + 0.5 * (difference @ self.root).square().sum(-1)
