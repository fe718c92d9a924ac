"""Moonshine tiny-en, frozen: the encoder and decoder of docs/lab/MODEL.md in PyTorch.

Weights are read from the program's own file (`viseme models install`) and dequantised to f32.
"""

import math
import os
import pathlib

import torch
import torch.nn.functional as F
from safetensors.torch import load_file

WIDTH, HEADS, HEAD = 288, 8, 36
START, END = 1, 2
DEFAULT = pathlib.Path(os.path.expanduser("~/.local/share/viseme/models/moonshine-tiny-en"))


def dequantised(path):
    """All tensors of a model file as f32; 8-bit ones are put back through their grid."""
    stored = load_file(path)
    tensors = {}
    for name, value in stored.items():
        if name.endswith((".scale", ".zero_point")):
            continue
        if value.dtype == torch.uint8:
            value = (value.float() - stored[name + ".zero_point"].float()) * stored[name + ".scale"]
        tensors[name] = value.float()
    return tensors


def rotate(x, first=0):
    """Rotary positions over the first 32 of 36 values, interleaved; x is [..., T, 36]."""
    steps = torch.arange(first, first + x.shape[-2], dtype=torch.float32)
    angle = steps[:, None] * 10000 ** (-torch.arange(16, dtype=torch.float32) / 16)
    cosine, sine = angle.cos().to(x), angle.sin().to(x)
    u, w = x[..., 0:32:2], x[..., 1:32:2]
    turned = torch.stack([u * cosine - w * sine, w * cosine + u * sine], -1).flatten(-2)
    return torch.cat([turned, x[..., 32:]], -1)


