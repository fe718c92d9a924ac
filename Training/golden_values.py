#!/usr/bin/env python3
"""Golden values of the lip model's networks, for the tests of the Swift implementation.

    python3 Training/golden_values.py Tests/Fixtures/Goldens/lip-networks.safetensors

The networks run here in PyTorch with weights and inputs that the tests make again by themselves: each
tensor is a sequence of SplitMix64 that starts from its name (`Tests/Fixtures/SyntheticLipModel.swift`).
So the file holds results alone, of the networks in their real sizes.
"""

import pathlib
import sys

import numpy as np
import torch
from safetensors.numpy import save_file

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from viseme_training import adapter, agreement, baselines, fusion, lips  # noqa: E402

FRAMES, LIP_FRAMES = 200, 120
EVERY = 8
DIRECTIONS = 6
ABSENT = range(10, 13)
FROZEN = range(40, 52)


def words(name, count):
    """The first `count` words of SplitMix64 seeded with the FNV-1a hash of `name`."""
    seed = 0xCBF29CE484222325
    for byte in name.encode():
        seed = (seed ^ byte) * 0x100000001B3 % 2**64
    with np.errstate(over="ignore"):
        word = np.uint64(seed) + np.arange(1, count + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
        word = (word ^ word >> np.uint64(30)) * np.uint64(0xBF58476D1CE4E5B9)
        word = (word ^ word >> np.uint64(27)) * np.uint64(0x94D049BB133111EB)
    return word ^ word >> np.uint64(31)


def uniform(name, shape, spread, centre=0.0):
    """Numbers within `spread` of `centre`, all arithmetic in f32."""
    unit = (words(name, int(np.prod(shape))) >> np.uint64(40)).astype(np.float32) * np.float32(2**-23) - np.float32(1)
    return (np.float32(centre) + np.float32(spread) * unit).reshape(shape)


def weight(name, shape):
    """The synthetic tensor `name` of a network."""
    if name.endswith("norm.weight"):
        return uniform(name, shape, 0.3, 1)
    if name.endswith(".slope"):
        return uniform(name, shape, 3.5, 4)
    if name.endswith(".shift"):
        return uniform(name, shape, 0.06)
    if name.endswith(".bias"):
        return uniform(name, shape, 0.1)
    return uniform(name, shape, np.sqrt((12 if ".convolutions." in name else 3) / np.prod(shape[1:])))


def filled(network, scope):
    """The network with its synthetic weights; batch norms pass on what they get, plus a bias."""
    state = network.state_dict()
    for name, value in state.items():
        shape = tuple(value.shape)
        if name.startswith("norms."):
            kind = name.split(".")[-1]
            bias = f"{scope}.convolutions.{name.split('.')[1]}.bias"
            ours = {
                "weight": np.ones(shape),
                "bias": weight(bias, shape),
                "running_mean": np.zeros(shape),
                "running_var": np.full(shape, 1 - 1e-5),
                "num_batches_tracked": np.array(0),
            }[kind]
        elif name in ("opening", "temperature", "share"):
            ours = {"opening": np.array([0.25, 0.75]), "temperature": np.array(0.0), "share": np.array([0.5])}[name]
        else:
            ours = weight(f"{scope}.{name}", shape)
        state[name] = torch.from_numpy(np.asarray(ours)).to(value.dtype)
    network.load_state_dict(state)
    return network.eval()


def scene():
    """What the networks are given: quality [S, 6], times [S] and which lip frames are present [S]."""
    quality = uniform("quality", (LIP_FRAMES, 6), 0.5, 0.5)
    quality[:, 4], quality[:, 5] = 0, 1
    quality[list(ABSENT), 5] = 0
    quality[list(FROZEN), 4] = 0.5
    times = (np.arange(LIP_FRAMES) / 25 + 0.02 - 0.013).astype(np.float32)
    return quality, times, (quality[:, 5] >= 0.5) & (quality[:, 4] <= 0.3)


def adapter_values(x):
    """Change and result of the adapter."""
    network = filled(adapter.Adapter(), "adapter")
    a, n = network(x)
    return {"adapter.change": network.change(x)[0, ::EVERY], "adapter.noisiness": n, "adapter.output": a[0, ::EVERY]}


def lip_values(times, present):
    """Features and embeddings of the lip encoder, and how far the face is from the known."""
    network = filled(lips.LipEncoder(), "lips")
    crops = (words("crops", LIP_FRAMES * 80 * 80) >> np.uint64(56)).astype(np.uint8).reshape(-1, 80, 80)
    windows = torch.from_numpy(crops[:, 4:76, 4:76].astype(np.float32))[None]
    values, features = network(windows, times[None], present[None])
    return {
        "lips.features": features[0, ::EVERY],
        "lips.embeddings": values[0, ::EVERY],
        "known.distance": known_distance(features[0][present].mean(0)),
    }


def known_distance(feature):
    """The distance of a mean feature from a density whose basis takes every DIRECTIONS-th value each."""
    difference = feature.double() - torch.from_numpy(uniform("known.mean", (192,), 0.5))
    basis = np.zeros((DIRECTIONS, 192), np.float32)
    for i in range(DIRECTIONS):
        signs = np.sign(uniform(f"known.basis.{i}", (192,), 1))
        basis[i, i::DIRECTIONS] = signs[i::DIRECTIONS] * np.float32((192 / DIRECTIONS) ** -0.5)
    along = torch.from_numpy(basis).double() @ difference
    rest = difference - along @ torch.from_numpy(basis).double()
    scale = torch.from_numpy(uniform("known.scale", (DIRECTIONS,), 0.5, 1)).double()
    return ((along / scale) ** 2).sum()[None] + (rest**2).sum() / 0.75**2


def agreement_values(audio, embeddings, times, present):
    """The score, and its curve over 15 frames either way."""
    network = filled(agreement.Agreement(), "agreement")
    u = network.lip_vectors(embeddings)
    v = agreement.paired(u, network.audio_vectors(audio), times[None])
    sums = []
    for s in range(-15, 16):
        pairs = [(k + s, k) for k in range(LIP_FRAMES) if 0 <= k + s < LIP_FRAMES and present[k] and present[k + s]]
        sums.append(sum(float(u[0, i] @ v[0, j]) for i, j in pairs) / len(pairs))
    return {"agreement.score": agreement.score(u, v, present[None]), "agreement.curve": torch.tensor(sums)}


def fusion_values(audio, embeddings, quality, times, present):
    """What lips would add, the gates with their hard rules, and the result."""
    network = filled(fusion.Fusion(), "fusion")
    audio_times = agreement.audio_times(FRAMES)[None]
    nearest = fusion.nearest_quality(quality[None], times[None], audio_times)
    told = torch.tensor([0.3]), torch.tensor([0.6])
    change, logit = network(audio, embeddings, audio_times, times[None], present[None], nearest, *told)
    gate = torch.sigmoid(logit[0])
    distance = (audio_times[0][:, None] - times[present][None]).abs().min(1).values
    gate[(distance > 0.1) | (gate < 0.02)] = 0
    return {
        "fusion.change": change[0, ::EVERY],
        "fusion.gate": gate,
        "fusion.output": (audio[0] + gate[:, None] * change[0])[::EVERY],
    }


def baseline_values(audio, embeddings, times, present):
    """Early fusion, and what late fusion makes of the lips."""
    early, late = filled(baselines.Early(), "early"), filled(baselines.Late(), "late")
    seen = embeddings, times[None], present[None]
    return {"early.output": early(audio, *seen)[0, ::EVERY], "late.output": late(*seen, FRAMES)[0, ::EVERY]}


@torch.no_grad()
def main():
    """Writes the values and prints the size of each."""
    quality, times, present = (torch.from_numpy(part) for part in scene())
    audio = torch.from_numpy(uniform("audio", (1, FRAMES, 288), 1.7))
    embeddings = torch.from_numpy(uniform("lips", (1, LIP_FRAMES, 192), 1.7))
    values = {
        **adapter_values(audio),
        **lip_values(times, present),
        **agreement_values(audio, embeddings, times, present),
        **fusion_values(audio, embeddings, quality, times, present),
        **baseline_values(audio, embeddings, times, present),
        "quality": quality,
        "times": times,
    }
    arrays = {name: np.ascontiguousarray(value.float().numpy()) for name, value in values.items()}
    save_file(arrays, sys.argv[1])
    for name, array in arrays.items():
        print(name, array.shape, float(np.abs(array).mean()), float(np.abs(array).max()))


if __name__ == "__main__":
    main()
