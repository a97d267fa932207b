"""The little of SVG that the pictures need."""

from __future__ import annotations

from collections.abc import Sequence
from xml.sax.saxutils import escape

LETTER_PX = 7.3
"""Width of a letter of 12 px in a typeface of one width; some are narrower, none is wider."""

COLOURS = ("#dbe9f6", "#e3f1df", "#fbe8d3", "#efe3f3", "#f9dfe0", "#e8e8e8")


def picture(width: float, height: float, title: str, parts: Sequence[str]) -> str:
    """A whole file, on white ground, so that it can be read on dark pages too."""
    head = f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0f}" height="{height:.0f}" role="img"'
    lines = [f'{head} viewBox="0 0 {width:.0f} {height:.0f}" font-family="monospace" font-size="12">']
    lines += [f"<title>{escape(title)}</title>", '<rect width="100%" height="100%" fill="white"/>', *parts, "</svg>"]
    return "\n".join(lines) + "\n"


def box(x: float, y: float, width: float, height: float, colour: str) -> str:
    """A box with round corners."""
    place = f'x="{x:.0f}" y="{y:.0f}" width="{width:.0f}" height="{height:.0f}"'
    return f'<rect {place} rx="5" fill="{colour}" stroke="#666"/>'


def text(x: float, y: float, said: str, *, colour: str = "#222", centred: bool = False) -> str:
    """A line of text that begins at x, or has its middle there."""
    anchor = ' text-anchor="middle"' if centred else ""
    return f'<text x="{x:.0f}" y="{y:.0f}" fill="{colour}"{anchor}>{escape(said)}</text>'


def curve(start: tuple[float, float], stop: tuple[float, float]) -> str:
    """A line that leaves downwards and arrives from above."""
    (x0, y0), (x1, y1) = start, stop
    bend = (y1 - y0) / 2
    path = f"M{x0:.0f} {y0:.0f} C{x0:.0f} {y0 + bend:.0f} {x1:.0f} {y1 - bend:.0f} {x1:.0f} {y1:.0f}"
    tip = f"M{x1 - 3:.0f} {y1 - 6:.0f} L{x1:.0f} {y1:.0f} L{x1 + 3:.0f} {y1 - 6:.0f}"
    return f'<path d="{path} {tip}" fill="none" stroke="#888"/>'
