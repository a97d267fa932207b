"""Draws moments as a contact sheet of pictures."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from deg_core import PAGE_WIDTH_IN, in_print_style
from deg_plugins_figures.examples import Example
from deg_plugins_figures.palette import colour_of, unit_rgb

_COLUMNS = 4
_NAME_LETTERS = 20  # longer names would leave no room for the picture; the table has them whole


@in_print_style
def draw_examples(examples: Sequence[Example], pictures: Sequence[NDArray[np.uint8]], title: str) -> Figure:
    """Draw a picture for each moment, in their order, with what was decided and where above it.

    Args:
        examples: From `find_examples`.
        pictures: The surest frame of each, RGB; shape (H, W, 3).
        title: Printed above.
    """
    n_rows = max(1, math.ceil(len(examples) / _COLUMNS))
    shape = pictures[0].shape if pictures else (3, 4, 3)
    side = PAGE_WIDTH_IN / _COLUMNS
    height = n_rows * (side * shape[0] / shape[1] + 0.42) + 0.3
    figure = Figure(figsize=(PAGE_WIDTH_IN, height), layout="constrained")
    figure.suptitle(title if examples else f"{title}: there are none", x=0.01, ha="left", fontsize=8)
    grid = figure.subplots(n_rows, _COLUMNS, squeeze=False)
    for axes in grid.flat:
        axes.set_axis_off()
    for axes, example, picture in zip(grid.flat, examples, pictures, strict=False):
        _draw_one(axes, example, picture)
    return figure


def _draw_one(axes: Axes, example: Example, picture: NDArray[np.uint8]) -> None:
    axes.set_axis_on()
    axes.imshow(picture, interpolation="nearest")
    axes.set_xticks([])
    axes.set_yticks([])
    for spine in axes.spines.values():
        spine.set(visible=True, color=unit_rgb(colour_of(example.column)), linewidth=2)
        spine.set_linestyle("--" if example.kind == "missed" else "-")
    name = example.behaviour if len(example.behaviour) <= _NAME_LETTERS else f"{example.behaviour[:_NAME_LETTERS]}..."
    what = f"{name} {example.kind} ({example.probability:.0%})"
    where = f"{example.recording}, frame {example.surest}\nof {example.start}-{example.stop}"
    axes.set_title(f"{what}\n{where}", fontsize=6, loc="left", pad=3)
