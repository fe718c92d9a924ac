"""What the frozen model makes of speech: its embeddings, clean and noisy, and its own words."""

import numpy as np
import torch

from viseme_training import noise

SPEECH = torch.bfloat16


def embeddings(model, samples, exact=False):
    """Samples f32 [N] -> f16 [T, 288]; noisy ones in bfloat16, which is twice as fast."""
    with torch.no_grad(), torch.autocast("cpu", SPEECH, enabled=not exact):
        return model.encode(torch.from_numpy(samples)[None])[0].half()


def own_words(model, clean, cap):
    """The decoder's tokens for clean embeddings; None where it does not come to an end."""
    tokens = model.greedy(clean[None].float(), [cap])[0]
    return tokens if len(tokens) < cap else None


def noisy_items(model, speech, count, source, rng, without=None):
    """(snr, embeddings) of `count` mixtures of one stretch of speech."""
    made = []
    for _ in range(count):
        snr = noise.training_ratio(rng)
        made.append((snr, embeddings(model, noise.mixed(speech, source.draw(len(speech), rng, without), snr))))
    return made


def prompted_words(model, clips, leads, cap):
    """The decoder's words for each clip heard after a lead: name -> (tokens, mean log probability).

    A clip of three seconds alone gives the model little to go by; after other speech of the same voice,
    with the model's own words for it, it hears better. The two leads (samples) that it hears most surely
    are used; of the readings the surer one counts. `cap`: samples -> most tokens.
    """
    best, heard = {}, []
    for lead in leads:
        lead = lead[: len(lead) // 384 * 384]
        words, sure = model.greedy_scored(embeddings(model, lead, exact=True)[None].float(), [60])[0]
        heard.append((sure, lead, words))
    for _, lead, words in sorted(heard, key=lambda entry: -entry[0])[:2]:
        for names in same_length(clips, 10):
            batch = np.stack([np.concatenate([lead, clips[n]]) for n in names])
            most = cap(len(clips[names[0]]))
            with torch.no_grad(), torch.autocast("cpu", SPEECH):
                encoded = model.encode(torch.from_numpy(batch))
                scored = model.greedy_scored(encoded, [most] * len(batch), prefix=words)
            for name, (tokens, sure) in zip(names, scored):
                if len(tokens) < most and (name not in best or sure > best[name][1]):
                    best[name] = (tokens, sure)
    return best


def same_length(clips, size):
    """The names of clips of equal length, `size` at most together."""
    groups = {}
    for name, samples in clips.items():
        groups.setdefault(len(samples), []).append(name)
    for names in groups.values():
        for first in range(0, len(names), size):
            yield names[first : first + size]
