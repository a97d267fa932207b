"""Draws measures of behaviour, each animal a point.

Axes: A animals, L groups.
"""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import fill

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from deg_core import in_print_style
from deg_plugins_analysis.answers.style import colour_of
from deg_plugins_analysis.statistics.animals import MEASURES, AnimalValues
from deg_plugins_analysis.statistics.comparison import GroupMean
from deg_plugins_analysis.statistics.figures.panels import panel_page

_DRAWN = ("share", "bouts_per_min", "bout_mean_s", "latency_s")
_WIDTH = 0.8  # of a behaviour, of the distance to the next
_CROWDED = 6


@in_print_style
def draw_measures(values: Sequence[AnimalValues], means: Sequence[GroupMean], factor: str) -> Figure:
    """Draw time spent, number and length of bouts, and latency by behaviour and group.

    Points are animals, joined by lines where they are in several groups; bars are means, whiskers their intervals.

    Args:
        values: Of one factor.
        means: Of any factors.
        factor: The column that tells groups apart.
    """
    behaviours = list(dict.fromkeys(each.behaviour for each in values))
    figure, panels = panel_page(len(_DRAWN), 1 if len(behaviours) > _CROWDED else 2, 2.2)
    known = {(mean.measure, mean.behaviour, mean.group): mean for mean in means if mean.factor == factor}
    for axes, measure in zip(panels, _DRAWN, strict=True):
        own = [each for each in values if each.measure == measure]
        for at, each in enumerate(own):
            _draw_behaviour(axes, each, at, [known[measure, each.behaviour, group] for group in each.groups])
        axes.set_ylabel(MEASURES[measure])
        axes.set_ylim(bottom=0)
        is_tight = len(behaviours) > 4 or max(map(len, behaviours)) > 14
        names = [fill(name, 18) for name in behaviours]
        axes.set_xticks(
            range(len(behaviours)), names, rotation=40 if is_tight else 0, ha="right" if is_tight else "center"
        )
        axes.tick_params(axis="x", length=0)
    groups = values[0].groups
    if len(groups) > 1:
        handles = [panels[0].plot([], [], "o", markersize=4, color=colour_of(at))[0] for at in range(len(groups))]
        figure.legend(handles, [f"{factor}: {group}" for group in groups], loc="outside upper right", ncols=len(groups))
    return figure


def _draw_behaviour(axes: Axes, each: AnimalValues, centre: int, means: Sequence[GroupMean]) -> None:
    places = centre + (np.arange(len(each.groups)) - (len(each.groups) - 1) / 2) * _WIDTH / len(each.groups)
    spread = 0.28 * _WIDTH / len(each.groups)
    if each.repeats:
        for row in each.values:
            axes.plot(places, row, color="0.8", linewidth=0.5, zorder=1)
    for column, mean in enumerate(means):
        colour = colour_of(column)
        known = each.values[:, column]
        offsets = np.zeros(len(known)) if each.repeats else spread * beside(known)
        axes.plot(places[column] + offsets, known, "o", markersize=2.2, color=colour, alpha=0.55, zorder=2, mew=0)
        if np.isfinite(mean.mean):
            axes.hlines(
                mean.mean, places[column] - spread, places[column] + spread, color="black", linewidth=1.4, zorder=3
            )
        if np.isfinite(mean.low):
            axes.vlines(places[column], mean.low, mean.high, color="black", linewidth=0.8, zorder=3)


def beside(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Shifts to the side, -1..1, that keep points of like height apart; the same for the same values; shape (A,)."""
    shifts = np.zeros(len(values))
    order = np.argsort(values, kind="stable")
    steps = np.array([0.0, 0.6, -0.6, 0.3, -0.3, 0.9, -0.9])
    shifts[order] = steps[np.arange(len(values)) % len(steps)] if len(values) > 1 else 0.0
    return shifts
