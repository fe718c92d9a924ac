"""Word error rates on held-out recordings in babble of unseen talkers.

python Training/evaluate.py --work /tmp/viseme-training --crops /tmp/lips/ROOT known strangers speech
"""

import argparse
import pathlib

import numpy as np
import torch

from viseme_training import bundle, corpus, damage, store, trials
from viseme_training.moonshine import Moonshine, token_cap


def row(label, ratios, rates):
    cells = " ".join(f"{r:7.1f}" for r in rates)
    print(f"{label:28s} {cells}", flush=True)


def grid(arguments, model, speaker, names):
    """(names, clips, lips) of a speaker's clips that have lips."""
    folder = corpus.ROOT / "grid" / speaker
    paths = [p for p in sorted(folder.iterdir()) if names is None or p.stem in names]
    clips = corpus.decoded(sorted(folder.iterdir()), arguments.work / f"grid-{speaker}.npz")
    lips = store.lips_of(arguments.crops / speaker, [p.stem for p in paths])
    return {p.stem: clips[p.stem] for p in paths if p.stem in lips}, lips


def fused(network, encoded, lips, size=24):
    """y of each of the sequences, all of a length, and what the stages say (lists per sequence)."""
    results, stages = [], {"switch": [], "distance": [], "score": [], "gate": [], "noisiness": []}
    for i in range(0, len(encoded), size):
        x = torch.stack(encoded[i : i + size])
        crops = torch.from_numpy(np.stack([c for c, _ in lips[i : i + size]]))
        quality = torch.from_numpy(np.stack([q for _, q in lips[i : i + size]]))
        times = (torch.arange(crops.shape[1]) / 25 + 0.02).expand(len(x), -1)
        out = network(x, crops, quality, times)
        results += list(out["y"])
        for name in stages:
            stages[name] += list(out[name].mean(-1) if name == "gate" else out[name])
    return results, {k: torch.stack(v) for k, v in stages.items()}


def heard(network, encoded, result, size=24):
    """`a` or `y` without lips of sequences of one length."""
    batches = [torch.stack(encoded[i : i + size]) for i in range(0, len(encoded), size)]
    return [sequence for batch in batches for sequence in network(batch)[result]]


def pictures_of(kind, names, lips, generator):
    """The lips under a visual condition, one pair per name."""
    if kind == "mismatch":
        turned = names[1:] + names[:1]
        return [lips[n] for n in turned]
    return [damage.apply(kind, *lips[n], generator) for n in names]


def table(arguments, model, networks, label, clips, lips, kinds, say):
    """The cells of one group of clips; `networks`: fused and, if there is one, control."""
    names = sorted(clips)
    encoded = trials.noisy_set(model, arguments.work, label, clips)
    references = [corpus.grid_transcript(n) for n in names]
    caps = [trials.grid_cap()] * len(names)
    ratios = arguments.ratios
    errors = {}
    for ratio in ratios:
        x = encoded[ratio]
        if arguments.plain:
            errors["plain", ratio] = trials.counts(references, trials.read(model, x, caps))
        whole = networks["fused"]
        alone = heard(whole, x, "a")
        errors["adapter", ratio] = trials.counts(references, trials.read(model, alone, caps))
        if "control" in networks:
            blind = heard(networks["control"], x, "y")
            errors["control", ratio] = trials.counts(references, trials.read(model, blind, caps))
        for kind in kinds:
            seen = pictures_of(kind, names, lips, np.random.default_rng(4))
            y, stages = fused(whole, x, seen)
            texts = trials.read(model, y, caps)
            errors[kind, ratio] = trials.counts(references, texts)
            if say:
                means = {k: round(float(v.float().mean()), 3) for k, v in stages.items()}
                print("   ", kind, ratio, means, texts[:2], flush=True)
    rows = list(dict.fromkeys(k for k, _ in errors))
    print(label, len(names), "clips,", "WER % at", ratios, flush=True)
    for kind in rows:
        row(kind, ratios, [100 * errors[kind, r][0].sum() / errors[kind, r][1] for r in ratios])
    for kind in kinds:
        bounds = [trials.upper_bound(errors[kind, r][0], errors["adapter", r][0], errors[kind, r][1]) for r in ratios]
        row(f"  {kind} - adapter, upper", ratios, bounds)


