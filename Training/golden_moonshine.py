#!/usr/bin/env python3
"""Golden values of Moonshine base, for the tests of the Swift implementation.

    python3 Training/golden_moonshine.py Tests/Fixtures/Goldens/moonshine-base.safetensors

transformers' model runs here in its real sizes, with weights and clips that the tests make again by
themselves (`golden_values.py`); so the file holds names, shapes and results alone.
"""

import sys

import numpy as np
import torch
from golden_values import uniform, weight
from safetensors.numpy import save_file
from transformers import MoonshineConfig, MoonshineForConditionalGeneration

# As `UsefulSensors/moonshine-base` has them.
BASE = MoonshineConfig(
    hidden_size=416,
    intermediate_size=1664,
    encoder_num_hidden_layers=8,
    decoder_num_hidden_layers=8,
    rope_parameters={"rope_type": "default", "rope_theta": 10000.0, "partial_rotary_factor": 0.62},
    attn_implementation="eager",
)
# Samples of each clip. Of 9 clips looked at, in order, these two have no decision nearer than 0.03 (in logits of
# about 5) and do not write one token over and over; rounding may turn the nearer ones.
CLIPS = {"4": 24_000, "7": 24_000}
TOKENS = 12
EVERY = 8


def model():
    """The network with its synthetic weights."""
    network = MoonshineForConditionalGeneration(BASE).eval()
    state = network.state_dict()
    for name, value in state.items():
        if name != "proj_out.weight":
            value.copy_(torch.from_numpy(weight(name, tuple(value.shape)).astype(np.float32)))
    return network


@torch.no_grad()
def values(network, name, count):
    """Every eighth frame of the encoder's output, and what greedy decoding writes, step by step."""
    samples = torch.from_numpy(uniform(f"clip.{name}", (1, count), 0.5))
    encoded = network.model.encoder(samples)
    heard = encoded.last_hidden_state
    ids, largest, margins = [1], [], []
    for _ in range(TOKENS):
        output = network(encoder_outputs=encoded, decoder_input_ids=torch.tensor([ids]), use_cache=False)
        logits = output.logits[0, -1]
        if not largest:
            first = logits.numpy()[::EVERY]
        best = torch.topk(logits, 2).values
        largest.append(best[0].item())
        margins.append((best[0] - best[1]).item())
        ids.append(int(logits.argmax()))
    print(name, heard.shape, ids, f"least margin {min(margins):.3f}")
    return {
        f"{name}.encoder": heard[0, ::EVERY].numpy(),
        f"{name}.logits": first,
        f"{name}.largest": np.array(largest, np.float32),
        f"{name}.ids": np.array(ids, np.int32),
    }


def main():
    network = model()
    lines = [f"{n} {' '.join(map(str, v.shape))}" for n, v in network.state_dict().items() if n != "proj_out.weight"]
    arrays = {"tensors": np.frombuffer("\n".join(sorted(lines)).encode(), np.uint8)}
    for name, count in CLIPS.items():
        arrays |= values(network, name, count)
    save_file({name: np.ascontiguousarray(value) for name, value in arrays.items()}, sys.argv[1])


if __name__ == "__main__":
    main()
