"""Trains early and late fusion on what the bundled lips and adapter give, for comparison.

python Training/train_baselines.py --work /tmp/viseme-training --crops /tmp/lips/ROOT/s1 \\
    --weights Training/weights/lips-grid-s1.safetensors

Puts them into the weights, and their golden values into golden-lips.safetensors beside them. Needs grid.pt
(prepare.py), features-*.pt (lip_features.py), and crops of the watched clips, on which the lips' share in late
fusion is chosen. The same stretches, noises and losses as fusion's right pairs; lips and adapter stay as they are.
"""

import argparse
import pathlib
import time

import numpy as np
import torch
from safetensors import safe_open
from safetensors.torch import load_file
from torch import nn

from viseme_training import baselines, batches, bundle, corpus, metric, store, stretches, trials
from viseme_training.lips import shown
from viseme_training.moonshine import Moonshine, without_loop
from viseme_training.objective import Objective
from viseme_training.stretch_data import StretchData


def data_of(work):
    """Noisy GRID stretches with features of their pictures."""
    items = [i for i in store.load(work / "grid.pt")["items"] if i["snr"] is not None]
    parts = [store.load(p)["features"] for p in sorted(work.glob("features-*.pt"))]
    features = {n: v for part in parts for n, v in part.items()}
    groups = [g for g in stretches.grouped(items) if all(n in features for n, _, _ in g[0]["spans"])]
    return StretchData(groups, [], np.random.default_rng(12), features=features)


def step(network, early, late, objective, data, groups):
    """(losses of early and of late, what to log)."""
    batch, spoilt = data.lip_batch(groups)
    kept = [i for i in range(len(groups)) if i not in spoilt]
    items = [groups[i][int(data.generator.integers(len(groups[i])))] for i in kept]
    noisy, mask = batches.padded([i["noisy"] for i in items])
    clean, _ = batches.padded([i["clean"] for i in items])
    inputs, targets = batches.words(items)
    with torch.no_grad(), torch.autocast("cpu", torch.bfloat16):
        a = network.adapter(noisy, mask)[0].float()
        lips = network.reader.lips.attend(batch.features, batch.times, batch.mask).float()[kept]
    times, there = batch.times[kept], batch.mask[kept]
    with torch.autocast("cpu", torch.bfloat16):
        made = early(a, lips, times, there), late(lips, times, there, a.shape[1])
        words = [objective.word_loss(y, mask, inputs, targets) for y in made]
    near = [objective.nearness(y.float(), clean, mask).mean() for y in made]
    return 2 * sum(near) + 0.6 * sum(words), [float(v.detach()) for v in (*near, *words)]


def best_share(arguments, network, late, model, shares=(0.25, 0.4, 0.55, 0.7, 0.85, 1.0)):
    """The share with the fewest word errors of late fusion on the watched clips at 0 and -5 dB."""
    names = corpus.split("grid-s1-watch")
    clips = corpus.decoded([], arguments.work / "grid-s1.npz")
    encoded = trials.noisy_set(model, arguments.work, "watch-late", {n: clips[n] for n in names}, (0, -5))
    lips = store.lips_of(arguments.crops, names)
    wrong = dict.fromkeys(shares, 0)
    for place, name in enumerate(sorted(names)):
        crops, quality = (torch.from_numpy(v)[None] for v in lips[name])
        times = (torch.arange(crops.shape[1]) / 25 + 0.02)[None]
        for ratio in (0, -5):
            with torch.no_grad():
                out = network(encoded[ratio][place][None], crops, quality, times)
                mask = shown(quality)
                seen = late(out["lips"], times, mask, out["a"].shape[1])[0]
                for share in shares:
                    weight = share * float(out["noisiness"])
                    tokens = baselines.mixed_greedy(model, out["a"][0], seen, weight, trials.grid_cap())
                    said = corpus.words_of(model.text(without_loop(tokens)))
                    wrong[share] += corpus.errors(corpus.words_of(corpus.grid_transcript(name)), said)
    store.log(errors_by_share=wrong, words=12 * len(names))
    return min(wrong, key=wrong.get)


@torch.no_grad()
def write(path, early, late):
    """Puts both into the weights at `path`, and what they make of the golden stretch beside them."""
    kept = {n: v for n, v in load_file(path).items() if not n.startswith(bundle.BASELINES)}
    ours = {f"early.{n}": v for n, v in early.state_dict().items()}
    ours |= {f"late.{n}": v for n, v in late.state_dict().items()}
    kept |= bundle.stored({n: v.contiguous() for n, v in ours.items()})
    with safe_open(path, "pt") as file:
        about = file.metadata()
    bundle.write(kept, path, about)
    golden = load_file(path.with_name("golden-lips.safetensors"))
    for network, scope in ((early, "early."), (late, "late.")):
        network.load_state_dict({n.removeprefix(scope): kept[n].float() for n in kept if n.startswith(scope)})
    mask = shown(golden["quality"])
    seen = golden["lips"][None], golden["lip_times"][None], mask[None]
    golden["early"] = early(golden["a"][None], *seen)[0]
    golden["late"] = late(*seen, len(golden["a"]))[0]
    bundle.write(golden, path.with_name("golden-lips.safetensors"), None)


def train(arguments, network, early, late, objective, data):
    """Both at once, until the minutes are gone."""
    parameters = [*early.parameters(), *late.parameters()]
    optimizer = torch.optim.AdamW(parameters, lr=arguments.rate, weight_decay=0.02)
    began, sums = time.monotonic(), np.zeros(4)
    for number, groups in enumerate(data.endless(12)):
        done = (time.monotonic() - began) / 60 / arguments.minutes
        if done >= 1:
            break
        optimizer.param_groups[0]["lr"] = arguments.rate * min(
            (number + 1) / 30, 0.5 * (1 + np.cos(np.pi * done)) + 0.01
        )
        loss, log = step(network, early, late, objective, data, groups)
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(parameters, 1.0)
        optimizer.step()
        sums += log
        if number % 25 == 24:
            store.log(step=number + 1, done=done, near_early_late_words_early_late=(sums / 25).round(3).tolist())
            sums[:] = 0
    store.save(arguments.work / "baselines.pt", early=early.state_dict(), late=late.state_dict())


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--work", type=pathlib.Path, required=True)
    parser.add_argument("--crops", type=pathlib.Path, required=True)
    parser.add_argument("--weights", type=pathlib.Path, required=True)
    parser.add_argument("--keep", action="store_true", help="take baselines.pt as it is, and go on")
    parser.add_argument("--minutes", type=float, default=12)
    parser.add_argument("--rate", type=float, default=1e-3)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(12)
    network = bundle.of_checkpoints(arguments.work, arguments.weights)
    data, model = data_of(arguments.work), Moonshine().in_bfloat16()
    sample = torch.cat([g[0]["clean"].float() for g in data.groups[::10]])
    objective = Objective(model, metric.Metric(model, sample))
    early, late = baselines.Early(), baselines.Late()
    if arguments.keep:
        state = store.load(arguments.work / "baselines.pt")
        early.load_state_dict(state["early"])
        late.load_state_dict(state["late"])
    else:
        train(arguments, network, early, late, objective, data)
    late.share.fill_(best_share(arguments, network, late, Moonshine()))
    write(arguments.weights, early, late)


if __name__ == "__main__":
    main()
