"""Runs the moonshine-voice package's two model files directly by ONNX Runtime, on given segments.

Prints JSON: the text, wall and processor seconds inside the two models' runs ("model_wall",
"model_cpu"), and the tokens written. Run as a module by the benchmarks:
`python -m harness.direct RECORDING SEGMENTS.json`, the segments as [[start, end], ...] in seconds.

One thread, prepacked weights, greedy decoding with cached keys and values, which stay in the
runtime's memory between steps; of the outputs only those are asked for that the next step reads.
"""

from __future__ import annotations

import importlib.util
import json
import math
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime as ort

from harness.float_moonshine import (
    END, FIRST_SPECIAL, SAMPLE_RATE, SHORTEST, START, TOKENS_PER_SECOND, Array, read_samples, read_tokens,
)

LAYERS, HEADS, HEAD_SIZE = 6, 8, 36
MARGIN = 0.25  # seconds around a segment's words, as viseme cuts it

Values = dict[str, "ort.OrtValue"]


class Models:
    """The two sessions, and the time spent in their runs."""

    def __init__(self, folder: Path) -> None:
        self.encoder = _session(folder / "encoder_model.ort")
        self.decoder = _session(folder / "decoder_model_merged.ort")
        self.wall = self.cpu = 0.0

    def run(self, session: ort.InferenceSession, outputs: list[str], inputs: Values) -> Values:
        wall, cpu = time.perf_counter(), time.process_time()
        values = session.run_with_ort_values(outputs, inputs)
        self.wall += time.perf_counter() - wall
        self.cpu += time.process_time() - cpu
        return dict(zip(outputs, values, strict=True))

    def decode(self, samples: Array) -> list[int]:
        """Tokens of one segment, without start and end."""
        mask = _value(np.ones((1, len(samples)), np.int64))
        audio = {"input_values": _value(samples[None]), "attention_mask": mask}
        hidden = self.run(self.encoder, ["last_hidden_state"], audio)["last_hidden_state"]
        past = _empty_past()
        ids = [START]
        for step in range(math.ceil(len(samples) / SAMPLE_RATE * TOKENS_PER_SECOND)):
            inputs = past | {
                "encoder_attention_mask": mask,
                "encoder_hidden_states": hidden,
                "input_ids": _value(np.array([[ids[-1]]], np.int64)),
                "use_cache_branch": _value(np.array([step > 0])),
            }
            # The audio's keys and values are computed in the first step and stay valid.
            fresh = [name for name in past if step == 0 or ".decoder." in name]
            outputs = ["logits", *(name.replace("past_key_values", "present") for name in fresh)]
            found = self.run(self.decoder, outputs, inputs)
            past |= {name: found[name.replace("past_key_values", "present")] for name in fresh}
            ids.append(int(found["logits"].numpy()[0, -1].argmax()))
            if ids[-1] == END:
                break
        return [token for token in ids[1:] if token != END]


def _session(path: Path) -> ort.InferenceSession:
    options = ort.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.add_session_config_entry("session.disable_prepacking", "0")
    return ort.InferenceSession(path, options, providers=["CPUExecutionProvider"])


def _value(array: Any) -> ort.OrtValue:
    return ort.OrtValue.ortvalue_from_numpy(np.ascontiguousarray(array))


def _empty_past() -> Values:
    """What the first step is given: it does not look at it."""
    nothing = _value(np.zeros((1, HEADS, 1, HEAD_SIZE), np.float32))
    return {
        f"past_key_values.{layer}.{side}.{kind}": nothing
        for layer in range(LAYERS) for side in ("decoder", "encoder") for kind in ("key", "value")
    }


def model_folder() -> Path:
    """The package's model files, found without importing the package."""
    package = importlib.util.find_spec("moonshine_voice")
    if package is None or package.origin is None:
        sys.exit("moonshine-voice is not installed: see Benchmarks/requirements.txt")
    return Path(package.origin).parent / "assets" / "tiny-en"


def main(path: str, segments: str) -> None:
    samples = read_samples(Path(path))
    folder = model_folder()
    models = Models(folder)
    tokens = read_tokens(folder / "tokenizer.bin")
    texts, count = [], 0
    for start, end in json.loads(Path(segments).read_text(encoding="utf-8")):
        first, last = (round(second * SAMPLE_RATE) for second in (max(start - MARGIN, 0), end + MARGIN))
        if len(samples[first:last]) < SHORTEST:
            continue
        ids = models.decode(samples[first:last])
        count += len(ids)
        joined = b"".join(tokens[token] for token in ids if END < token < FIRST_SPECIAL)
        texts.append(joined.decode("utf-8", errors="replace").replace("\u2581", " ").strip())
    print(json.dumps({"text": " ".join(texts), "model_wall": models.wall, "model_cpu": models.cpu,
                      "tokens": count}))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
