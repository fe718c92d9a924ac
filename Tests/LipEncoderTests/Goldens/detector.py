#!/usr/bin/env python3
"""Writes what facenet-pytorch 2.6.0 finds in raw pictures, for FaceDetectorParityTests.

    VISEME_TEST_FRAMES=DIR swift test --filter FaceDetectorParityTests
    python3 Tests/LipEncoderTests/Goldens/detector.py DIR > Tests/LipEncoderTests/Goldens/detector.tsv

Needs torch and facenet-pytorch (`pip install --no-deps facenet-pytorch==2.6.0`). Of torchvision
only the suppression of boxes is used, which is written out here, so it need not be installed. Each
line is a face: picture, score, box, then x and y of five landmarks.
"""

from __future__ import annotations

import sys
import types
from pathlib import Path

import numpy as np
import torch


def suppress(boxes: torch.Tensor, scores: torch.Tensor, limit: float) -> torch.Tensor:
    """torchvision.ops.nms: the boxes that stay, best first."""
    area = (boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1])
    covered = [False] * len(boxes)
    kept = []
    for index in torch.argsort(scores, descending=True, stable=True).tolist():
        if covered[index]:
            continue
        kept.append(index)
        low = torch.maximum(boxes[index, :2], boxes[:, :2])
        high = torch.minimum(boxes[index, 2:], boxes[:, 2:])
        common = (high - low).clamp(min=0).prod(1)
        overlap = common / (area[index] + area - common)
        for other in (overlap > limit).nonzero().flatten().tolist():
            covered[other] = True
    return torch.tensor(kept, dtype=torch.int64)


def install_torchvision() -> None:
    """Puts stand-ins where facenet_pytorch imports torchvision."""
    names = ["", ".datasets", ".ops", ".ops.boxes", ".transforms", ".transforms.functional"]
    modules = {name: types.ModuleType("torchvision" + name) for name in names}
    modules[".ops.boxes"].batched_nms = lambda boxes, scores, _, limit: suppress(
        boxes, scores, limit
    )
    modules[""].datasets, modules[""].transforms = modules[".datasets"], modules[".transforms"]
    modules[".transforms"].functional = modules[".transforms.functional"]
    sys.modules.update({"torchvision" + name: module for name, module in modules.items()})


def main() -> None:
    """Reads every `NAME-WIDTHxHEIGHT.rgb` of the folder."""
    install_torchvision()
    from facenet_pytorch.models.mtcnn import ONet, PNet, RNet
    from facenet_pytorch.models.utils.detect_face import detect_face

    networks = PNet(), RNet(), ONet()
    for path in sorted(Path(sys.argv[1]).glob("*.rgb")):
        name, size = path.stem.rsplit("-", 1)
        width, height = map(int, size.split("x"))
        picture = np.fromfile(path, np.uint8).reshape(height, width, 3)
        with torch.no_grad():
            boxes, points = detect_face(picture, 24, *networks, [0.6, 0.7, 0.7], 0.709, "cpu")
        for box, landmarks in zip(boxes[0], points[0]):
            values = [box[4], *box[:4], *landmarks.flatten()]
            print("\t".join([name, *(f"{value:.6f}" for value in values)]))


if __name__ == "__main__":
    main()
