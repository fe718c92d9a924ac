"""The head without what moves on its own: skull, ears, skin, nose, beard."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PIL import Image, ImageChops

from .drawing import Canvas, Mask, Point, mirrored, mix, ribbon, spline, tinted
from .people import Look

WIDTH, HEIGHT = 260, 320
ORIGIN = (130.0, 130.0)
"""Where the middle of the face lies on a head's canvas."""

JAW_DROP = 9.0
"""How far the chin goes down when the mouth is wide open, in units."""

EYE_X, EYE_Y = 27.0, -8.0
MOUTH_Y = 51.0

LIGHT = np.array([-0.42, -0.5, 0.76])


def canvas() -> Canvas:
    """An empty canvas for a head."""
    return Canvas(WIDTH, HEIGHT, ORIGIN)


def outline(look: Look, jaw: float) -> list[Point]:
    """The outline of a face whose jaw is lowered by `jaw`, 0 to 1."""
    half: list[Point] = [(0, -90), (30, -85), (53, -62), (62, -24), (61, 8), (56, 36)]
    low: list[Point] = [(44, 61), (26, 79), (10, 86.5), (0, 87.5)]
    half += [(x * look.jaw, y) for x, y in low]
    drop = JAW_DROP * jaw
    placed = [(x * look.width, y + drop * max(0.0, (y - 10) / 77)) for x, y in half]
    return spline(mirrored(placed))


def base(look: Look, jaw: float) -> Image.Image:
    """Head and ears with a jaw lowered by `jaw`, 0 to 1, without eyes, mouth and hair."""
    picture = canvas()
    _ears(picture, look)
    shape = picture.polygon(outline(look, jaw))
    picture.lay(_skin(picture, look, shape))
    _cheeks(picture, look, shape, jaw)
    _sockets(picture, look, shape)
    _nose(picture, look, shape)
    _chin(picture, look, shape, jaw)
    if look.stubble:
        _stubble(picture, look, shape, jaw)
    return picture.image


def _skin(picture: Canvas, look: Look, shape: Mask) -> Image.Image:
    """Skin lit from the upper left, as on a rounded solid."""
    x, y = picture.grid()
    nx, ny = x / (72 * look.width), (y - 2) / 104
    nz = np.sqrt(np.clip(1 - nx**2 - ny**2, 0.02, 1))
    length = np.sqrt(nx**2 + ny**2 + nz**2)
    light = np.clip((nx * LIGHT[0] + ny * LIGHT[1] + nz * LIGHT[2]) / length, 0, 1)
    dark = np.array(mix(tinted(look.skin, 0.56), (92, 30, 24), 0.22), float)
    bright = np.array(mix(look.skin, (255, 240, 220), 0.22), float)
    share = np.clip(light * 1.12 - 0.04, 0, 1)[..., None] ** 0.9
    pixels = dark + (bright - dark) * share
    grain = np.random.default_rng(look.seed).normal(0, 1.2, pixels.shape[:2])
    image = Image.fromarray(np.clip(pixels + grain[..., None], 0, 255).astype(np.uint8), "RGB")
    image = image.convert("RGBA")
    image.putalpha(shape)
    return image


def _ears(picture: Canvas, look: Look) -> None:
    for side in (-1, 1):
        x = side * 62.5 * look.width
        half = [(0, -22), (8, -18), (10, -6), (7, 8), (3, 18), (-4, 20), (-8, 0)]
        ear = picture.polygon(spline([(x + side * dx, dy) for dx, dy in half]))
        picture.paint(ear, tinted(look.skin, 0.9 if side < 0 else 0.74))
        fold = picture.ellipse((x + side * 2.5, -2), (3.2, 11), blur=1.6)
        picture.paint(fold, tinted(look.skin, 0.52), 0.6, within=ear)


def _cheeks(picture: Canvas, look: Look, shape: Mask, jaw: float) -> None:
    warm = mix(look.skin, (214, 72, 62), 0.5)
    for side in (-1, 1):
        blush = picture.ellipse((side * 35 * look.width, 25), (15, 11), blur=7)
        picture.paint(blush, warm, 0.30, within=shape)
        glow = picture.ellipse((side * 33 - 4, 14), (9, 5), blur=5)
        picture.paint(glow, tinted(look.skin, 1.25), 0.28, within=shape)
        fold = [(side * 14, 29), (side * 23, 38), (side * 27, 49 + 4 * jaw)]
        crease = picture.polygon(_stroke(fold, 2.2), blur=1.6)
        picture.paint(crease, tinted(look.skin, 0.55), 0.34, within=shape)


