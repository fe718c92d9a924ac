#!/usr/bin/env python3
"""Measures the mixtures that `viseme eval --save-audio` keeps: their signal-to-noise ratios, by an
implementation of its own, whether a seed gives the same bytes again, and whether another one gives
others. Needs numpy.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import tempfile
import wave
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from harness import levels, report

FOLDER = "librispeech/test-other"
NOISES = ["noise/places_cafe.opus", "noise/things_keyboard.opus", "noise/pink-noise.opus"]
RATIOS = "20,10,5,0,-5"


def parse() -> argparse.Namespace:
    parser = report.parser(__doc__)
    parser.add_argument("--limit", type=int, default=10, help="utterances")
    return parser.parse_args()


def mixtures(options: argparse.Namespace, seed: int, folder: Path) -> Path:
    """Runs the evaluation into a folder of its own."""
    target = folder / str(len(list(folder.iterdir())))
    noises = ["babble", "babble:30", "white", "pink", *(str(options.data / name) for name in NOISES)]
    command = [options.viseme, "eval", options.data / "MANIFEST.tsv", "--only", FOLDER]
    command += ["--limit", options.limit, "--noise", ",".join(noises), f"--snr={RATIOS}"]
    command += ["--seed", seed, "--save-audio", "--quiet", "--output-dir", target]
    subprocess.run(list(map(str, command)), check=True)
    return target


def samples(path: Path) -> np.ndarray:
    with wave.open(str(path)) as file:
        return np.frombuffer(file.readframes(file.getnframes()), "<i2") / 32768


def recording(path: Path) -> np.ndarray:
    command = ["ffmpeg", "-nostdin", "-v", "error", "-i", str(path), "-f", "f32le", "-ac", "1"]
    data = subprocess.run([*command, "-ar", "16000", "-"], check=True, capture_output=True).stdout
    return np.frombuffer(data, "<f4")


def deviations(target: Path) -> Iterator[tuple[str, float]]:
    """Noise and measured less requested ratio, mixture by mixture."""
    document = json.loads((target / "report.json").read_text(encoding="utf-8"))
    speech = {said["id"]: recording(Path(said["path"])) for said in document["utterances"]}
    active = {name: levels.active_level(signal) for name, signal in speech.items()}
    for cell in document["cells"]:
        for result in cell["results"]:
            name, scale = result["utterance"], result["gains"]["overall"]
            noise = samples(target / result["audio"]) - scale * speech[name]
            ratio = active[name] + 20 * np.log10(scale) - levels.level(noise)
            yield cell["noise"], float(ratio - cell["snr"])


def main() -> None:
    options = parse()
    with tempfile.TemporaryDirectory(prefix="viseme-mixing-") as name:
        folder = Path(name)
        first, again, other = (mixtures(options, seed, folder) for seed in (1, 1, 2))
        found: dict[str, list[float]] = {}
        for noise, deviation in deviations(first):
            found.setdefault(noise, []).append(deviation)
        rows = [[noise, len(all), f"{max(map(abs, all)):.4f}"] for noise, all in found.items()]
        print(report.table(["noise", "mixtures", "largest deviation, dB"], rows))
        files = sorted(path.relative_to(first) for path in first.rglob("*.wav"))
        same = sum((first / path).read_bytes() == (again / path).read_bytes() for path in files)
        others = {path.read_bytes() for path in other.rglob("*.wav")}
        shared = sum((first / path).read_bytes() in others for path in files)
        print(f"\n{len(files)} mixtures: {same} the same with the same seed, {shared} with another")
    report.finish(options, {"deviations": found, "mixtures": len(files), "same": same, "shared": shared})


if __name__ == "__main__":
    main()
