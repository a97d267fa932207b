"""Square panels from 0 to 1, one for each behaviour."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import TypeVar

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from deg_core import PAGE_WIDTH_IN

_COLUMNS = 5
TITLE_LETTERS = 22
"""Of a line above a panel."""

Curve = TypeVar("Curve")


def draw_unit_panels(
    curves: Sequence[Curve], draw: Callable[[Axes, Curve, int], None], title: str, labels: tuple[str, str]
) -> Figure:
    """Lay out a panel for each curve, five in a row.

    Args:
        curves: One for each behaviour.
        draw: Draws one into its panel, told its place.
        title: Printed above.
        labels: Of the axes, x and y.
    """
    n_columns = min(len(curves), _COLUMNS)
    n_rows = math.ceil(len(curves) / n_columns)
    side = PAGE_WIDTH_IN / _COLUMNS
    size = (max(n_columns * side, 2 * side) + 0.25, n_rows * side * 1.25 + 0.45)
    figure = Figure(figsize=size, layout="compressed")
    figure.suptitle(title, x=0.01, ha="left", fontsize=8)
    grid = figure.subplots(n_rows, n_columns, squeeze=False, sharex=True, sharey=True)
    for place, curve in enumerate(curves):
        axes = grid.flat[place]
        axes.set_xlim(-0.02, 1.02)
        axes.set_ylim(-0.02, 1.02)
        axes.set_xticks([0, 0.5, 1], ["0", "0.5", "1"])
        axes.set_yticks([0, 0.5, 1], ["0", "0.5", "1"])
        axes.set_box_aspect(1)
        axes.tick_params(labelbottom=True, length=2)
        draw(axes, curve, place)
    for axes in grid.flat[len(curves) :]:
        axes.set_axis_off()
    figure.supxlabel(labels[0], fontsize=7)
    figure.supylabel(labels[1], fontsize=7)
    return figure
