"""The picture of the call: a title slide, then four people in a gallery."""

from __future__ import annotations

import math
from functools import lru_cache

from PIL import Image, ImageDraw, ImageFont

from . import features, hair, head, room
from .drawing import Colour
from .lips import Mouth
from .movement import Pose
from .people import LOOKS

SIZE = (854, 480)
TILE = (416, 228)
GAP, TOP = 7, 8
"""Between tiles and around them, in pixels."""

BACKGROUND: Colour = (24, 26, 32)
ACTIVE: Colour = (98, 208, 142)
HEAD_SCALE = 0.84
CENTRE = (208.0, 108.0)
"""Size of a unit in pixels, and the place of a face's middle in its tile."""


def place(index: int) -> tuple[int, int]:
    """The upper left corner of a tile."""
    return GAP + (index % 2) * (TILE[0] + 8), TOP + (index // 2) * (TILE[1] + 8)


def gallery(
    names: list[str], poses: list[Pose], speaker: str | None, hints: dict[str, str]
) -> Image.Image:
    """One frame of the call; `hints` are shown on the tiles of those named."""
    frame = Image.new("RGB", SIZE, BACKGROUND)
    for index, (name, pose) in enumerate(zip(names, poses)):
        x, y = place(index)
        is_active = name == speaker
        frame.paste(_tile(name, pose), (x, y), _rounded(TILE, 9))
        _decorate(frame, name, (x, y), is_active)
        if name in hints:
            _banner(frame, hints[name], (x, y))
    return frame


def title(heading: str, lines: list[str]) -> Image.Image:
    """The title slide."""
    width, height = SIZE
    shade = Image.linear_gradient("L").resize(SIZE)
    slide = Image.composite(
        Image.new("RGB", SIZE, (18, 26, 46)), Image.new("RGB", SIZE, (44, 74, 112)), shade
    )
    big = Image.new("RGB", (width * 2, height * 2))
    big.paste(slide.resize(big.size))
    painter = ImageDraw.Draw(big)
    _wave(painter, big.size)
    painter.text((width, 360), heading, (255, 255, 255), ImageFont.load_default(84), anchor="mm")
    painter.rounded_rectangle((width - 60, 428, width + 60, 434), 3, fill=ACTIVE)
    for row, line in enumerate(lines):
        colour = (206, 218, 234) if row == 0 else (150, 168, 192)
        font = ImageFont.load_default(40 if row == 0 else 30)
        painter.text((width, 496 + 62 * row), line, colour, font, anchor="mm")
    return big.reduce(2)


def _wave(painter: ImageDraw.ImageDraw, size: tuple[int, int]) -> None:
    """A row of bars like a sound's outline, along the bottom."""
    width, height = size
    for step in range(71):
        x = width * (step + 0.5) / 71
        swing = abs(math.sin(0.55 * step) * math.sin(0.17 * step + 1) * math.cos(0.07 * step))
        reach = 8 + 74 * swing
        box = (x - 5, height - 130 - reach, x + 5, height - 130 + reach)
        painter.rounded_rectangle(box, 5, fill=(58, 96, 138))


def _tile(name: str, pose: Pose) -> Image.Image:
    picture = _scene(name).copy()
    _lay(picture, _hair_behind(name), head.ORIGIN, pose)
    _lay(picture, _body(name), room.BODY_ORIGIN, None)
    _lay(picture, _face(name, pose.mouth, pose.eyes, pose.gaze, pose.brows), head.ORIGIN, pose)
    return picture.convert("RGB").reduce(2)


def _lay(
    picture: Image.Image, sprite: Image.Image, origin: tuple[float, float], pose: Pose | None
) -> None:
    """Lays a sprite over a tile, both at twice the size, moved and turned by the pose."""
    x, y, turn = (pose.x, pose.y, math.radians(pose.turn)) if pose else (0.0, 0.0, 0.0)
    cosine, sine = math.cos(turn) / HEAD_SCALE, math.sin(turn) / HEAD_SCALE
    # Heads turn about the neck, a little under the chin.
    pivot_x = 2 * (CENTRE[0] + HEAD_SCALE * x)
    pivot_y = 2 * (CENTRE[1] + HEAD_SCALE * (y + 95))
    from_x, from_y = 2 * origin[0], 2 * (origin[1] + 95)
    matrix = (
        cosine, sine, from_x - cosine * pivot_x - sine * pivot_y,
        -sine, cosine, from_y + sine * pivot_x - cosine * pivot_y,
    )  # fmt: skip
    size = (2 * TILE[0], 2 * TILE[1])
    picture.alpha_composite(
        sprite.transform(size, Image.Transform.AFFINE, matrix, Image.Resampling.BILINEAR)
    )


@lru_cache
def _scene(name: str) -> Image.Image:
    return room.room(LOOKS[name], (2 * TILE[0], 2 * TILE[1])).convert("RGBA")


@lru_cache
def _body(name: str) -> Image.Image:
    return room.body(LOOKS[name])


@lru_cache
def _hair_behind(name: str) -> Image.Image:
    return hair.behind(LOOKS[name]).reduce(2)


@lru_cache
def _hair_front(name: str) -> Image.Image:
    return hair.front(LOOKS[name]).reduce(2)


@lru_cache(None)
def _base(name: str, jaw: float) -> Image.Image:
    return head.base(LOOKS[name], jaw).reduce(2)


@lru_cache(None)
def _mouth(name: str, shape: Mouth) -> Image.Image:
    return features.mouth(LOOKS[name], shape).reduce(2)


@lru_cache(None)
def _eyes(name: str, openness: float, gaze: float, raised: float) -> Image.Image:
    return features.eyes(LOOKS[name], openness, gaze, raised).reduce(2)


@lru_cache(64)
def _face(name: str, mouth: Mouth, eyes: float, gaze: float, brows: float) -> Image.Image:
    face = _base(name, round(8 * features.jaw(mouth)) / 8).copy()
    for layer in (_mouth(name, mouth), _eyes(name, eyes, gaze, brows), _hair_front(name)):
        face.alpha_composite(layer)
    return face


@lru_cache
def _rounded(size: tuple[int, int], radius: int) -> Image.Image:
    mask = Image.new("L", (size[0] * 4, size[1] * 4))
    box = (0, 0, mask.width - 1, mask.height - 1)
    ImageDraw.Draw(mask).rounded_rectangle(box, radius * 4, fill=255)
    return mask.reduce(4)


@lru_cache
def _ring() -> Image.Image:
    """The frame around the tile of whoever speaks."""
    width, height = TILE[0] + 6, TILE[1] + 6
    outer = _rounded((width, height), 12).copy()
    inner = _rounded((TILE[0] - 2, TILE[1] - 2), 8)
    outer.paste(0, (4, 4), inner)
    return outer


@lru_cache
def _label(text: str, is_active: bool) -> Image.Image:
    font = ImageFont.load_default(30)
    width = round(font.getlength(text)) + 64
    label = Image.new("RGBA", (width, 48))
    painter = ImageDraw.Draw(label)
    painter.rounded_rectangle((0, 0, width - 1, 47), 14, fill=(12, 14, 18, 178))
    ink = (*ACTIVE, 255) if is_active else (214, 218, 224, 255)
    painter.rounded_rectangle((18, 9, 28, 28), 5, fill=ink)
    painter.arc((13, 14, 33, 34), 0, 180, fill=ink, width=3)
    painter.line((23, 34, 23, 40), fill=ink, width=3)
    painter.text((46, 23), text, (255, 255, 255, 255), font, anchor="lm")
    return label.reduce(2)


@lru_cache
def _warning(text: str) -> Image.Image:
    font = ImageFont.load_default(26)
    width = round(font.getlength(text)) + 74
    label = Image.new("RGBA", (width, 46))
    painter = ImageDraw.Draw(label)
    painter.rounded_rectangle((0, 0, width - 1, 45), 22, fill=(250, 204, 72, 235))
    painter.polygon([(34, 9), (18, 36), (50, 36)], fill=(60, 44, 8, 255))
    painter.line((34, 18, 34, 27), fill=(250, 204, 72, 255), width=4)
    painter.ellipse((32, 30, 36, 34), fill=(250, 204, 72, 255))
    painter.text((58, 23), text, (48, 36, 8, 255), font, anchor="lm")
    return label.reduce(2)


def _decorate(frame: Image.Image, name: str, corner: tuple[int, int], is_active: bool) -> None:
    x, y = corner
    if is_active:
        frame.paste(ACTIVE, (x - 3, y - 3), _ring())
    label = _label(name, is_active)
    frame.paste(label, (x + 9, y + TILE[1] - 33), label)


def _banner(frame: Image.Image, text: str, corner: tuple[int, int]) -> None:
    label = _warning(text)
    x, y = corner[0] + TILE[0] - label.width - 9, corner[1] + TILE[1] - 33
    frame.paste(label, (x, y), label)
