"""Thresholds: which faces are known, and how much agreement is asked for."""

import numpy as np
import torch

from viseme_training import noise, pictures, whole
from viseme_training.switch import asked_share


def varied(crops, generator):
    """Mild changes of crops [S, 80, 80] as tracking and cameras bring them -> [S, 80, 80] u8."""
    x = torch.from_numpy(crops).float()
    x = torch.roll(x, tuple(int(v) for v in generator.integers(-3, 4, size=2)), (1, 2))
    x = 255 * (x / 255) ** float(np.exp(generator.uniform(-0.2, 0.2)))
    if generator.random() < 0.4:
        x = pictures.blurred(x, float(generator.uniform(0.4, 1.2)))
    x = x + float(generator.uniform(0, 3)) * torch.randn(x.shape)
    return x.clamp(0, 255).to(torch.uint8)


def mean_features(network, spans, generator, draws):
    """Mean features [draws * spans, 192] of varied spans and parts of them; a span is (crops, quality)."""
    means = []
    for crops, quality in spans:
        for _ in range(draws):
            first = int(generator.integers(0, len(crops) // 3))
            last = int(generator.integers(2 * len(crops) // 3, len(crops) + 1))
            part = pictures.centre(varied(crops[first:last], generator)[None])
            mask = torch.from_numpy(quality[first:last, 5] > 0.5)[None]
            with torch.no_grad():
                means.append(whole.mean_feature(network.reader.lips.features(part), mask)[0])
    return torch.stack(means)


def scores(network, spans, clips, model, source, generator, draws=2):
    """(noisiness, score of the right lips, score of another span's lips) in noise, an array [N, 3].

    spans: (crops, quality) of each; clips: its samples. Scores are over the share that is asked of segments of
    that length.
    """
    rows = []
    for i, clip in enumerate(clips):
        other = spans[(i + 1) % len(spans)]
        size = len(spans[i][0])
        pairs = spans[i], tuple(np.resize(v, (size, *v.shape[1:])) for v in other)
        for snr in generator.uniform(-6, 12, draws):
            heard = noise.mixed(clip, source.draw(len(clip), generator), snr)
            with torch.no_grad():
                x = model.encode(torch.from_numpy(heard)[None])
            values = []
            for pair in pairs:
                crops, quality = (torch.from_numpy(v)[None] for v in pair)
                out = network(x, crops, quality, (torch.arange(size) / 25 + 0.02)[None])
                values.append(float(out["score"] / asked_share(torch.tensor([size]))))
            rows.append([float(out["noisiness"]), *values])
    return np.array(rows)


def know_faces(network, train, held, generator):
    """Fits the known faces on spans of training; all but a hundredth of the held-out ones stay well inside."""
    network.known.fit(mean_features(network, train, generator, 2))
    distances = network.known.distance(mean_features(network, held, generator, 8))
    network.known.threshold.fill_(1.1 * float(torch.quantile(distances, 0.99)))
    return distances


def lowest_line(noisiness, right, share=0.985):
    """(intercept, slope <= 0) of the highest line that `share` of the right scores lie on or above."""
    best = None
    for slope in np.linspace(-1, 0, 41):
        intercept = float(np.quantile(right - slope * noisiness, 1 - share))
        height = intercept + slope * noisiness.mean()
        if best is None or height > best[0]:
            best = (height, intercept, float(slope))
    return best[1:]
