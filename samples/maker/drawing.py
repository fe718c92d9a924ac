"""Antialiased painting with Pillow: shapes as masks, drawn large and reduced."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageChops, ImageDraw, ImageFilter

Point = tuple[float, float]
Colour = tuple[int, int, int]
Mask = Image.Image
Box = tuple[int, int, int, int]

SUPERSAMPLING = 4


def mix(first: Colour, second: Colour, share: float) -> Colour:
    """`first` with `share` of `second`."""
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(first, second))
    return red, green, blue


def tinted(colour: Colour, factor: float) -> Colour:
    """The colour made darker (below 1) or lighter (above 1)."""
    red, green, blue = (min(255, max(0, round(channel * factor))) for channel in colour)
    return red, green, blue


def spline(points: Sequence[Point], closed: bool = True, steps: int = 12) -> list[Point]:
    """A smooth curve (Catmull-Rom) through the points."""
    nodes = np.asarray(points, float)
    if closed:
        nodes = np.vstack([nodes[-1:], nodes, nodes[:2]])
    else:
        nodes = np.vstack([2 * nodes[0] - nodes[1], nodes, 2 * nodes[-1] - nodes[-2]])
    t = np.linspace(0, 1, steps, endpoint=False)[:, None]
    curve = []
    for a, b, c, d in zip(nodes, nodes[1:], nodes[2:], nodes[3:]):
        curve.append(
            0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2)
            + 0.5 * (3 * b - a - 3 * c + d) * t**3
        )
    if not closed:
        curve.append(nodes[-2:-1])
    return [tuple(point) for point in np.vstack(curve)]


def mirrored(half: Sequence[Point]) -> list[Point]:
    """A closed outline from its right half, given from top to bottom."""
    left = [(-x, y) for x, y in reversed(half) if abs(x) > 1e-6]
    return list(half) + left


def ribbon(points: Sequence[Point], widths: Sequence[float]) -> list[Point]:
    """The outline of a stroke along the points whose width changes."""
    path = np.asarray(spline(points, closed=False), float)
    along = np.gradient(path, axis=0)
    normal = np.stack([-along[:, 1], along[:, 0]], axis=1)
    normal /= np.maximum(np.linalg.norm(normal, axis=1, keepdims=True), 1e-6)
    width = np.interp(np.linspace(0, 1, len(path)), np.linspace(0, 1, len(widths)), widths)
    offset = normal * width[:, None] / 2
    return [tuple(point) for point in np.vstack([path + offset, (path - offset)[::-1]])]


@dataclass
class Canvas:
    """A transparent picture, `width` by `height` units, whose origin lies at `origin`."""

    width: int
    height: int
    origin: Point
    scale: int = SUPERSAMPLING

    def __post_init__(self) -> None:
        self.size = (self.width * self.scale, self.height * self.scale)
        self.image = Image.new("RGBA", self.size)

    def pixels(self, points: Sequence[Point]) -> list[Point]:
        """Units to pixels."""
        x0, y0 = self.origin
        return [((x + x0) * self.scale, (y + y0) * self.scale) for x, y in points]

    def grid(self) -> tuple[np.ndarray, np.ndarray]:
        """The coordinates, in units, of every pixel: x and y."""
        y, x = np.mgrid[0 : self.size[1], 0 : self.size[0]] / self.scale
        return x - self.origin[0], y - self.origin[1]

    def polygon(self, points: Sequence[Point], blur: float = 0) -> Mask:
        """The inside of an outline, with an edge softened by `blur` units."""
        mask = Image.new("L", self.size)
        ImageDraw.Draw(mask).polygon(self.pixels(points), fill=255)
        return self.blurred(mask, blur)

    def ellipse(self, centre: Point, radii: Point, blur: float = 0) -> Mask:
        """The inside of an upright ellipse."""
        mask = Image.new("L", self.size)
        (x, y), (rx, ry) = centre, radii
        box = self.pixels([(x - rx, y - ry), (x + rx, y + ry)])
        ImageDraw.Draw(mask).ellipse([*box[0], *box[1]], fill=255)
        return self.blurred(mask, blur)

    def blurred(self, mask: Mask, blur: float) -> Mask:
        """The mask softened by `blur` units."""
        bounds = mask.getbbox()
        if blur <= 0 or bounds is None:
            return mask
        margin = round(3.5 * blur * self.scale) + 1
        box = self._inside(
            (bounds[0] - margin, bounds[1] - margin, bounds[2] + margin, bounds[3] + margin)
        )
        soft = mask.crop(box).filter(ImageFilter.GaussianBlur(blur * self.scale))
        mask.paste(soft, box)
        return mask

    def _inside(self, box: Box) -> Box:
        width, height = self.size
        return max(0, box[0]), max(0, box[1]), min(width, box[2]), min(height, box[3])

    def paint(
        self, mask: Mask, colour: Colour, opacity: float = 1, within: Mask | None = None
    ) -> None:
        """Lays a colour over the picture where the mask is, and `within` is."""
        box = mask.getbbox()
        if box is None:
            return
        mask = mask.crop(box)
        if within is not None:
            mask = ImageChops.multiply(mask, within.crop(box))
        if opacity < 1:
            mask = mask.point(lambda value: round(value * opacity))
        layer = Image.new("RGBA", mask.size, (*colour, 255))
        layer.putalpha(mask)
        self.image.alpha_composite(layer, box[:2])

    def lay(self, picture: Image.Image) -> None:
        """Lays another picture of the same size over this one."""
        self.image.alpha_composite(picture)

    def reduced(self, factor: int = 2) -> Image.Image:
        """The picture made smaller, which is what smooths its edges."""
        return self.image.reduce(factor)
