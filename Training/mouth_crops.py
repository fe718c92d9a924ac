"""Writes mouth crops of GRID clips as `viseme export` does (crops, quality, first, audio).

python Training/mouth_crops.py ../shared/data/grid /tmp/crops
"""

import argparse
import pathlib

import torch
from safetensors.numpy import save_file

from viseme_training import audio, mouth


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("grid", type=pathlib.Path)
    parser.add_argument("output", type=pathlib.Path)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    detector = mouth.face_detector()
    clips = [p for p in sorted(arguments.grid.glob("s*/*")) if p.suffix in (".mkv", ".mp4", ".mpg")]
    for number, path in enumerate(clips):
        target = arguments.output / path.parent.name / (path.stem + ".safetensors")
        if target.exists():
            continue
        made = mouth.crops_of(path, detector)
        if made is None:
            print(f"{path}: no face", flush=True)
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        crops, quality = made
        first = torch.zeros(1, dtype=torch.int64).numpy()
        tensors = {"crops": crops, "quality": quality, "first": first, "audio": audio.decode(path)}
        save_file(tensors, target, metadata={"source": path.name})
        if number % 50 == 0:
            print(f"{number} of {len(clips)}", flush=True)


if __name__ == "__main__":
    main()
