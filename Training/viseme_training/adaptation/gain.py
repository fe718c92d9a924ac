"""What adaptation is worth on held-out spans, counted against the model's own words on the clean sound."""

from dataclasses import dataclass

import numpy as np
import torch

from viseme_training import corpus, trials
from viseme_training.adaptation import sounds
from viseme_training.moonshine import token_cap

RATIOS = (None, 5, 0, -5)


@dataclass
class Gain:
    """Word errors per span at each ratio, before and after, and the number of words."""

    words: int
    alone: dict
    before: dict
    after: dict

    def rate(self, row, ratio):
        return 100 * row[ratio].sum() / max(self.words, 1)

    def relative(self, ratio):
        """Share of the errors that are gone."""
        return 1 - self.after[ratio].sum() / max(self.before[ratio].sum(), 1)

    def bound(self, ratio):
        """Upper 95 % bound of after - before in points of WER, by paired bootstrap over the spans."""
        return trials.upper_bound(self.after[ratio], self.before[ratio], self.words)


def read(network, model, spans, encoded, seeing):
    """Texts of spans."""
    made = []
    for span, x in zip(spans, encoded):
        times = (torch.arange(len(span.crops)) / 25 + 0.02)[None]
        pictures = [torch.from_numpy(v)[None] for v in (span.crops, span.quality)]
        out = network(x[None], *pictures, times) if seeing else network(x[None])
        made.append(out["y"][0])
    return trials.read(model, made, [token_cap(len(s.samples)) for s in spans])


def measure(model, before, after, spans, words, source):
    """The gain over `spans` that have words of their own."""
    spans = [s for s in spans if s.name in words]
    references = [model.text(words[s.name]) for s in spans]
    rows = {"alone": {}, "before": {}, "after": {}}
    for ratio in RATIOS:
        encoded = sounds.at_ratio(model, spans, source, ratio)
        for name, network, seeing in (("alone", after, False), ("before", before, True), ("after", after, True)):
            rows[name][ratio] = trials.counts(references, read(network, model, spans, encoded, seeing))[0]
    return Gain(sum(len(corpus.words_of(r)) for r in references), **rows)


def table(gain):
    """The gain as text."""
    lines = ["WER % of held-out spans, against the words on the clean sound:"]
    lines.append(" " * 24 + "".join(f"{'clean' if r is None else f'{r} dB':>9}" for r in RATIOS))
    labels = {"alone": "by ear", "before": "with lips, before", "after": "with lips, after"}
    for name, label in labels.items():
        lines.append(f"  {label:22}" + "".join(f"{gain.rate(getattr(gain, name), r):9.1f}" for r in RATIOS))
    return "\n".join(lines)


def helps(gain):
    """Whether noisy spans surely have fewer errors, and clean ones not more."""
    noisy = np.sum([gain.after[r] for r in RATIOS[1:]], 0), np.sum([gain.before[r] for r in RATIOS[1:]], 0)
    fewer = trials.upper_bound(*noisy, gain.words) < 0
    return fewer and gain.after[None].sum() <= gain.before[None].sum()
