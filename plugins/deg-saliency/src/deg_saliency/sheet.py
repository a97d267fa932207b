"""Draws moments as a contact sheet: frame, flow, and maps over both.

Axes: H, W, C channels.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from deg_saliency.colours import flow_picture, lay_over, speed_picture
from deg_saliency.explained import Explained
from deg_saliency.style import PAGE_WIDTH_IN, in_print_style

PER_PAGE = 12
_COLUMNS = 8
_NOTE = (
    "Bright: what speaks for the behaviour in the features stage's logit; each map is scaled by itself."
    " Logit = mean over the recording + parts of the streams."
)


@in_print_style
def draw_sheet(explained: Sequence[Explained], title: str) -> Figure:
    """Draw at most `PER_PAGE` moments.

    Args:
        explained: The moments, all of one extractor.
        title: Printed above.
    """
    tiles = [_tiles(each) for each in explained]
    n_tiles = max(len(each) for each in tiles)
    per_row = max(1, _COLUMNS // n_tiles)
    n_rows = math.ceil(len(explained) / per_row)
    height, width = explained[0].picture.shape[:2]
    side = PAGE_WIDTH_IN / (per_row * n_tiles + 0.3 * (per_row - 1))
    figure = Figure(figsize=(PAGE_WIDTH_IN, n_rows * (side * height / width + 0.5) + 0.75))
    keys = figure.subfigures(2, 1, height_ratios=[n_rows * (side * height / width + 0.5), 0.75])
    blocks = np.atleast_2d(keys[0].subfigures(n_rows, per_row, wspace=0.02, squeeze=False))
    for block, each, pictures in zip(blocks.flat, explained, tiles, strict=False):
        block.suptitle(_caption(each), fontsize=6, x=0.02, ha="left", y=0.99, va="top")
        row = block.subplots(1, n_tiles, gridspec_kw={"wspace": 0.04}, squeeze=False)[0]
        block.subplots_adjust(left=0.02, right=0.98, bottom=0.01, top=0.98 - 0.44 / (side * height / width + 0.5))
        for axes, (name, picture) in zip(row, pictures, strict=True):
            _show(axes, picture, width / height, name)
    has_flow = any(each.flow is not None for each in explained)
    _draw_key(keys[1], title, has_flow=has_flow)
    return figure


def _tiles(each: Explained) -> list[tuple[str, NDArray[np.uint8]]]:
    tiles = [("frame", each.picture)]
    if each.flow is not None:
        tiles.append(("flow", flow_picture(each.flow)))
    for name, values in each.maps.items():
        below = speed_picture(each.flow) if name == "flow" and each.flow is not None else each.picture
        tiles.append((f"map, {name}", lay_over(below, values)))
    return tiles


def _caption(each: Explained) -> str:
    moment = each.moment
    decided = "" if moment.probability is None else f", p {moment.probability:.2f} in the end"
    parts = f"{each.mean_logit:+.1f} mean {each.image_part:+.1f} image"
    if each.flow is not None:
        parts += f" {each.flow_part:+.1f} flow"
    return (
        f"{each.behaviour}, {moment.why}, frame {moment.frame}{decided}\n"
        f"features: p {each.probability:.2f}, logit {each.logit:+.1f} = {parts}"
    )


def _show(axes: Axes, picture: NDArray[np.uint8], shape: float, name: str) -> None:
    axes.imshow(picture, interpolation="nearest", aspect="auto")
    axes.set_box_aspect(1 / shape)
    axes.set_xticks([])
    axes.set_yticks([])
    axes.set_title(name, fontsize=5.5, pad=1.5)
    for spine in axes.spines.values():
        spine.set_visible(False)


def _draw_key(figure: Figure, title: str, *, has_flow: bool) -> None:
    """Draw what colours mean, and the title as a line of text, below the moments."""
    figure.text(0.012, 0.8, title, fontsize=7, fontweight="bold", va="center")
    figure.text(0.012, 0.52, _NOTE, fontsize=5.5, va="center")
    bar = figure.add_axes((0.012, 0.18, 0.16, 0.14))
    bar.imshow(np.linspace(0, 1, 128)[None], cmap="inferno", aspect="auto")
    bar.set_xticks([0, 127], ["nothing", "most of this map"], fontsize=5)
    bar.tick_params(length=0, pad=1)
    bar.set_yticks([])
    if has_flow:
        y, x = np.mgrid[-1:1:33j, -1:1:33j].astype(np.float32)
        wheel = figure.add_axes((0.3, 0.06, 0.034, 0.34))
        wheel.imshow(flow_picture(np.stack([x, y]), 1.0))
        wheel.set_axis_off()
        figure.text(
            0.34, 0.23, "flow: yellow right, blue left, light up, dark down, grey still", fontsize=5.5, va="center"
        )
