"""What moves on a face by itself: eyes, brows, and the mouth."""

from __future__ import annotations

from collections.abc import Sequence

from PIL import Image

from .drawing import Canvas, Mask, Point, mirrored, mix, ribbon, spline, tinted
from .head import EYE_X, EYE_Y, MOUTH_Y, canvas
from .lips import Mouth
from .people import Look


def eyes(look: Look, openness: float, gaze: float, raised: float) -> Image.Image:
    """Both eyes and brows: `openness` 0 to 1, `gaze` and `raised` in units."""
    picture = canvas()
    for side in (-1, 1):
        _eye(picture, look, side, openness, gaze)
        _brow(picture, look, side, raised)
    if look.has_glasses:
        _glasses(picture)
    return picture.image


def _lid(side: int, height: float, tilt: float = 1.2) -> list[Point]:
    """The edge of a lid from the inner to the outer corner; `height` above the corners."""
    x = [-14.5, -8.5, 0, 8, 14.5]
    rise = [0, 0.72, 1, 0.72, 0]
    return [
        (side * (EYE_X + dx), EYE_Y - height * r - tilt * (dx / 14.5)) for dx, r in zip(x, rise)
    ]


def _eye(picture: Canvas, look: Look, side: int, openness: float, gaze: float) -> None:
    upper = _lid(side, -3.0 + 11.2 * openness)
    lower = _lid(side, -5.2)
    opening = picture.polygon(spline(upper, False) + spline(lower, False)[::-1])
    full = spline(_lid(side, 11.2), False) + spline(lower, False)[::-1]
    lid = picture.polygon(full, blur=0.8)
    picture.paint(lid, mix(tinted(look.skin, 0.86), (170, 80, 70), 0.12), 0.75)
    if openness > 0.12:
        _eyeball(picture, look, side, gaze, opening)
    dark = mix(tinted(look.hair, 0.45), (24, 14, 12), 0.6)
    lash = ribbon(upper, (1.0, 2.2 + 0.8 * look.lashes, 2.6 + 0.9 * look.lashes, 1.4))
    picture.paint(picture.polygon(lash, blur=0.25), dark, 0.95)
    picture.paint(picture.polygon(ribbon(lower, (0.3, 0.9, 0.5)), blur=0.3), dark, 0.4)
    crease = ribbon(_lid(side, 9.5 + 4.2 * openness), (0.3, 1.3, 0.4))
    picture.paint(picture.polygon(crease, blur=0.5), tinted(look.skin, 0.42), 0.55)
    if look.lashes > 0.7:
        _lashes(picture, side, upper, dark)


def _eyeball(picture: Canvas, look: Look, side: int, gaze: float, opening: Mask) -> None:
    picture.paint(opening, (240, 236, 232))
    corner = picture.ellipse((side * (EYE_X - 13), EYE_Y + 1), (2.6, 2.4), blur=0.8)
    picture.paint(corner, (214, 130, 120), 0.7, within=opening)
    centre = (side * EYE_X + gaze, EYE_Y - 1.2)
    iris = picture.ellipse(centre, (7.8, 7.8), blur=0.3)
    picture.paint(iris, tinted(look.iris, 0.42), within=opening)
    picture.paint(picture.ellipse(centre, (6.8, 6.8), blur=0.5), look.iris, within=opening)
    glow = picture.ellipse((centre[0] + 1, centre[1] + 2.6), (4.2, 3.0), blur=1)
    picture.paint(glow, tinted(look.iris, 1.6), 0.7, within=opening)
    picture.paint(picture.ellipse(centre, (3.3, 3.3), blur=0.2), (12, 9, 9), within=opening)
    spark = picture.ellipse((centre[0] - 2.2, centre[1] - 2.4), (1.7, 1.5), blur=0.2)
    picture.paint(spark, (255, 255, 255), 0.95, within=opening)
    shade = picture.ellipse((side * EYE_X, EYE_Y - 9), (15, 5.5), blur=1.6)
    picture.paint(shade, (60, 40, 38), 0.5, within=opening)


def _lashes(picture: Canvas, side: int, upper: list[Point], dark: tuple[int, int, int]) -> None:
    x, y = upper[-1]
    for step in range(3):
        root = (x - side * 2.2 * step, y - 0.9 * step)
        tip = (root[0] + side * 3.6, root[1] - 3.0 - 0.4 * step)
        picture.paint(picture.polygon(ribbon([root, tip], (1.3, 0.2)), blur=0.2), dark, 0.9)


def _brow(picture: Canvas, look: Look, side: int, raised: float) -> None:
    path = [
        (side * 12, EYE_Y - 16.5 - raised * 0.7),
        (side * 22, EYE_Y - 20.5 - raised),
        (side * 33, EYE_Y - 21.5 - raised),
        (side * 45, EYE_Y - 15.5 - raised * 0.6),
    ]
    colour = tinted(look.hair, 0.72)
    soft = picture.polygon(ribbon(path, (3.5, 6.2 * look.brow, 5.4 * look.brow, 0.8)), blur=1.1)
    picture.paint(soft, colour, 0.75)
    for step in range(16):
        share = step / 15
        x = side * (12 + 33 * share)
        y = _along(path, share) + 1.6
        hair = ribbon([(x, y), (x + side * 3.4, y - 3.4 * (1 - share))], (0.9, 0.2))
        picture.paint(picture.polygon(hair), tinted(colour, 0.8), 0.6)


def _along(path: Sequence[Point], share: float) -> float:
    position = share * (len(path) - 1)
    index = min(int(position), len(path) - 2)
    (_, y0), (_, y1) = path[index], path[index + 1]
    return y0 + (y1 - y0) * (position - index)