def test_other(arguments, model):
    """(transcripts, most tokens, ratio -> embeddings) of LibriSpeech test-other in babble."""
    paths = sorted((corpus.ROOT / "librispeech/test-other").iterdir())
    clips = corpus.decoded(paths, arguments.work / "libri-test-other.npz")
    clips = {n: s[: 28 * 16000] for n, s in clips.items()}
    transcripts = {pathlib.Path(p).stem: t for p, _, t in corpus.manifest("LibriSpeech test-other")}
    names = sorted(clips)
    encoded = trials.noisy_set(model, arguments.work, "librispeech", clips)
    return [transcripts[n] for n in names], [token_cap(len(clips[n])) for n in names], encoded


def adapter(arguments, model, network):
    """LibriSpeech test-other as it is and after the adapter."""
    references, caps, encoded = test_other(arguments, model)
    rows = {"plain": [], "adapter": [], "  openness": []}
    for ratio in arguments.ratios:
        outputs = [network(x[None]) for x in encoded[ratio]]
        made = {"plain": encoded[ratio], "adapter": [o["a"][0] for o in outputs]}
        rows["  openness"].append(float(np.mean([float(network.adapter.openness(o["noisiness"])) for o in outputs])))
        for kind, sequences in made.items():
            wrong, words = trials.counts(references, trials.read(model, sequences, caps))
            rows[kind].append(100 * wrong.sum() / words)
    print("LibriSpeech test-other", len(caps), "utterances, WER % at", arguments.ratios, flush=True)
    for kind, values in rows.items():
        row(kind, arguments.ratios, values)


def speech(arguments, model, network):
    """LibriSpeech test-other after the adapter, alone and under GRID faces."""
    references, caps, encoded = test_other(arguments, model)
    lips = list(store.lips_of(arguments.crops / "s1", corpus.split("grid-s1-test")).values())
    rows = {"adapter": [], "under GRID faces": [], "  upper bound of the difference": [], "  switch open %": []}
    for ratio in arguments.ratios:
        alone, under, opened = [], [], []
        for i, x in enumerate(encoded[ratio]):
            size = int(len(x) * 0.6)
            parts = [lips[(i + k) % len(lips)] for k in range(size // 75 + 1)]
            y, stages = fused(network, [x], [tuple(np.concatenate([p[j] for p in parts])[:size] for j in (0, 1))])
            under += y
            alone.append(network(x[None])["a"][0])
            opened.append(float(stages["switch"]))
        one, words = trials.counts(references, trials.read(model, alone, caps))
        two, _ = trials.counts(references, trials.read(model, under, caps))
        values = (100 * one.sum() / words, 100 * two.sum() / words, trials.upper_bound(two, one, words))
        for kind, value in zip(rows, (*values, 100 * float(np.mean(opened)))):
            rows[kind].append(value)
    print("LibriSpeech test-other", len(caps), "utterances, WER % at", arguments.ratios, flush=True)
    for kind, values in rows.items():
        row(kind, arguments.ratios, values)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", nargs="+", choices=["known", "watch", "harm", "strangers", "speech", "adapter"])
    parser.add_argument("--work", type=pathlib.Path, required=True)
    parser.add_argument("--crops", type=pathlib.Path, required=True)
    parser.add_argument("--weights", type=pathlib.Path, help="the exported file; otherwise the checkpoints in --work")
    parser.add_argument("--ratios", default="clean,10,5,0,-5")
    parser.add_argument("--plain", action="store_true", help="also Moonshine as it is")
    parser.add_argument("--limit", type=int, help="about so many of the clips")
    parser.add_argument("--say", action="store_true")
    arguments = parser.parse_args()
    arguments.ratios = [None if r == "clean" else int(r) for r in arguments.ratios.split(",")]
    torch.set_num_threads(1)
    model = Moonshine()
    networks = {"fused": bundle.of_checkpoints(arguments.work, arguments.weights)}
    if (arguments.work / "control.pt").exists():
        networks["control"] = bundle.control(arguments.work)
    for what in arguments.what:
        if what in ("speech", "adapter"):
            {"speech": speech, "adapter": adapter}[what](arguments, model, networks["fused"])
        elif what == "strangers":
            for speaker in ("s2", "s3", "s4", "s22"):
                clips, lips = grid(arguments, model, speaker, None)
                table(arguments, model, networks, f"stranger {speaker}", clips, lips, ["right"], arguments.say)
        else:
            split = "grid-s1-watch" if what == "watch" else "grid-s1-test"
            clips, lips = grid(arguments, model, "s1", set(corpus.split(split)))
            kinds = damage.KINDS if what == "harm" else ["right", "mismatch"]
            label = split
            if arguments.limit:
                clips = {n: clips[n] for n in sorted(clips)[:: -(-len(clips) // arguments.limit)]}
                label = f"{split}-{len(clips)}"
            table(arguments, model, networks, label, clips, lips, kinds, arguments.say)


if __name__ == "__main__":
    main()
