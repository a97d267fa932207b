"""Colours that people with any colour vision can tell apart."""

from __future__ import annotations

Rgb = tuple[int, int, int]

# Okabe and Ito, "Color Universal Design" (2008). Their yellow is left out: on white paper it hardly shows
# (contrast 1.3 to 1), and grey stands for what is not known.
OKABE_ITO: tuple[Rgb, ...] = (
    (0, 114, 178),
    (230, 159, 0),
    (0, 158, 115),
    (213, 94, 0),
    (204, 121, 167),
    (86, 180, 233),
    (0, 0, 0),
)
UNKNOWN: Rgb = (205, 205, 205)
"""Where nobody said anything."""


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
