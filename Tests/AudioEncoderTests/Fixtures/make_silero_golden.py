#!/usr/bin/env python3
"""Makes silero_golden.json: what ONNX Runtime says of two recordings.

Usage: make_silero_golden.py GRAPH WEIGHTS DATA > silero_golden.json
GRAPH is silero_vad/data/silero_vad_16k_op15.onnx and WEIGHTS silero_vad_16k.safetensors of the
wheel silero-vad 6.2.3, DATA the folder with jfk.flac. The two files of the wheel hold the same
network after different training (every tensor but the Fourier basis differs), so the weights in
use are put into the graph before it runs; GRAPH instead of WEIGHTS keeps the graph's own.
Needs numpy, onnx, onnxruntime, safetensors and the ffmpeg program.
"""
import json
import subprocess
import sys

import numpy
import onnx
import onnxruntime
from onnx import numpy_helper
from safetensors.numpy import load_file

CHUNK, CONTEXT = 512, 64
# The first is resampled from 44.1 kHz stereo by ffmpeg, as the test does; the second is as it lies.
CLIPS = [("jfk.flac", 11.0), ("ami/ES2003a_000-030s.flac", 12.01)]
NAMES = {
    "model.stft.forward_basis_buffer": "stft_conv.weight",
    **{
        f"model.encoder.{i}.reparam_conv.{part}": f"conv{i + 1}.{part}"
        for i in range(4)
        for part in ("weight", "bias")
    },
    **{
        f"model.decoder.rnn.{part}": f"lstm_cell.{part}"
        for part in ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
    },
    "model.decoder.decoder.2.weight": "final_conv.weight",
    "model.decoder.decoder.2.bias": "final_conv.bias",
}


def session(graph, weights):
    model = onnx.load(graph)
    if weights != graph:
        tensors = load_file(weights)
        names = dict(NAMES)
        for initializer in model.graph.initializer:
            name = names.pop(initializer.name, None)
            if name:
                tensor = tensors[name]
                assert list(tensor.shape) == list(initializer.dims), name
                initializer.CopyFrom(numpy_helper.from_array(tensor, initializer.name))
        assert not names, f"not in the graph: {list(names)}"
    return onnxruntime.InferenceSession(
        model.SerializeToString(), providers=["CPUExecutionProvider"])


def samples(path, seconds):
    command = ["ffmpeg", "-v", "error", "-i", path]
    command += ["-ac", "1", "-ar", "16000", "-f", "f32le", "-"]
    data = subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout
    return numpy.frombuffer(data, numpy.float32)[: round(seconds * 16000)]


def probabilities(network, signal):
    count = -(-len(signal) // CHUNK)
    padded = numpy.pad(signal, (CONTEXT, count * CHUNK - len(signal)))
    state = numpy.zeros((2, 1, 128), numpy.float32)
    rate = numpy.array(16000, numpy.int64)
    result = []
    for start in range(0, count * CHUNK, CHUNK):
        chunk = padded[None, start : start + CONTEXT + CHUNK]
        output, state = network.run(None, {"input": chunk, "state": state, "sr": rate})
        result.append(round(float(output[0, 0]), 6))
    return result


def main():
    graph, weights, data = sys.argv[1:]
    network = session(graph, weights)
    clips = []
    for name, seconds in CLIPS:
        signal = samples(f"{data}/{name}", seconds)
        clips.append({
            "file": name,
            "samples": len(signal),
            "probabilities": probabilities(network, signal),
        })
    json.dump({"model": "silero-vad 6.2.3", "clips": clips}, sys.stdout)
    print()


if __name__ == "__main__":
    main()
