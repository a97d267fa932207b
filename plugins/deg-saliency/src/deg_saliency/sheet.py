"""Draws moments as a contact sheet: frame, flow, and maps over both.

Axes: H, W, C channels.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from deg_core import PAGE_WIDTH_IN, in_print_style
from matplotlib.figure import Figure
from numpy.typing import NDArray

from deg_saliency.colours import MAP_COLOURS, flow_picture, lay_over, speed_picture
from deg_saliency.explained import Explained

PER_PAGE = 12
_COLUMNS = 8
_NOTE = (
    "Bright: what speaks for the behaviour in the features stage's logit; each map is scaled by itself."
    " Logit = mean over the recording + parts of the streams."
)
# Inches.
_MARGIN, _GAP, _BETWEEN = 0.06, 0.04, 0.16
_TITLE, _LINE, _LABEL, _KEY = 0.26, 0.115, 0.13, 0.5


@in_print_style
def draw_sheet(explained: Sequence[Explained], title: str) -> Figure:
    """Draw at most `PER_PAGE` moments.

    Args:
        explained: The moments, all of one extractor.
        title: Printed above.
    """
    tiles = [_tiles(each) for each in explained]
    n_tiles = len(tiles[0])
    per_row = max(1, _COLUMNS // n_tiles)
    n_rows = math.ceil(len(explained) / per_row)
    height, width = explained[0].picture.shape[:2]
    block_width = (PAGE_WIDTH_IN - 2 * _MARGIN - (per_row - 1) * _BETWEEN) / per_row
    tile_width = (block_width - (n_tiles - 1) * _GAP) / n_tiles
    tile_height = tile_width * height / width
    caption = _LINE * len(_caption(explained[0], is_narrow=per_row > 2)) + 0.02
    block_height = caption + _LABEL + tile_height
    page_height = _TITLE + n_rows * (block_height + _BETWEEN) + _KEY
    figure = Figure(figsize=(PAGE_WIDTH_IN, page_height))
    page = _Page(figure, page_height)
    page.write(_MARGIN, 0.08, title, size=8)
    for place, (each, pictures) in enumerate(zip(explained, tiles, strict=True)):
        row, column = divmod(place, per_row)
        left, top = _MARGIN + column * (block_width + _BETWEEN), _TITLE + row * (block_height + _BETWEEN)
        page.write(left, top, "\n".join(_caption(each, is_narrow=per_row > 2)), size=6)
        for number, (name, picture) in enumerate(pictures):
            x, y = left + number * (tile_width + _GAP), top + caption
            page.write(x, y + 0.01, name, size=5.5)
            page.show((x, y + _LABEL, tile_width, tile_height), picture)
    _draw_key(page, page_height - _KEY, has_flow=explained[0].flow is not None)
    return figure


class _Page:
    """A figure on which things are placed in inches from its top left corner."""

    def __init__(self, figure: Figure, height: float) -> None:
        self._figure, self._height = figure, height

    def write(self, left: float, top: float, text: str, *, size: float) -> None:
        x, y = left / PAGE_WIDTH_IN, 1 - top / self._height
        self._figure.text(x, y, text, fontsize=size, ha="left", va="top", linespacing=1.25)

    def show(self, box: tuple[float, float, float, float], picture: NDArray[Any], **how: Any) -> None:
        """Show a picture in a box: left, top, width, height."""
        left, top, width, height = box
        bottom = 1 - (top + height) / self._height
        place = (left / PAGE_WIDTH_IN, bottom, width / PAGE_WIDTH_IN, height / self._height)
        axes = self._figure.add_axes(place)
        axes.imshow(picture, interpolation="nearest", aspect="auto", **how)
        axes.set_axis_off()


def _tiles(each: Explained) -> list[tuple[str, NDArray[np.uint8]]]:
    tiles = [("frame", each.picture)]
    if each.flow is not None:
        tiles.append(("flow", flow_picture(each.flow)))
    for name, values in each.maps.items():
        below = speed_picture(each.flow) if name == "flow" and each.flow is not None else each.picture
        tiles.append((f"map, {name}", lay_over(below, values)))
    return tiles


def _caption(each: Explained, *, is_narrow: bool) -> list[str]:
    """What is said above a moment, line by line."""
    moment = each.moment
    decided = "" if moment.probability is None else f", p {moment.probability:.2f} in the end"
    parts = f"= {each.mean_logit:+.1f} mean {each.image_part:+.1f} image"
    if each.flow is not None:
        parts += f" {each.flow_part:+.1f} flow"
    lines = [f"{each.behaviour}, {moment.why}", f"frame {moment.frame}{decided}"]
    lines += [f"features: p {each.probability:.2f}, logit {each.logit:+.1f}", parts]
    return lines if is_narrow else [", ".join(lines[:2]), " ".join(lines[2:])]


def _draw_key(page: _Page, top: float, *, has_flow: bool) -> None:
    """Say what colours mean, below the moments."""
    page.write(_MARGIN, top, _NOTE, size=5.5)
    page.show((_MARGIN, top + 0.22, 1.0, 0.1), np.linspace(0, 1, 128)[None], cmap=MAP_COLOURS)
    page.write(_MARGIN + 1.05, top + 0.22, "nothing to most of this map", size=5.5)
    if has_flow:
        y, x = np.mgrid[-1:1:33j, -1:1:33j].astype(np.float32)
        page.show((3.0, top + 0.13, 0.28, 0.28), flow_picture(np.stack([x, y]), 1.0))
        words = "flow: right yellow, left blue, up light, down dark, still grey; over its map: speed, white is fastest"
        page.write(3.34, top + 0.22, words, size=5.5)
