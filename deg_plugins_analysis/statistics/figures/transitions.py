"""Draws which behaviour follows which.

Axes: K behaviours.
"""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import fill

import numpy as np
from matplotlib.colors import TwoSlopeNorm
from matplotlib.figure import Figure

from deg_core import PAGE_WIDTH_IN, in_print_style
from deg_plugins_analysis.statistics.chance import Runs

_MOST = 3.0  # doublings at which colours end
_ALPHA = 0.05
_NAME_LETTERS = 18  # longer names take a second line


@in_print_style
def draw_transitions(runs: Runs, behaviours: Sequence[str], title: str) -> Figure:
    """Draw transitions as a table: how often, and by colour how much oftener than by chance.

    A star marks transitions whose corrected p is below 0.05.

    Args:
        runs: Pairs of bouts.
        behaviours: In order.
        title: Written above.
    """
    size = len(behaviours)
    fold = np.full((size, size), np.nan)
    names = [fill(name, _NAME_LETTERS) for name in behaviours]
    rows_in = sum(max(0.34, 0.12 * (1 + name.count("\n"))) for name in names)
    figure = Figure(figsize=(min(PAGE_WIDTH_IN, 2.2 + 0.55 * size), 1.3 + rows_in), layout="constrained")
    axes = figure.add_subplot()
    for run in runs.runs:
        row, column = (behaviours.index(name) for name in run.behaviours)
        # One is added to both sides, so that what was never seen has a colour as well.
        fold[row, column] = np.clip(np.log2((run.count + 1) / (run.expected + 1)), -_MOST, _MOST)
        star = "*" if run.p_corrected < _ALPHA else ""
        ink = "white" if abs(fold[row, column]) > 0.7 * _MOST else "black"
        axes.text(column, row, f"{run.count:,}{star}", ha="center", va="center", fontsize=6, color=ink)
    image = axes.imshow(fold, cmap="PuOr_r", norm=TwoSlopeNorm(0, -_MOST, _MOST), aspect="auto")
    bar = figure.colorbar(image, ax=axes, shrink=0.9, ticks=[-3, -2, -1, 0, 1, 2, 3])
    bar.set_ticklabels(["1/8", "1/4", "1/2", "1", "2", "4", "8"])
    bar.set_label("times chance")
    axes.set_xticks(range(size), names, rotation=40, ha="right")
    axes.set_yticks(range(size), names)
    axes.set_xlabel("followed by")
    axes.set_ylabel("behaviour")
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
    if title:
        axes.set_title(title, loc="left")
    return figure
