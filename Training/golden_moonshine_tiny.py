#!/usr/bin/env python3
"""Logits of Moonshine tiny-en with keys and values in 8 bits, for the tests of the Swift implementation.

    python3 Training/golden_moonshine_tiny.py MODEL GOLDEN Tests/Fixtures/Goldens/moonshine-tiny.safetensors

transformers' decoder, with the weights of MODEL (`viseme models install` keeps them as
`moonshine-tiny-en/model.safetensors`), reads the embeddings of a clip of GOLDEN (`golden.npz` of the shared
references), as it is and with keys and values rounded (`golden_moonshine.py`); the latter is kept.
"""

import sys

import golden_moonshine
import numpy as np
import torch
from safetensors.numpy import load_file, save_file
from transformers import MoonshineConfig, MoonshineForConditionalGeneration
from transformers.models.moonshine import modeling_moonshine

CLIP = "jfk3s"
TINY = MoonshineConfig(
    hidden_size=288,
    intermediate_size=1152,
    encoder_num_hidden_layers=6,
    decoder_num_hidden_layers=6,
    rope_parameters={"rope_type": "default", "rope_theta": 10000.0, "partial_rotary_factor": 0.9},
    attn_implementation="eager",
)


def tensor(file, name):
    """A tensor of the model's file, its 8 bits widened to f32."""
    if file[name].dtype != np.uint8:
        return torch.from_numpy(file[name])
    codes = file[name].astype(np.float32) - file[f"{name}.zero_point"].astype(np.float32)
    return torch.from_numpy(codes * file[f"{name}.scale"])


@torch.no_grad()
def main():
    file, golden = load_file(sys.argv[1]), np.load(sys.argv[2])
    network = MoonshineForConditionalGeneration(TINY).eval()
    for name, value in network.state_dict().items():
        if name != "proj_out.weight":
            value.copy_(tensor(file, name))
    golden_moonshine.mark(network)
    heard = modeling_moonshine.MoonshineEncoderModelOutput(
        last_hidden_state=torch.from_numpy(golden[f"{CLIP}.encoder_out"].reshape(1, -1, TINY.hidden_size))
    )
    golden_moonshine.TOKENS = len(golden[f"{CLIP}.max_logit_per_step_f32"])
    exact, rounded = golden_moonshine.both(CLIP, network, heard)
    step = golden[f"{CLIP}.step0_logits_f32"][:: golden_moonshine.EVERY]
    print(f"transformers is within {np.abs(exact['logits'] - step).max() / np.abs(step).max():.1e} of GOLDEN")
    save_file({name: np.ascontiguousarray(value) for name, value in rounded.items()}, sys.argv[3])


if __name__ == "__main__":
    main()
