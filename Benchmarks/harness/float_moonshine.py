"""Moonshine tiny-en over a whole recording in float32 with numpy: the control for accuracy.

Written from docs/lab/MODEL.md for plainness, not speed. Weights are those that `viseme models install`
puts into model.safetensors: 8-bit values with one scale and zero point for each tensor. Greedy
decoding without cutting; at most 6.5 tokens for each second, as the model's makers do it.
"""

from __future__ import annotations

import json
import math
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]

LAYERS, HEADS, ROTATED, THETA = 6, 8, 32, 10_000.0
START, END, FIRST_SPECIAL = 1, 2, 32_000
SAMPLE_RATE, TOKENS_PER_SECOND, SHORTEST = 16_000, 6.5, 895


def read_weights(path: Path) -> dict[str, Array]:
    """Every tensor as float32: (q - zero point) * scale for the 8-bit ones."""
    data = np.memmap(path, dtype=np.uint8, mode="r")
    size = int.from_bytes(data[:8].tobytes(), "little")
    header = json.loads(data[8 : 8 + size].tobytes())
    body = data[8 + size :]
    kinds = {"U8": np.uint8, "F32": np.float32}
    raw = {
        name: np.frombuffer(body[slice(*entry["data_offsets"])].tobytes(), kinds[entry["dtype"]])
        .reshape(entry["shape"])
        for name, entry in header.items()
        if name != "__metadata__"
    }
    return {name: _dequantised(raw, name) for name in raw if not name.endswith((".scale", ".zero_point"))}


def _dequantised(raw: dict[str, NDArray[Any]], name: str) -> Array:
    tensor = raw[name]
    if tensor.dtype != np.uint8:
        return tensor
    return (tensor.astype(np.float32) - np.float32(raw[f"{name}.zero_point"][0])) * raw[f"{name}.scale"][0]


def read_tokens(path: Path) -> list[bytes]:
    """tokenizer.bin: entries of a length (one byte, or two from 128 up) and that many bytes."""
    data, tokens, place = path.read_bytes(), [], 0
    while place < len(data):
        length, place = data[place], place + 1
        if length >= 128:
            length, place = data[place] * 128 + length - 128, place + 1
        tokens.append(data[place : place + length])
        place += length
    return tokens


class FloatMoonshine:
    def __init__(self, folder: Path) -> None:
        self.weights = read_weights(folder / "model.safetensors")
        self.tokens = read_tokens(folder / "tokenizer.bin")

    def transcribe(self, path: Path) -> str:
        return self.text(self.decode(read_samples(path)))

    def text(self, ids: list[int]) -> str:
        joined = b"".join(self.tokens[i] for i in ids if END < i < FIRST_SPECIAL)
        return joined.decode("utf-8", errors="replace").replace("\u2581", " ").strip()

    def decode(self, samples: Array) -> list[int]:
        """Token identifiers without start and end."""
        if len(samples) < SHORTEST:
            return []
        decoder = _Decoder(self.weights, self.encode(samples))
        ids = [START]
        for _ in range(math.ceil(len(samples) / SAMPLE_RATE * TOKENS_PER_SECOND)):
            ids.append(int(np.argmax(decoder.step(ids[-1]))))
            if ids[-1] == END:
                return ids[1:-1]
        return ids[1:]

    def encode(self, samples: Array) -> Array:
        """[samples] to [frames, 288]."""
        w = _Scope(self.weights, "model.encoder.")
        x = np.tanh(_convolve(samples[None], w["conv1.weight"], 64))
        x = (x - x.mean()) / np.sqrt(x.var() + 1e-5)
        x = x * w["groupnorm.weight"][:, None] + w["groupnorm.bias"][:, None]
        x = _gelu(_convolve(x, w["conv2.weight"], 3) + w["conv2.bias"][:, None])
        x = _gelu(_convolve(x, w["conv3.weight"], 2) + w["conv3.bias"][:, None]).T
        positions = np.arange(len(x))
        for layer in range(LAYERS):
            v = _Scope(self.weights, f"model.encoder.layers.{layer}.")
            y = _norm(x, v["input_layernorm.weight"])
            q = _rotate(_heads(y, v["self_attn.q_proj.weight"]), positions)
            k = _rotate(_heads(y, v["self_attn.k_proj.weight"]), positions)
            x = x + _attend(q, k, _heads(y, v["self_attn.v_proj.weight"])) @ v["self_attn.o_proj.weight"].T
            y = _norm(x, v["post_attention_layernorm.weight"])
            y = _gelu(y @ v["mlp.fc1.weight"].T + v["mlp.fc1.bias"])
            x = x + y @ v["mlp.fc2.weight"].T + v["mlp.fc2.bias"]
        return _norm(x, w["layer_norm.weight"])


