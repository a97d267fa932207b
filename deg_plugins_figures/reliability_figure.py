"""Draws how often probabilities come true, a panel for each behaviour."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from deg_plugins_figures.palette import colour_of, unit_rgb
from deg_plugins_figures.reliability import N_BINS, Reliability
from deg_plugins_figures.style import PAGE_WIDTH_IN, in_print_style

_COLUMNS = 5


@in_print_style
def draw_reliability(curves: Sequence[Reliability], title: str) -> Figure:
    """Draw shares against probabilities; on the diagonal they come true as often as they say.

    Args:
        curves: One for each behaviour.
        title: Printed above.
    """
    n_columns = min(len(curves), _COLUMNS)
    n_rows = math.ceil(len(curves) / n_columns)
    side = PAGE_WIDTH_IN / _COLUMNS
    size = (max(n_columns * side, 2 * side) + 0.25, n_rows * side * 1.12 + 0.45)
    figure = Figure(figsize=size, layout="constrained")
    figure.suptitle(title, x=0.01, ha="left", fontsize=8)
    grid = figure.subplots(n_rows, n_columns, squeeze=False, sharex=True, sharey=True)
    for column, curve in enumerate(curves):
        _draw_panel(grid.flat[column], curve, column)
    for axes in grid.flat[len(curves) :]:
        axes.set_axis_off()
    figure.supxlabel("probability\n(grey: share of frames, on a scale of its own)", fontsize=7)
    figure.supylabel("share in which it happens", fontsize=7)
    return figure


def _draw_panel(axes: Axes, curve: Reliability, column: int) -> None:
    error = "never labelled" if math.isnan(curve.error) else f"error {curve.error:.3f}"
    axes.set_title(f"{curve.behaviour}\n{error}", fontsize=7)
    axes.set_xlim(-0.02, 1.02)
    axes.set_ylim(-0.02, 1.02)
    axes.set_xticks([0, 0.5, 1], ["0", "0.5", "1"])
    axes.set_yticks([0, 0.5, 1], ["0", "0.5", "1"])
    axes.set_box_aspect(1)
    axes.tick_params(labelbottom=True, length=2)
    axes.plot([0, 1], [0, 1], color="0.5", linewidth=0.8, linestyle=":")
    heights = np.log1p(curve.n_frames) / max(float(np.log1p(curve.n_frames).max()), 1e-9)
    axes.bar((np.arange(N_BINS) + 0.5) / N_BINS, 0.25 * heights, 0.9 / N_BINS, color="0.88", zorder=0)
    known = curve.n_frames > 0
    axes.plot(
        curve.probability[known], curve.share[known], "o-", color=unit_rgb(colour_of(column)), markersize=2.5, zorder=3
    )