def _glasses(picture: Canvas) -> None:
    frame = (44, 38, 40)
    for side in (-1, 1):
        centre = (side * 27.5, EYE_Y + 1)
        rim = picture.ellipse(centre, (20.5, 17.5))
        hole = picture.ellipse(centre, (19.0, 16.0))
        picture.paint(hole, (255, 255, 255), 0.05)
        rim.paste(0, mask=hole)
        picture.paint(picture.blurred(rim, 0.2), frame, 0.9)
        arm = ribbon([(side * 47.5, EYE_Y - 3), (side * 64, EYE_Y - 5)], (2.0, 1.6))
        picture.paint(picture.polygon(arm), frame, 0.9)
    bridge = ribbon([(-7.5, EYE_Y - 2), (0, EYE_Y - 5.5), (7.5, EYE_Y - 2)], (1.6, 1.9, 1.6))
    picture.paint(picture.polygon(bridge), frame, 0.9)


def mouth(look: Look, shape: Mouth) -> Image.Image:
    """Lips, teeth and tongue in one shape."""
    picture = canvas()
    gap = 17.0 * shape.opening + 1.6 * shape.teeth
    half = (20.5 + 4.0 * shape.spread + 1.0 * shape.teeth) * (1 - 0.10 * shape.opening)
    top, low = MOUTH_Y - 0.22 * gap, MOUTH_Y + 0.78 * gap
    rounding = max(0.0, -shape.spread)
    inner = _inside(half, top, low, rounding)
    upper = 6.4 + 1.2 * rounding
    lower = 7.6 + 1.6 * rounding - 1.6 * shape.opening
    _lips(picture, look, half, (top - upper, low + lower), low)
    if gap > 0.9:
        _inner(picture, shape, picture.polygon(inner), (half, top, low))
    _seam(picture, look, half, (top, low))
    return picture.image


def _inside(half: float, top: float, low: float, rounding: float) -> list[Point]:
    """The edge of the gap between the lips."""
    corner = MOUTH_Y + 0.1 * (low - top)
    shoulder = 0.62 + 0.14 * rounding
    width = half - 2.0
    right = [(0, top), (width * shoulder, top + 0.06 * (low - top)), (width, corner)]
    right += [(width * shoulder, low - 0.12 * (low - top)), (0, low)]
    return spline(mirrored(right))


def _lips(picture: Canvas, look: Look, half: float, edges: tuple[float, float], low: float) -> None:
    top, bottom = edges
    corner = MOUTH_Y + 0.1 * (low - MOUTH_Y) - 1.6
    right = [(0, top + 1.5), (4.5, top - 0.2), (half * 0.55, top + 2.2), (half, corner)]
    right += [(half * 0.62, bottom - 2.2), (half * 0.28, bottom - 0.2), (0, bottom)]
    outer = picture.polygon(spline(mirrored(right)), blur=0.5)
    picture.paint(outer, look.lips)
    shade = picture.ellipse((0, top + 2), (half * 0.9, 4.4), blur=1.6)
    picture.paint(shade, tinted(look.lips, 0.72), 0.7, within=outer)
    rim = picture.ellipse((0, bottom + 0.6), (half * 0.6, 2.0), blur=1)
    picture.paint(rim, tinted(look.lips, 0.74), 0.6, within=outer)
    shine = picture.ellipse((-3, bottom - 4.0), (half * 0.36, 1.5), blur=1)
    picture.paint(shine, mix(look.lips, (255, 236, 230), 0.6), 0.6, within=outer)


def _inner(picture: Canvas, shape: Mouth, inside: Mask, box: tuple[float, float, float]) -> None:
    half, top, low = box
    gap = low - top
    picture.paint(inside, (58, 16, 18))
    tongue = picture.ellipse((0, low + 1.5), (half * 0.62, 0.42 * gap), blur=1)
    picture.paint(tongue, (176, 76, 76), 0.85 * min(1.0, gap / 8), within=inside)
    bite = min(4.4, 0.5 * gap) + 2.4 * shape.teeth
    teeth = picture.ellipse((0, top + bite - 5), (half * 0.74, 5.4), blur=0.4)
    picture.paint(teeth, (236, 230, 220), 0.95, within=inside)
    if shape.teeth > 0.3:
        row = picture.ellipse((0, low + 1.2), (half * 0.66, 2.6), blur=0.4)
        picture.paint(row, (224, 216, 206), 0.9, within=inside)
    shadow = picture.ellipse((0, top - 0.6), (half, 1.6), blur=0.8)
    picture.paint(shadow, (40, 10, 12), 0.55, within=inside)


def _seam(picture: Canvas, look: Look, half: float, gap: tuple[float, float]) -> None:
    top, low = gap
    colour = mix(tinted(look.lips, 0.36), (30, 8, 10), 0.3)
    corner = MOUTH_Y + 0.1 * (low - top)
    if low - top < 1.4:
        smile = [(-half, corner - 2.8), (-half * 0.5, top + 0.7), (0, top + 1.0)]
        smile += [(half * 0.5, top + 0.7), (half, corner - 2.8)]
        line = ribbon(smile, (0.8, 1.5, 1.9, 1.5, 0.8))
        picture.paint(picture.polygon(line, blur=0.35), colour, 0.95)
    for side in (-1, 1):
        dimple = picture.ellipse((side * half, corner - 2.0), (2.0, 1.6), blur=0.9)
        picture.paint(dimple, colour, 0.6)


def jaw(shape: Mouth) -> float:
    """How far a mouth's jaw is down, 0 to 1."""
    return min(1.0, 1.1 * shape.opening)