class _Decoder:
    """One utterance: keys and values of the encoder's frames and of the tokens so far."""

    def __init__(self, weights: dict[str, Array], frames: Array) -> None:
        self.weights = weights
        self.layers = [_Scope(weights, f"model.decoder.layers.{layer}.") for layer in range(LAYERS)]
        self.cross = [
            (_heads(frames, w["encoder_attn.k_proj.weight"]), _heads(frames, w["encoder_attn.v_proj.weight"]))
            for w in self.layers
        ]
        self.past: list[tuple[Array, Array] | None] = [None] * LAYERS
        self.position = 0

    def step(self, token: int) -> Array:
        """Logits [vocabulary] after `token`."""
        embedding = self.weights["model.decoder.embed_tokens.weight"]
        x = embedding[token][None]
        for layer, w in enumerate(self.layers):
            x = x + self._self_attention(layer, _norm(x, w["input_layernorm.weight"]))
            q = _heads(_norm(x, w["post_attention_layernorm.weight"]), w["encoder_attn.q_proj.weight"])
            x = x + _attend(q, *self.cross[layer]) @ w["encoder_attn.o_proj.weight"].T
            y = _norm(x, w["final_layernorm.weight"]) @ w["mlp.fc1.weight"].T + w["mlp.fc1.bias"]
            value, gate = np.split(y, 2, axis=1)
            y = value * gate / (1 + np.exp(-gate))
            x = x + y @ w["mlp.fc2.weight"].T + w["mlp.fc2.bias"]
        self.position += 1
        return embedding @ _norm(x, self.weights["model.decoder.norm.weight"])[0]

    def _self_attention(self, layer: int, y: Array) -> Array:
        w, position = self.layers[layer], np.array([self.position])
        q = _rotate(_heads(y, w["self_attn.q_proj.weight"]), position)
        k = _rotate(_heads(y, w["self_attn.k_proj.weight"]), position)
        v = _heads(y, w["self_attn.v_proj.weight"])
        if (past := self.past[layer]) is not None:
            k, v = np.concatenate([past[0], k], axis=1), np.concatenate([past[1], v], axis=1)
        self.past[layer] = (k, v)
        return _attend(q, k, v) @ w["self_attn.o_proj.weight"].T


class _Scope:
    """Weights whose names start with a prefix."""

    def __init__(self, weights: dict[str, Array], prefix: str) -> None:
        self.weights, self.prefix = weights, prefix

    def __getitem__(self, name: str) -> Array:
        return self.weights[self.prefix + name]


def _convolve(x: Array, weight: Array, stride: int) -> Array:
    """[in, n] with [out, in, width], no padding, to [out, (n - width) / stride + 1]."""
    windows = np.lib.stride_tricks.sliding_window_view(x, weight.shape[2], axis=1)[:, ::stride]
    columns = windows.transpose(0, 2, 1).reshape(-1, windows.shape[1])
    return weight.reshape(len(weight), -1) @ columns


def _gelu(x: Array) -> Array:
    return (0.5 * x * (1 + _erf(x / math.sqrt(2)))).astype(np.float32)


def _erf(x: Array) -> NDArray[np.float64]:
    """Abramowitz and Stegun, formula 7.1.26: within 1.5e-7."""
    t = 1 / (1 + 0.3275911 * np.abs(x.astype(np.float64)))
    series = (0.254829592, -0.284496736, 1.421413741, -1.453152027, 1.061405429)
    polynomial = sum(factor * t ** (power + 1) for power, factor in enumerate(series))
    return np.sign(x) * (1 - polynomial * np.exp(-x.astype(np.float64) ** 2))


def _norm(x: Array, weight: Array) -> Array:
    centred = x - x.mean(axis=-1, keepdims=True)
    return centred / np.sqrt(x.var(axis=-1, keepdims=True) + 1e-5) * weight


def _heads(x: Array, weight: Array) -> Array:
    """[n, 288] projected, to [heads, n, 36]."""
    return (x @ weight.T).reshape(len(x), HEADS, -1).transpose(1, 0, 2)


def _rotate(x: Array, positions: NDArray[np.integer]) -> Array:
    """Rotary embedding of interleaved pairs in the first 32 of 36 dimensions; [heads, n, 36]."""
    frequencies = THETA ** (-np.arange(0, ROTATED, 2) / ROTATED)
    angles = positions[:, None] * frequencies
    cos, sin = np.cos(angles).astype(np.float32), np.sin(angles).astype(np.float32)
    even, odd = x[..., 0:ROTATED:2], x[..., 1:ROTATED:2]
    rotated = x.copy()
    rotated[..., 0:ROTATED:2] = even * cos - odd * sin
    rotated[..., 1:ROTATED:2] = odd * cos + even * sin
    return rotated


def _attend(q: Array, k: Array, v: Array) -> Array:
    """Heads [heads, n, 36] and [heads, m, 36] to [n, 288]."""
    scores = q @ k.transpose(0, 2, 1) / np.float32(6)
    scores = np.exp(scores - scores.max(axis=-1, keepdims=True))
    mixed = scores / scores.sum(axis=-1, keepdims=True) @ v
    return mixed.transpose(1, 0, 2).reshape(q.shape[1], -1)


def read_samples(path: Path) -> Array:
    """16 kHz mono float, through the ffmpeg command."""
    command = ["ffmpeg", "-nostdin", "-v", "error", "-i", str(path), "-map", "0:a:0",
               "-ac", "1", "-ar", str(SAMPLE_RATE), "-f", "f32le", "-"]
    decoded = subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout
    return np.frombuffer(decoded, dtype=np.float32)
