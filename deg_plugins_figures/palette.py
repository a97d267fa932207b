"""Colours that people with any colour vision can tell apart."""

from __future__ import annotations

from deg_core import COLOURS

Rgb = tuple[int, int, int]


def _rgb(colour: str) -> Rgb:
    red, green, blue = bytes.fromhex(colour.removeprefix("#"))
    return red, green, blue


OKABE_ITO: tuple[Rgb, ...] = tuple(map(_rgb, COLOURS))
"""Those of all figures of deg, 0..255."""
UNKNOWN: Rgb = (205, 205, 205)
"""Where nobody said anything: grey, which is none of the others."""


def colour_of(column: int) -> Rgb:
    """The colour of a behaviour by its place in the project, 0..255. They repeat: names tell them apart for certain."""
    return OKABE_ITO[column % len(OKABE_ITO)]


def tint(colour: Rgb, strength: float) -> Rgb:
    """A colour laid thinly on white; strength 1 is the colour itself, 0 is white."""
    red, green, blue = (round(255 + (part - 255) * strength) for part in colour)
    return red, green, blue


def unit_rgb(colour: Rgb) -> tuple[float, float, float]:
    """A colour in 0..1, as matplotlib takes it."""
    return colour[0] / 255, colour[1] / 255, colour[2] / 255


def ink_on(colour: Rgb) -> Rgb:
    """Black or white, whichever is easier to read on a colour (luminance of ITU-R BT.601)."""
    luminance = 0.299 * colour[0] + 0.587 * colour[1] + 0.114 * colour[2]
    return (0, 0, 0) if luminance > 140 else (255, 255, 255)