class Moonshine:
    """The frozen network. Nothing in it is trained; gradients pass through the decoder to its input."""

    def __init__(self, folder=DEFAULT):
        folder = pathlib.Path(folder)
        self.weights = dequantised(folder / "model.safetensors")
        self.pieces = read_tokenizer(folder / "tokenizer.bin")

    def in_bfloat16(self):
        """Keeps the decoder's matrices in bfloat16, for training under autocast; returns itself."""
        for name, value in self.weights.items():
            if name.startswith("model.decoder") and value.dim() == 2:
                self.weights[name] = value.bfloat16()
        return self

    def _heads(self, x, name):
        y = F.linear(x, self.weights[name])
        return y.unflatten(-1, (HEADS, HEAD)).transpose(1, 2)

    def _norm(self, x, name):
        return F.layer_norm(x, (WIDTH,), self.weights[name], eps=1e-5)

    def encode(self, samples):
        """Samples [B, N] of equal length -> embeddings [B, T, 288]."""
        w, p = self.weights, "model.encoder."
        x = torch.tanh(F.conv1d(samples[:, None], w[p + "conv1.weight"], stride=64))
        x = F.group_norm(x, 1, w[p + "groupnorm.weight"], w[p + "groupnorm.bias"], 1e-5)
        x = F.gelu(F.conv1d(x, w[p + "conv2.weight"], w[p + "conv2.bias"], stride=3))
        x = F.gelu(F.conv1d(x, w[p + "conv3.weight"], w[p + "conv3.bias"], stride=2))
        h = x.transpose(1, 2)
        for layer in range(6):
            n = f"{p}layers.{layer}."
            y = self._norm(h, n + "input_layernorm.weight")
            q, k, v = (self._heads(y, f"{n}self_attn.{c}_proj.weight") for c in "qkv")
            y = F.scaled_dot_product_attention(rotate(q), rotate(k), v)
            h = h + F.linear(y.transpose(1, 2).flatten(2), w[n + "self_attn.o_proj.weight"])
            y = self._norm(h, n + "post_attention_layernorm.weight")
            y = F.gelu(F.linear(y, w[n + "mlp.fc1.weight"], w[n + "mlp.fc1.bias"]))
            h = h + F.linear(y, w[n + "mlp.fc2.weight"], w[n + "mlp.fc2.bias"])
        return self._norm(h, p + "layer_norm.weight")

    def cross(self, encoded):
        """Keys and values [B, 8, T, 36] of the audio for each decoder layer."""
        names = [f"model.decoder.layers.{i}.encoder_attn." for i in range(6)]
        return [(self._heads(encoded, n + "k_proj.weight"), self._heads(encoded, n + "v_proj.weight")) for n in names]

    def decode(self, tokens, cross, audio_mask=None, cache=None):
        """Tokens [B, L] -> last hidden states [B, L, 288]; audio_mask [B, T] is true where there is audio.

        With `cache` (a list of six, filled here) the tokens go on after those already in it.
        """
        w, p = self.weights, "model.decoder."
        h = w[p + "embed_tokens.weight"][tokens]
        mask = None if audio_mask is None else audio_mask[:, None, None, :]
        first = 0 if cache is None or cache[0] is None else cache[0][0].shape[2]
        for layer in range(6):
            n = f"{p}layers.{layer}."
            y = self._norm(h, n + "input_layernorm.weight")
            q, k, v = (self._heads(y, f"{n}self_attn.{c}_proj.weight") for c in "qkv")
            q, k = rotate(q, first), rotate(k, first)
            if cache is not None:
                if cache[layer] is not None:
                    k, v = torch.cat([cache[layer][0], k], 2), torch.cat([cache[layer][1], v], 2)
                cache[layer] = (k, v)
            y = F.scaled_dot_product_attention(q, k, v, is_causal=tokens.shape[1] > 1)
            h = h + F.linear(y.transpose(1, 2).flatten(2), w[n + "self_attn.o_proj.weight"])
            y = self._norm(h, n + "post_attention_layernorm.weight")
            q = self._heads(y, n + "encoder_attn.q_proj.weight")
            y = F.scaled_dot_product_attention(q, *cross[layer], attn_mask=mask)
            h = h + F.linear(y.transpose(1, 2).flatten(2), w[n + "encoder_attn.o_proj.weight"])
            y = self._norm(h, n + "final_layernorm.weight")
            a, g = F.linear(y, w[n + "mlp.fc1.weight"], w[n + "mlp.fc1.bias"]).chunk(2, -1)
            h = h + F.linear(a * F.silu(g), w[n + "mlp.fc2.weight"], w[n + "mlp.fc2.bias"])
        return self._norm(h, p + "norm.weight")

    def logits(self, hidden, rows=None):
        """Scores of all tokens, or of the tokens `rows` alone."""
        table = self.weights["model.decoder.embed_tokens.weight"]
        return F.linear(hidden, table if rows is None else table[rows])

    @torch.no_grad()
    def greedy(self, encoded, caps, audio_mask=None, prefix=()):
        """Embeddings [B, T, 288] -> token lists, the end token left out; caps: most tokens for each.

        With `prefix` all go on after those tokens, which are not returned.
        """
        return [tokens for tokens, _ in self.greedy_scored(encoded, caps, audio_mask, prefix)]

    @torch.no_grad()
    def greedy_scored(self, encoded, caps, audio_mask=None, prefix=()):
        """The same with the mean log probability of each list, its end token included."""
        cross, cache = self.cross(encoded), [None] * 6
        tokens = torch.tensor([START, *prefix]).expand(len(encoded), -1)
        written, sums = [[] for _ in caps], [0.0] * len(caps)
        done = [False] * len(caps)
        for _ in range(max(caps)):
            scores = self.logits(self.decode(tokens, cross, audio_mask, cache)[:, -1]).float().log_softmax(-1)
            likely, best = scores.max(-1)
            for i, token in enumerate(best.tolist()):
                if done[i]:
                    continue
                sums[i] += float(likely[i])
                if token != END:
                    written[i].append(token)
                done[i] = token == END or len(written[i]) >= caps[i]
            if all(done):
                break
            tokens = best[:, None]
        return [(w, s / (len(w) + 1)) for w, s in zip(written, sums)]

    def text(self, tokens):
        """The text of tokens (docs/lab/MODEL.md, "Tokenizer")."""
        parts = [self.pieces[t] for t in tokens]
        kept = [s for s in parts if not (len(s) > 2 and s[:1] == b"<" and s[-1:] == b">")]
        return b"".join(kept).replace(b"\xe2\x96\x81", b" ").decode(errors="replace").strip()


def read_tokenizer(path):
    """The 32 768 byte strings of tokenizer.bin."""
    data, pieces, at = path.read_bytes(), [], 0
    while at < len(data):
        size, at = data[at], at + 1
        if size >= 128:
            size, at = data[at] * 128 + size - 128, at + 1
        pieces.append(data[at : at + size])
        at += size
    return pieces


def without_loop(tokens):
    """Tokens up to where a phrase goes round in circles, one copy kept (docs/lab/MODEL.md, "Greedy decoding")."""
    for end in range(16, len(tokens) + 1):
        for size in range(1, 41):
            whole = max(16, 4 * size) if size < 8 else 3 * size
            if whole > end:
                break
            tail = tokens[end - whole : end]
            if all(tail[i] == tail[i - size] for i in range(size, whole)):
                return tokens[: end - whole + size]
    return tokens


def token_cap(samples):
    """Most tokens for a clip of that many samples: 6.5 a second, the end token's step included."""
    return min(207, math.ceil(6.5 * samples / 16000))
