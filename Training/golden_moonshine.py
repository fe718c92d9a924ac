#!/usr/bin/env python3
"""Golden values of Moonshine base, for the tests of the Swift implementation.

    python3 Training/golden_moonshine.py Tests/Fixtures/Goldens/moonshine-base.safetensors

transformers' model runs here in its real sizes, with weights and clips that the tests make again by
themselves (`golden_values.py`); so the file holds names, shapes and results alone. It runs twice: as it is, and
with the decoder's keys and values rounded to 8 bits as `docs/lab/MODEL.md` (Text decoder) has it, so that what rounding
changes and what arithmetic changes can be told apart. A third run, in f64, tells how near two runs with the same rounding
can come: a value between two codes goes to one or the other by its last bit.
"""

import sys

import numpy as np
import torch
from golden_values import uniform, weight
from safetensors.numpy import save_file
from transformers import MoonshineConfig, MoonshineForConditionalGeneration
from transformers.models.moonshine import modeling_moonshine

# As `UsefulSensors/moonshine-base` has them.
BASE = MoonshineConfig(
    hidden_size=416,
    intermediate_size=1664,
    encoder_num_hidden_layers=8,
    decoder_num_hidden_layers=8,
    rope_parameters={"rope_type": "default", "rope_theta": 10000.0, "partial_rotary_factor": 0.62},
    attn_implementation="eager",
)
attend = modeling_moonshine.eager_attention_forward

# Samples of each clip. Of 9 clips looked at, in order, these two have no decision nearer than 0.03 (in logits of
# about 5) and do not write one token over and over; rounding may turn the nearer ones.
CLIPS = {"4": 24_000, "7": 24_000}
TOKENS = 12
EVERY = 8


def on_columns(x):
    """Of the audio, [1, heads, T, dim]: each dimension in 255 steps from its least to its largest value."""
    least = x.amin(2, keepdim=True)
    step = (x.amax(2, keepdim=True) - least) / 255
    return least + step * torch.floor((x - least) / step + 0.5)


def on_rows(x):
    """Of the tokens, [1, heads, T, dim]: each head of a row in 127 steps either way to its largest magnitude."""
    step = x.abs().amax(3, keepdim=True) / 127
    return step * torch.round(x / step)


def attend_in_8_bits(module, query, key, value, *arguments, **options):
    """transformers' attention, with rounded keys and values in the decoder."""
    grid = getattr(module, "grid", lambda x: x)
    return attend(module, query, grid(key), grid(value), *arguments, **options)


def model():
    """The network with its synthetic weights."""
    network = MoonshineForConditionalGeneration(BASE).eval()
    state = network.state_dict()
    for name, value in state.items():
        if name != "proj_out.weight":
            value.copy_(torch.from_numpy(weight(name, tuple(value.shape)).astype(np.float32)))
    mark(network)
    return network


def mark(network):
    """Tells the decoder's layers how `attend_in_8_bits` rounds in them."""
    for layer in network.model.decoder.layers:
        layer.self_attn.grid, layer.encoder_attn.grid = on_rows, on_columns


def written(network, encoded):
    """What greedy decoding writes: logits of the first step, the largest of each step, tokens; and the least margin."""
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
    found = {"logits": first, "largest": np.array(largest, np.float32), "ids": np.array(ids, np.int32)}
    return found, min(margins)


def both(name, network, encoded):
    """What is written with exact and with rounded keys and values."""
    found = []
    for attention in (attend, attend_in_8_bits):
        modeling_moonshine.eager_attention_forward = attention
        values, margin = written(network, encoded)
        print(name, values["ids"].tolist(), f"least margin {margin:.3f}")
        found.append(values)
    modeling_moonshine.eager_attention_forward = attend
    exact, rounded = found
    for part in ("logits", "largest"):
        moved = np.abs(rounded[part] - exact[part]).max() / np.abs(exact[part]).max()
        print(name, part, f"rounding moves them by {moved:.1e}")
    return found


def in_double(name, network, samples, rounded):
    """Prints by how much f64 moves what is written with rounded keys and values; the network is f32 before and after."""
    modeling_moonshine.eager_attention_forward = attend_in_8_bits
    found, _ = written(network.double(), network.model.encoder(samples.double()))
    modeling_moonshine.eager_attention_forward = attend
    network.float()
    for part in ("logits", "largest"):
        moved = np.abs(rounded[part] - found[part]).max() / np.abs(found[part]).max()
        print(name, part, f"with rounding, f64 moves them by {moved:.1e}")


@torch.no_grad()
def values(network, name, count):
    """Every eighth frame of the encoder's output, and what is written with exact and with rounded keys and values."""
    samples = torch.from_numpy(uniform(f"clip.{name}", (1, count), 0.5))
    encoded = network.model.encoder(samples)
    exact, rounded = both(name, network, encoded)
    in_double(name, network, samples, rounded)
    return (
        {f"{name}.encoder": encoded.last_hidden_state[0, ::EVERY].numpy()}
        | {f"{name}.{part}": value for part, value in exact.items()}
        | {f"{name}.rounded.{part}": value for part, value in rounded.items()}
    )


def main():
    network = model()
    lines = [f"{n} {' '.join(map(str, v.shape))}" for n, v in network.state_dict().items() if n != "proj_out.weight"]
    arrays = {"tensors": np.frombuffer("\n".join(sorted(lines)).encode(), np.uint8)}
    for name, count in CLIPS.items():
        arrays |= values(network, name, count)
    save_file({name: np.ascontiguousarray(value) for name, value in arrays.items()}, sys.argv[1])


if __name__ == "__main__":
    main()
