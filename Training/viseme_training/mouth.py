"""Mouth crops in Python, by the geometry of `viseme export`, for when its files are not there yet.

Crops are grey, 80x80, u8, at 25 Hz: the square of side 1.25 x (eyes to mouth) around the mouth, eyes
levelled, landmarks averaged over half a second. Quality is the six values of docs/lab/MODEL.md.
"""

import subprocess
import sys
import types

import cv2
import numpy as np
import torch

SIDE = 80
WINDOW = 13


def _pure_nms(boxes, scores, threshold):
    order = scores.argsort(descending=True)
    keep = []
    area = (boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1])
    while order.numel():
        best = order[0]
        keep.append(best)
        rest = order[1:]
        left = torch.maximum(boxes[best, :2], boxes[rest, :2])
        right = torch.minimum(boxes[best, 2:], boxes[rest, 2:])
        overlap = (right - left).clamp(min=0).prod(1)
        order = rest[overlap / (area[best] + area[rest] - overlap) <= threshold]
    return torch.stack(keep) if keep else torch.zeros(0, dtype=torch.long)


def _pure_batched_nms(boxes, scores, groups, threshold):
    if boxes.numel() == 0:
        return torch.zeros(0, dtype=torch.long)
    shift = groups.to(boxes) * (boxes.max() + 1)
    return _pure_nms(boxes + shift[:, None], scores, threshold)


def face_detector():
    """facenet-pytorch's MTCNN; torchvision's compiled NMS is replaced by the same in Python."""
    module = types.ModuleType("torchvision.ops.boxes")
    module.batched_nms, module.nms = _pure_batched_nms, _pure_nms
    vision, transforms = types.ModuleType("torchvision"), types.ModuleType("torchvision.transforms")
    functional = types.ModuleType("torchvision.transforms.functional")
    functional.to_tensor = functional.to_pil_image = None
    ops = types.ModuleType("torchvision.ops")
    vision.ops, ops.boxes, vision.transforms = ops, module, transforms
    transforms.functional = functional
    names = {
        "torchvision": vision,
        "torchvision.ops": ops,
        "torchvision.ops.boxes": module,
        "torchvision.transforms": transforms,
        "torchvision.transforms.functional": functional,
    }
    sys.modules.update(names)
    from facenet_pytorch.models.mtcnn import MTCNN

    return MTCNN(min_face_size=48, keep_all=True, device="cpu", post_process=False)


def pictures(path, size):
    """The pictures at 25 Hz as RGB [S, H, W, 3] u8; size is (width, height) of the video."""
    command = ["ffmpeg", "-v", "error", "-i", str(path), "-r", "25", "-f", "rawvideo"]
    raw = subprocess.run([*command, "-pix_fmt", "rgb24", "-"], capture_output=True, check=True).stdout
    return np.frombuffer(raw, np.uint8).reshape(-1, size[1], size[0], 3)


def landmarks(frames, detector, count=8):
    """Five points per frame [S, 5, 2], from `count` detections, interpolated and smoothed; None: no face.

    Also the detector's confidence [S].
    """
    chosen = np.unique(np.linspace(0, len(frames) - 1, count).round().astype(int))
    with torch.no_grad():
        _, scores, points = detector.detect(np.stack([frames[i] for i in chosen]), landmarks=True)
    found = [(i, p[0], s[0]) for i, p, s in zip(chosen, points, scores) if p is not None and s[0] is not None]
    if not found:
        return None
    at = np.array([i for i, _, _ in found])
    values = np.stack([p for _, p, _ in found]).astype(float).reshape(len(at), 10)
    times = np.arange(len(frames))
    dense = np.stack([np.interp(times, at, values[:, c]) for c in range(10)], 1)
    padded = np.pad(dense, ((WINDOW // 2, WINDOW // 2), (0, 0)), mode="edge")
    smooth = np.stack([padded[i : i + WINDOW].mean(0) for i in range(len(frames))])
    confidence = np.interp(times, at, np.array([s for _, _, s in found], float))
    return smooth.reshape(-1, 5, 2), confidence


def mouth_crop(grey, points):
    """One 80x80 crop of a grey picture, and (eye distance in px, yaw)."""
    eyes, mouth = points[:2].mean(0), points[3:].mean(0)
    line = points[1] - points[0]
    distance = float(np.hypot(*line))
    cosine, sine = line / max(distance, 1e-6)
    step = 1.25 * float(np.hypot(*(mouth - eyes))) / SIDE
    matrix = step * np.array([[cosine, -sine], [sine, cosine]])
    offset = mouth - matrix @ np.array([SIDE / 2 - 0.5, SIDE / 2 - 0.5])
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    warp = np.concatenate([matrix, offset[:, None]], 1)
    crop = cv2.warpAffine(grey, warp, (SIDE, SIDE), flags=flags, borderMode=cv2.BORDER_REPLICATE)
    nose = points[2] - eyes
    yaw = float(nose[0] * cosine + nose[1] * sine) / max(distance, 1e-6)
    return crop, distance, yaw


def crops_of(path, detector, size=(360, 288)):
    """(crops u8 [S, 80, 80], quality f32 [S, 6]) of the first face of a recording; None: no face."""
    frames = pictures(path, size)
    found = landmarks(frames, detector)
    if found is None:
        return None
    points, confidence = found
    crops, quality = [], []
    for frame, five, score in zip(frames, points, confidence):
        grey = cv2.cvtColor(frame, cv2.COLOR_RGB2GRAY)
        crop, distance, yaw = mouth_crop(grey, five)
        sharpness = np.log1p(cv2.Laplacian(crop.astype(np.float32), cv2.CV_32F, ksize=1).var()) / 8
        crops.append(crop)
        quality.append([min(distance / 64, 2), sharpness, yaw, score, 0, 1])
    return np.stack(crops), np.array(quality, np.float32)
