"""Draws how often probabilities come true, a panel for each behaviour."""

from __future__ import annotations

import math
from collections.abc import Sequence
from textwrap import fill

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from deg_core import in_print_style
from deg_plugins_figures.palette import colour_of, unit_rgb
from deg_plugins_figures.reliability import N_BINS, Reliability
from deg_plugins_figures.unit_panels import TITLE_LETTERS, draw_unit_panels


@in_print_style
def draw_reliability(curves: Sequence[Reliability], title: str) -> Figure:
    """Draw shares against probabilities; on the diagonal they come true as often as they say.

    Args:
        curves: One for each behaviour.
        title: Printed above.
    """
    return draw_unit_panels(
        curves, _draw_panel, title, ("probability\n(grey: how many frames, logarithmic)", "share in which it happens")
    )


def _draw_panel(axes: Axes, curve: Reliability, column: int) -> None:
    error = "never labelled" if math.isnan(curve.error) else f"error {curve.error:.3f}"
    axes.set_title(f"{fill(curve.behaviour, TITLE_LETTERS)}\n{error}", fontsize=7)
    axes.plot([0, 1], [0, 1], color="0.5", linewidth=0.8, linestyle=":")
    heights = np.log1p(curve.n_frames) / max(float(np.log1p(curve.n_frames).max()), 1e-9)
    axes.bar((np.arange(N_BINS) + 0.5) / N_BINS, 0.25 * heights, 0.9 / N_BINS, color="0.88", zorder=0)
    known = curve.n_frames > 0
    axes.plot(
        curve.probability[known], curve.share[known], "o-", color=unit_rgb(colour_of(column)), markersize=2.5, zorder=3
    )