def _stroke(points: Sequence[Point], width: float) -> list[Point]:
    return ribbon(points, (0.4, width, width, 0.4))


def _sockets(picture: Canvas, look: Look, shape: Mask) -> None:
    shade = mix(tinted(look.skin, 0.55), (120, 50, 50), 0.25)
    for side in (-1, 1):
        socket = picture.ellipse((side * (EYE_X - 3), EYE_Y - 4), (19, 12), blur=5)
        picture.paint(socket, shade, 0.38, within=shape)
        inner = picture.ellipse((side * 11, EYE_Y - 1), (5, 10), blur=4)
        picture.paint(inner, shade, 0.34, within=shape)
        bag = picture.polygon(
            _stroke([(side * 16, 5), (side * 28, 9), (side * 40, 4)], 2.4), blur=1.6
        )
        picture.paint(bag, shade, 0.22, within=shape)


def _nose(picture: Canvas, look: Look, shape: Mask) -> None:
    shade = mix(tinted(look.skin, 0.5), (110, 30, 30), 0.2)
    light = mix(look.skin, (255, 246, 236), 0.45)
    flank = [(6, -12), (7, 6), (11, 20), (15, 27), (9, 30), (5, 20), (3, 4)]
    picture.paint(picture.polygon(spline(flank), blur=2.6), shade, 0.40, within=shape)
    other = [(-x, y) for x, y in flank]
    picture.paint(picture.polygon(spline(other), blur=3), shade, 0.20, within=shape)
    under = picture.ellipse((1, 33), (13, 4), blur=2.4)
    picture.paint(under, shade, 0.5, within=shape)
    picture.paint(picture.ellipse((0, 23), (9.5, 8.5), blur=3), look.skin, 0.8, within=shape)
    for side in (-1, 1):
        wing = picture.ellipse((side * 10.5, 26), (4.6, 4.4), blur=1.5)
        picture.paint(wing, tinted(look.skin, 0.97), 0.8, within=shape)
        edge = [(side * 13, 21), (side * 15.6, 26), (side * 13.4, 30)]
        picture.paint(picture.polygon(_stroke(edge, 1.6), blur=0.7), shade, 0.6, within=shape)
        nostril = picture.ellipse((side * 5.8, 30), (3.6, 1.9), blur=0.7)
        picture.paint(nostril, tinted(look.skin, 0.25), 0.85, within=shape)
    bridge = picture.polygon(_stroke([(-1.5, -16), (-1.5, 4), (-1.5, 20)], 5), blur=2)
    picture.paint(bridge, light, 0.42, within=shape)
    picture.paint(picture.ellipse((-2, 20), (3.2, 2.6), blur=1.4), light, 0.65, within=shape)


def _chin(picture: Canvas, look: Look, shape: Mask, jaw: float) -> None:
    drop = JAW_DROP * jaw
    shade = mix(tinted(look.skin, 0.55), (110, 40, 40), 0.2)
    under = picture.ellipse((0, 66 + drop), (15, 3.4), blur=2.6)
    picture.paint(under, shade, 0.42, within=shape)
    boss = picture.ellipse((-3, 76 + drop), (13, 6), blur=4)
    picture.paint(boss, tinted(look.skin, 1.2), 0.3, within=shape)
    groove = picture.ellipse((0, 39), (2.6, 4), blur=1.5)
    picture.paint(groove, shade, 0.25, within=shape)


def _stubble(picture: Canvas, look: Look, shape: Mask, jaw: float) -> None:
    """A short beard: fine dark dots and a tint along jaw, chin and upper lip."""
    drop = JAW_DROP * jaw
    half = [(0, 35), (20, 36), (32, 40), (47, 22), (60, 2), (66, 10), (60, 56), (30, 90), (0, 102)]
    placed = [(x * look.width, y + drop * max(0.0, (y - 10) / 77)) for x, y in half]
    area = picture.polygon(spline(mirrored(placed)), blur=3.5)
    generator = np.random.default_rng(look.seed)
    dots = generator.random((picture.size[1] // 2, picture.size[0] // 2)) * 255
    texture = Image.fromarray(dots.astype(np.uint8), "L").resize(
        picture.size, Image.Resampling.BICUBIC
    )
    picture.paint(
        ImageChops.multiply(area, texture), tinted(look.hair, 0.6), look.stubble * 1.6, shape
    )
    picture.paint(area, tinted(look.hair, 0.75), look.stubble * 0.8, within=shape)
