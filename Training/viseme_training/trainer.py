"""One step of the training of fusion: right pairs of lips and sound, and wrong ones."""

import numpy as np
import torch
import torch.nn.functional as F

from viseme_training import agreement, batches, pictures


class Trainer:
    """One step: right pairs learn the clean embeddings and words, wrong pairs to change nothing."""

    def __init__(self, network, adapter, objective, data, word_weight):
        self.network, self.adapter, self.objective, self.data = network, adapter, objective, data
        self.word_weight = word_weight

    def heard(self, items):
        """(a, noisiness, mask) of items' noisy embeddings after the adapter."""
        noisy, mask = batches.padded([i["noisy"] for i in items])
        with torch.no_grad(), torch.autocast("cpu", torch.bfloat16):
            a, noisiness = self.adapter(noisy, mask)
        return a.float(), noisiness.float(), mask

    def seen(self, batch):
        """Lip embeddings of a batch; zeros for the control."""
        with torch.autocast("cpu", torch.bfloat16):
            if self.network.blind:
                return torch.zeros(*batch.times.shape, 192)
            if self.data.features:
                return self.network.lips.attend(batch.features, batch.times, batch.mask)
            return self.network.lips(pictures.windows(batch.crops), batch.times, batch.mask)[0]

    def step(self, groups):
        """The loss and what to log."""
        generator, network = self.data.generator, self.network
        batch, spoilt = self.data.lip_batch(groups)
        lips = self.seen(batch).float()
        versions = [g[i] for g in groups for i in generator.choice(len(g), 2, replace=False)]
        index = torch.arange(len(groups)).repeat_interleave(2)
        whole = torch.tensor([int(i) not in spoilt for i in index])
        a, noisiness, mask = self.heard(versions)
        clean, _ = batches.padded([i["clean"] for i in versions])
        with torch.autocast("cpu", torch.bfloat16):
            y, _, added, parts = network.fuse(
                a, noisiness, lips[index], batch.times[index], batch.mask[index], batch.quality[index]
            )
        right = whole.nonzero()[:, 0] if not network.blind else torch.arange(len(index))
        near = self.objective.nearness(y, clean, mask)
        inputs, targets = batches.words(versions)
        spoken = right[::2]
        with torch.autocast("cpu", torch.bfloat16):
            words = self.objective.word_loss(y[spoken], mask[spoken], inputs[spoken], targets[spoken])
        loss = 2 * near[right].mean() + self.word_weight * words
        log = {
            "near": near[right].mean(),
            "before": self.objective.nearness(a, clean, mask)[right].mean(),
            "words": words,
        }
        if not network.blind:
            loss = loss + self.told(
                lips, batch, versions[::2], log, torch.tensor(sorted(set(range(len(groups))) - set(spoilt)))
            )
            contrast = agreement.contrastive_loss(
                parts[0][right], parts[1][right], batch.mask[index][right], network.agreement.temperature
            )
            same = self.objective.distance(y, a)[~whole].mean() if spoilt else torch.zeros(())
            wrong = self.wrong(lips, batch, versions, a, noisiness, mask, log)
            loss = loss + 0.1 * contrast + wrong + 2 * same
            log |= {"contrast": contrast, "score": parts[2][right].mean(), "spoilt": same}
        return loss, log

    def told(self, lips, batch, items, log, right):
        """Lips alone foretell the clean embeddings at their time."""
        clean, _ = batches.padded([i["clean"] for i in items])
        index = agreement.nearest_audio(batch.times, clean.shape[1])
        target = clean.gather(1, index[..., None].expand(-1, -1, 288))
        with torch.autocast("cpu", torch.bfloat16):
            told = self.network.foretell(lips)
        distance = self.objective.distance(told.float(), target)[right][batch.mask[right]].mean()
        log["told"] = distance
        return distance

    def wrong(self, lips, batch, versions, a, noisiness, mask, log):
        """Other clips' lips, lips at another time, and GRID lips under LibriSpeech: no change, closed gate."""
        generator, count = self.data.generator, len(lips)
        audio = torch.from_numpy(generator.choice(len(versions), 6, replace=False))
        source = (audio // 2 + torch.from_numpy(generator.integers(1, count, size=6))) % count
        shifts = torch.zeros(6, dtype=torch.long)
        source[4:] = audio[4:] // 2
        shifts[4:] = torch.from_numpy(generator.choice([-1, 1], size=2) * generator.integers(6, 25, size=2))
        turned = torch.stack([lips[s].roll(int(d), 0) for s, d in zip(source, shifts)])
        seen = [
            (
                turned,
                batch.times[source],
                batch.mask[source],
                batch.quality[source],
                a[audio],
                noisiness[audio],
                mask[audio],
            )
        ]
        items = [self.data.strangers[i] for i in generator.integers(len(self.data.strangers), size=3)]
        heard, loud, kept = self.heard(items)
        size = max(int(np.ceil(heard.shape[1] * 0.6)), 1)
        chosen = generator.integers(count, size=3)
        lengths = [int(batch.mask[i].sum()) for i in chosen]
        pick = [(torch.arange(size) % max(n, 1)) for n in lengths]
        other = torch.stack([lips[i][p] for i, p in zip(chosen, pick)])
        quality = torch.stack([batch.quality[i][p] for i, p in zip(chosen, pick)])
        there = torch.stack([batch.mask[i][p] for i, p in zip(chosen, pick)])
        times = (torch.arange(size) / 25 + 0.02).expand(3, -1)
        seen.append((other, times, there, quality, heard, loud, kept))
        change, closed, scores = 0, 0, []
        for lip, when, present, quality, sound, noise, frames in seen:
            with torch.autocast("cpu", torch.bfloat16):
                y, logit, _, parts = self.network.fuse(sound, noise, lip, when, present, quality)
            change = change + self.objective.nearness(y, sound, frames).sum()
            closed = closed + ((F.softplus(logit.float()) * frames).sum(1) / frames.sum(1)).sum()
            scores.append(parts[2])
        log["changed"], log["wrong_score"] = change / 9, torch.cat(scores).mean()
        return (2 * change + 0.1 * closed) / 9
