"""Hair: what lies behind the head, and what lies on it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from PIL import Image

from .drawing import Canvas, Mask, Point, mirrored, ribbon, spline, tinted
from .head import canvas
from .people import Look

Curve = Sequence[Point]


def behind(look: Look) -> Image.Image:
    """The hair seen behind head and neck."""
    picture = canvas()
    if look.style == "long":
        _long_behind(picture, look)
    elif look.style == "curly":
        _curls(picture, look, _around(84, 82, 300, look.seed), darker=0.75)
    return picture.image


def front(look: Look) -> Image.Image:
    """The hair on head and forehead."""
    picture = canvas()
    styles: dict[str, Callable[[Canvas, Look], None]] = {
        "long": _long_front,
        "short": _short_front,
        "curly": _curly_front,
        "grey": _grey_front,
    }
    styles[look.style](picture, look)
    return picture.image


def _strands(picture: Canvas, look: Look, area: Mask, guides: Sequence[Curve], count: int) -> None:
    """Fine strands between guide curves, brighter where light falls on a bend."""
    generator = np.random.default_rng(look.seed)
    curves = [np.asarray(guide, float) for guide in guides]
    picture.paint(area, tinted(look.hair, 0.85))
    for share in np.sort(generator.random(count)) * (len(curves) - 1):
        index = min(int(share), len(curves) - 2)
        curve = curves[index] + (curves[index + 1] - curves[index]) * (share - index)
        curve = curve + generator.normal(0, 0.9, curve.shape)
        tone = generator.choice((0.55, 0.75, 1.0, 1.25, 1.6), p=(0.2, 0.25, 0.25, 0.2, 0.1))
        stroke = ribbon([tuple(point) for point in curve], (0.3, 1.3, 1.2, 0.3))
        picture.paint(picture.polygon(stroke), tinted(look.hair, tone), 0.6, within=area)


def _shine(picture: Canvas, look: Look, area: Mask, curve: Curve, strength: float = 0.35) -> None:
    band = picture.polygon(ribbon(list(curve), (1, 9, 9, 1)), blur=4)
    picture.paint(band, tinted(look.hair, 2.1), strength, within=area)


def _long_behind(picture: Canvas, look: Look) -> None:
    half = [
        (0, -106),
        (26, -103),
        (54, -86),
        (71, -52),
        (77, -10),
        (80, 36),
        (84, 84),
        (80, 122),
        (48, 138),
    ]
    area = picture.polygon(spline(mirrored([*half, (0, 140)])))
    guides = [
        [(x * 0.5, -100), (x * 0.9, -40), (x, 40), (x * 1.02, 132)] for x in range(-84, 85, 24)
    ]
    _strands(picture, look, area, guides, 260)
    shade = picture.ellipse((0, 60), (58, 70), blur=14)
    picture.paint(shade, tinted(look.hair, 0.3), 0.75, within=area)


def _long_front(picture: Canvas, look: Look) -> None:
    part = (-12.0, -96.0)
    right = [part, (18, -104), (50, -90), (69, -52), (74, 0), (77, 60), (70, 96), (62, 60)]
    right += [(60, 14), (56, -24), (40, -54), (8, -76)]
    left = [part, (-32, -100), (-58, -82), (-70, -44), (-74, 4), (-77, 62), (-70, 96), (-62, 58)]
    left += [(-60, 12), (-57, -28), (-46, -58), (-24, -80)]
    flows = (
        [
            [part, (6, -84), (40, -56), (58, -20), (62, 90)],
            [part, (44, -96), (70, -54), (75, 0), (73, 92)],
        ],
        [
            [part, (-26, -80), (-48, -56), (-59, -22), (-62, 90)],
            [part, (-44, -94), (-68, -56), (-75, 0), (-73, 92)],
        ],
    )
    shadow = picture.polygon(
        spline([(8, -72), (40, -50), (56, -18), (60, 20), (52, -10), (30, -40)]), 4
    )
    picture.paint(shadow, tinted(look.skin, 0.35), 0.5)
    for outline, guides in zip((right, left), flows):
        area = picture.polygon(spline(outline))
        _strands(picture, look, area, guides, 170)
        side = 1 if outline is right else -1
        _shine(
            picture,
            look,
            area,
            [(side * 24, -90), (side * 50, -72), (side * 64, -40), (side * 68, -8)],
        )


def _short_front(picture: Canvas, look: Look) -> None:
    top = [
        (-64, -14),
        (-69, -44),
        (-58, -84),
        (-26, -106),
        (12, -110),
        (46, -98),
        (66, -62),
        (66, -14),
    ]
    low = [
        (60, -30),
        (56, -48),
        (44, -62),
        (16, -70),
        (-12, -64),
        (-36, -66),
        (-54, -50),
        (-59, -30),
    ]
    shade = picture.polygon(spline([*low, (-40, -54), (0, -56), (44, -52)]), blur=4)
    picture.paint(shade, tinted(look.skin, 0.4), 0.4)
    area = picture.polygon(spline(top + low))
    guides = [
        [(-60, -20), (-64, -44), (-62, -70), (-48, -88)],
        [(-44, -58), (-52, -78), (-36, -98), (-10, -106)],
        [(-10, -62), (-14, -84), (8, -102), (36, -102)],
        [(24, -66), (30, -84), (44, -96), (58, -80)],
        [(54, -48), (60, -60), (66, -62), (66, -40)],
        [(60, -24), (64, -36), (66, -30), (65, -16)],
    ]
    _strands(picture, look, area, guides, 320)
    _shine(picture, look, area, [(-50, -80), (-24, -94), (10, -98), (40, -88)], 0.5)


def _grey_front(picture: Canvas, look: Look) -> None:
    top = [
        (-65, 2),
        (-70, -34),
        (-62, -74),
        (-36, -100),
        (0, -106),
        (38, -99),
        (63, -72),
        (70, -34),
        (65, 2),
    ]
    low = [
        (61, -18),
        (57, -40),
        (48, -62),
        (30, -76),
        (0, -80),
        (-26, -74),
        (-46, -62),
        (-57, -40),
        (-61, -18),
    ]
    area = picture.polygon(spline(top + low), blur=0.5)
    guides = [
        [(-63, -4), (-66, -30), (-64, -52), (-56, -76)],
        [(-50, -60), (-56, -78), (-42, -94), (-24, -102)],
        [(-16, -76), (-22, -90), (-4, -102), (22, -102)],
        [(26, -76), (30, -88), (44, -94), (56, -80)],
        [(55, -50), (62, -62), (67, -50), (68, -30)],
        [(62, -10), (66, -22), (68, -18), (66, -2)],
    ]
    _strands(picture, look, area, guides, 340)
    _shine(picture, look, area, [(-48, -78), (-20, -92), (12, -95), (42, -84)], 0.3)


def _around(rx: float, ry: float, count: int, seed: int) -> list[tuple[float, float, float]]:
    """Curls spread over a disc behind the head: x, y, radius."""
    generator = np.random.default_rng(seed)
    angle = generator.random(count) * 2 * np.pi
    reach = np.sqrt(generator.random(count))
    x, y = rx * reach * np.cos(angle), -26 + ry * reach * np.sin(angle)
    return list(zip(x, y, generator.uniform(6, 11, count)))


def _curly_front(picture: Canvas, look: Look) -> None:
    generator = np.random.default_rng(look.seed + 10)
    curls = []
    for angle in np.linspace(-0.06 * np.pi, 1.06 * np.pi, 46):
        for reach in (1.0, 1.12, 1.24, 1.36):
            x = 59 * reach * np.cos(angle) + generator.normal(0, 2)
            y = -24 - 57 * reach * np.sin(angle) + generator.normal(0, 2)
            curls.append((x, y, generator.uniform(5, 8.5)))
    shade = picture.polygon(
        spline([(-52, -40), (0, -74), (52, -40), (44, -44), (0, -62), (-44, -44)]), 5
    )
    picture.paint(shade, tinted(look.skin, 0.35), 0.5)
    _curls(picture, look, curls, darker=1.0)


def _curls(
    picture: Canvas, look: Look, curls: Sequence[tuple[float, float, float]], darker: float
) -> None:
    """Small locks, each a dark disc with a lighter arc."""
    generator = np.random.default_rng(look.seed + 20)
    for x, y, radius in curls:
        tone = darker * generator.uniform(0.75, 1.25)
        disc = picture.ellipse((x, y), (radius, radius * generator.uniform(0.8, 1)), blur=0.4)
        picture.paint(disc, tinted(look.hair, tone))
        turn = generator.uniform(-2.6, -0.8)
        bow = [turn + step * 0.8 for step in range(3)]
        arc = [(x + 0.62 * radius * np.cos(a), y + 0.62 * radius * np.sin(a)) for a in bow]
        stroke = picture.polygon(ribbon(arc, (0.3, 1.6, 0.3)), blur=0.3)
        picture.paint(stroke, tinted(look.hair, 2.0 * darker), 0.45)
