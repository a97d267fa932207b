"""Draws learning curves: the mean against minutes of video, each behaviour against frames in which it is present."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator, NullFormatter, NullLocator, ScalarFormatter

from deg_core import PAGE_WIDTH_IN, in_print_style
from deg_plugins_analysis.answers.style import MARKERS, colour_of
from deg_plugins_analysis.learning_curve.curve import ALL, Curve


@in_print_style
def draw_curves(curves: Sequence[Curve], metric: str) -> Figure:
    """Draw a dot for each trial, the fitted law, and, dashed, what it says of more labels."""
    figure = Figure(figsize=(PAGE_WIDTH_IN, 2.9), layout="constrained")
    left, right = figure.subplots(1, 2, sharey=True)
    behaviours = [curve for curve in curves if curve.behaviour != ALL and len(curve.points)]
    for curve in curves:
        if curve.behaviour == ALL and len(curve.points):
            _draw(left, curve, "0.15", "o", "mean of behaviours")
    for place, curve in enumerate(behaviours):
        _draw(right, curve, colour_of(place), MARKERS[place % len(MARKERS)], curve.behaviour)
    left.set_xlabel("labelled video, minutes")
    right.set_xlabel("labelled frames in which the behaviour is present")
    left.set_ylabel(metric)
    for axes in (left, right):
        _scale(axes)
        if axes.get_legend_handles_labels()[0]:
            axes.legend(loc="best")
    return figure


def _draw(axes: Axes, curve: Curve, colour: str, marker: str, name: str) -> None:
    axes.plot(
        curve.amounts, curve.scores, marker, color=colour, markersize=3.5, alpha=0.6, markeredgewidth=0, label=name
    )
    if curve.law is not None:
        low, high = curve.amounts.min(), curve.amounts.max()
        tried, beyond = np.geomspace(low, high, 100), np.geomspace(high, high * 2, 30)
        axes.plot(tried, curve.law.at(tried), color=colour)
        axes.plot(beyond, curve.law.at(beyond), "--", color=colour, linewidth=0.8)
    chance = [point.chance for point in curve.points if point.chance is not None]
    if curve.behaviour == ALL and chance:
        axes.axhline(float(np.mean(chance)), color="0.45", linestyle=":", label="chance")


def _scale(axes: Axes) -> None:
    axes.set_xscale("log")
    axes.xaxis.set_major_locator(LogLocator(subs=(1, 2, 5), numticks=12))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_major_formatter(ScalarFormatter())
    axes.xaxis.set_minor_formatter(NullFormatter())
    axes.ticklabel_format(axis="x", style="plain")
    axes.grid(color="0.92", linewidth=0.5)
    axes.set_axisbelow(True)
