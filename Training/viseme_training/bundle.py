"""The exported weights, and the same network put together from checkpoints."""

import os

import torch
from safetensors.torch import load_file, save_file

from viseme_training import store
from viseme_training.whole import Whole


def of_checkpoints(work, weights=None):
    """The network from the exported file, or from adapter-final.pt, fusion.pt and calibration.pt in `work`."""
    whole = Whole().eval()
    if weights is not None:
        load(whole, load_file(weights))
        return whole
    whole.adapter.load_state_dict(store.load(work / "adapter-final.pt")["network"])
    if state := store.load(work / "fusion.pt"):
        whole.reader.load_state_dict(state["network"])
    if state := store.load(work / "calibration.pt"):
        whole.known.load_state_dict(state["known"])
        whole.switch.load_state_dict(state["switch"])
    else:
        whole.known.threshold += 1e9
    return whole


def control(work):
    """The control: the same adapter and layers, lips set to zero."""
    whole = Whole(blind=True).eval()
    whole.adapter.load_state_dict(store.load(work / "adapter-final.pt")["network"])
    whole.reader.load_state_dict(store.load(work / "control.pt")["network"])
    return whole


SCOPES = {
    "adapter.": "adapter.",
    "lips.": "reader.lips.",
    "agreement.": "reader.agreement.",
    "fusion.": "reader.fusion.",
}
SCOPES |= {"known.": "known.", "switch.": "switch."}
BASELINES = ("early.", "late.")
"""What a file may hold besides, for comparison (train_baselines.py)."""


def fold(convolution, normal):
    """Weight and bias of a convolution with its batch norm (evaluation statistics) folded in."""
    factor = normal.weight / (normal.running_var + normal.eps).sqrt()
    return convolution.weight * factor[:, None, None, None], normal.bias - normal.running_mean * factor


@torch.no_grad()
def tensors(whole, scopes=tuple(SCOPES)):
    """Name -> f32 tensor of everything that the program reads of these scopes, batch norm folded."""
    state, named = whole.state_dict(), {}
    for scope in scopes:
        place = SCOPES[scope]
        for name, value in state.items():
            if name.startswith(place) and not name.startswith(("reader.lips.norms", "reader.lips.convolutions")):
                named[scope + name.removeprefix(place)] = value.float().contiguous()
    named.pop("agreement.temperature", None)
    lips = whole.reader.lips
    for i, (convolution, normal) in enumerate(zip(lips.convolutions, lips.norms)):
        weight, bias = fold(convolution, normal)
        named[f"lips.convolutions.{i}.weight"], named[f"lips.convolutions.{i}.bias"] = weight.contiguous(), bias
    return named


def stored(named):
    """Matrices and kernels as f16, all else as f32; what is about faces stays f32."""
    small = ("known.", "switch.")
    return {n: v.half() if v.dim() >= 2 and not n.startswith(small) else v.float() for n, v in named.items()}


# The speech model whose embeddings the networks are trained on; no other can use them.
AUDIO_MODEL = "moonshine-tiny-en"


def write(named, path, about):
    """Writes a weights file, whole or not at all, that others may read as the umask says."""
    part = path.with_name(path.name + ".part")
    save_file(named, part, metadata={"audio_model": AUDIO_MODEL, **(about or {})})
    mask = os.umask(0)
    os.umask(mask)
    os.chmod(part, 0o666 & ~mask)
    os.replace(part, path)


@torch.no_grad()
def load(whole, named):
    """Puts exported tensors into the network; batch norms become identities with the folded bias."""
    places = {scope: place for scope, place in SCOPES.items()}
    state = whole.state_dict()
    for name, value in named.items():
        if name.startswith(BASELINES):
            continue
        scope = name[: name.index(".") + 1]
        if name.startswith("lips.convolutions.") and name.endswith(".bias"):
            state["reader.lips.norms." + name.split(".")[2] + ".bias"].copy_(value)
            continue
        state[places[scope] + name.removeprefix(scope)].copy_(value)
    for normal in whole.reader.lips.norms:
        normal.running_mean.zero_()
        normal.running_var.fill_(1 - normal.eps)
        normal.weight.fill_(1)
