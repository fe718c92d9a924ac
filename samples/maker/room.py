"""What surrounds a head: a room out of focus, shoulders and a shirt."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from .drawing import Canvas, Colour, Mask, mix, ribbon, spline, tinted
from .people import Look

BODY_WIDTH, BODY_HEIGHT = 340, 150
BODY_ORIGIN = (170.0, -40.0)
"""Where the middle of the face lies relative to the canvas of the body (above it)."""


def room(look: Look, size: tuple[int, int]) -> Image.Image:
    """A room behind the speaker, as a camera with a near focus shows it."""
    width, height = size
    y, x = np.mgrid[0:height, 0:width]
    glow = 1.08 - 0.34 * np.hypot(x / width - 0.25, y / height - 0.1)
    wall = np.clip(np.array(look.wall)[None, None] * glow[..., None], 0, 255)
    image = Image.fromarray(wall.astype(np.uint8), "RGB")
    painter = ImageDraw.Draw(image)
    generator = np.random.default_rng(look.seed + 30)
    if look.style == "grey":
        _building_site(painter, width, height)
    elif look.style == "curly":
        _plant(painter, width, height, generator)
        _frame(painter, (0.06 * width, 0.12 * height, 0.22 * width, 0.55 * height))
    elif look.style == "long":
        _shelf(painter, width, height, generator)
    else:
        _frame(painter, (0.07 * width, 0.1 * height, 0.27 * width, 0.42 * height))
        _lamp(painter, width, height)
    return image.filter(ImageFilter.GaussianBlur(width / 110))


def _shelf(
    painter: ImageDraw.ImageDraw, width: int, height: int, generator: np.random.Generator
) -> None:
    colours = [(150, 66, 58), (62, 92, 120), (206, 160, 84), (84, 120, 92), (230, 222, 206)]
    for level in (0.34, 0.72):
        x, base = 0.72 * width, level * height
        while x < 0.98 * width:
            thick = generator.uniform(0.012, 0.026) * width
            tall = generator.uniform(0.17, 0.25) * height
            colour = colours[generator.integers(len(colours))]
            painter.rectangle((x, base - tall, x + thick - 1, base), fill=colour)
            x += thick
        painter.rectangle((0.7 * width, base, width, base + 0.03 * height), fill=(120, 86, 60))
    painter.rectangle(
        (0.05 * width, 0.14 * height, 0.2 * width, 0.6 * height), fill=(228, 232, 236)
    )


def _frame(painter: ImageDraw.ImageDraw, box: tuple[float, float, float, float]) -> None:
    left, top, right, bottom = box
    painter.rectangle(box, fill=(92, 66, 48))
    inset = (right - left) * 0.08
    painter.rectangle(
        (left + inset, top + inset, right - inset, bottom - inset), fill=(226, 212, 188)
    )
    middle = (top + bottom) / 2
    painter.rectangle((left + inset, middle, right - inset, bottom - inset), fill=(120, 150, 160))


def _lamp(painter: ImageDraw.ImageDraw, width: int, height: int) -> None:
    x, top = 0.86 * width, 0.2 * height
    reach = 0.065 * width
    painter.rectangle((x - 3, top, x + 3, height), fill=(70, 62, 58))
    shade = [(x - 0.6 * reach, top), (x + 0.6 * reach, top), (x + reach, top + 0.2 * height)]
    painter.polygon([*shade, (x - reach, top + 0.2 * height)], fill=(250, 226, 168))


def _plant(
    painter: ImageDraw.ImageDraw, width: int, height: int, generator: np.random.Generator
) -> None:
    root = (0.88 * width, 0.82 * height)
    for angle in np.linspace(-2.6, -0.5, 11):
        length = generator.uniform(0.3, 0.5) * height
        tip = (root[0] + length * np.cos(angle) * 0.7, root[1] + length * np.sin(angle))
        middle = ((root[0] + tip[0]) / 2, (root[1] + tip[1]) / 2)
        green = tinted((70, 122, 74), generator.uniform(0.75, 1.25))
        dx = 0.022 * width
        painter.polygon(
            [root, (middle[0] - dx, middle[1]), tip, (middle[0] + dx, middle[1])], fill=green
        )
    pot = 0.04 * width
    painter.rectangle((root[0] - pot, root[1], root[0] + pot, height), fill=(190, 104, 72))


def _building_site(painter: ImageDraw.ImageDraw, width: int, height: int) -> None:
    """A window with a crane and a digger in the street."""
    left, top, right, bottom = 0.64 * width, 0.08 * height, 0.97 * width, 0.74 * height
    painter.rectangle((left, top, right, bottom), fill=(238, 240, 240))
    pane = (left + 6, top + 6, right - 6, bottom - 6)
    painter.rectangle(pane, fill=(158, 200, 228))
    ground = bottom - 0.12 * height
    painter.rectangle((pane[0], ground, pane[2], pane[3]), fill=(146, 128, 108))
    yellow, steel = (238, 178, 34), (90, 84, 70)
    mast = left + 0.24 * (right - left)
    painter.rectangle((mast - 4, top + 18, mast + 4, ground), fill=yellow)
    painter.rectangle((pane[0], top + 24, right - 40, top + 31), fill=yellow)
    painter.line((right - 60, top + 31, right - 60, top + 80), fill=steel, width=2)
    cab = left + 0.62 * (right - left)
    painter.rectangle((cab, ground - 30, cab + 44, ground - 8), fill=yellow)
    painter.ellipse((cab - 4, ground - 12, cab + 50, ground + 6), fill=steel)
    painter.line((cab + 4, ground - 26, cab - 34, ground - 58), fill=yellow, width=8)
    painter.line((cab - 34, ground - 58, cab - 48, ground - 14), fill=yellow, width=7)
    middle = (left + right) / 2
    painter.rectangle((middle - 3, top, middle + 3, bottom), fill=(238, 240, 240))


def body(look: Look) -> Image.Image:
    """Neck, shoulders and shirt, at twice the size."""
    picture = Canvas(BODY_WIDTH, BODY_HEIGHT, BODY_ORIGIN)
    _neck(picture, look)
    half = [(0, 112), (26, 110), (42, 104), (78, 116), (118, 130), (142, 152), (156, 200)]
    shirt = picture.polygon([*spline(half, closed=False), (156, 240), (0, 240)])
    other = picture.polygon(
        [*spline([(-x, y) for x, y in half], closed=False), (-156, 240), (0, 240)]
    )
    shirt.paste(255, mask=other)
    _cut_neckline(picture, look, shirt)
    picture.paint(shirt, look.shirt)
    for side, tone in ((-1, 1.25), (1, 0.62)):
        light = picture.ellipse((side * 112, 150), (44, 50), blur=18)
        picture.paint(light, tinted(look.shirt, tone), 0.6, within=shirt)
    for x, lean in ((-52, -10), (48, 12)):
        fold = picture.polygon([(x, 116), (x + lean, 150), (x + 2 * lean, 215), (x, 160)], blur=4)
        picture.paint(fold, tinted(look.shirt, 0.6), 0.4, within=shirt)
    if look.style in ("short", "grey"):
        _collar(picture, look.shirt)
    return picture.reduced()


def _neck(picture: Canvas, look: Look) -> None:
    edge = [(36, 50), (35, 84), (40, 102), (70, 118), (70, 190)]
    right = spline([(36, 40), *edge], closed=False)
    neck = picture.polygon(right + [(-x, y) for x, y in reversed(right)])
    picture.paint(neck, tinted(look.skin, 0.86))
    shade = mix(tinted(look.skin, 0.45), (80, 24, 20), 0.25)
    under = picture.ellipse((4, 78), (50, 27), blur=8)
    picture.paint(under, shade, 0.72, within=neck)
    picture.paint(picture.ellipse((38, 100), (14, 40), blur=8), shade, 0.5, within=neck)
    for side in (-1, 1):
        bone = picture.polygon(
            ribbon([(side * 6, 132), (side * 24, 126), (side * 48, 120)], (1, 3, 1)), blur=1.5
        )
        picture.paint(bone, shade, 0.35, within=neck)


def _cut_neckline(picture: Canvas, look: Look, shirt: Mask) -> None:
    if look.style in ("long", "curly"):
        cut = picture.ellipse((0, 106), (40, 26), blur=0.3)
    else:
        cut = picture.polygon([(-40, 90), (40, 90), (0, 150)])
    shirt.paste(0, mask=cut)
    edge = picture.blurred(cut.copy(), 2.5)
    picture.paint(edge, tinted(look.skin, 0.5), 0.25)


def _collar(picture: Canvas, shirt: Colour) -> None:
    for side in (-1, 1):
        flap = [(38, 97), (34, 106), (2, 148), (24, 152), (52, 112)]
        flap = [(side * x, y) for x, y in flap]
        picture.paint(picture.polygon(flap, blur=1.6), tinted(shirt, 0.5), 0.6)
        picture.paint(picture.polygon(flap), tinted(shirt, 1.14 if side < 0 else 0.94))
