"""Draws behaviour over the recording, or over the day."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import fill

import numpy as np
from matplotlib.figure import Figure

from deg_core import in_print_style
from deg_plugins_analysis.answers.style import colour_of
from deg_plugins_analysis.statistics.courses import CoursePoint
from deg_plugins_analysis.statistics.figures.panels import TITLE_LETTERS, panel_page


@in_print_style
def draw_over_time(points: Sequence[CoursePoint], behaviours: Sequence[str], *, is_day: bool) -> Figure:
    """Draw the share of time spent, averaged over animals, with its interval as a band.

    Stretches for which one animal of many is left are not drawn.

    Args:
        points: Of one factor.
        behaviours: In order.
        is_day: Whether stretches are hours of the day.
    """
    groups = sorted({point.group for point in points})
    figure, panels = panel_page(len(behaviours), 3, 1.7)
    scale = 3600.0 if is_day else 60.0
    for axes, behaviour in zip(panels, behaviours, strict=True):
        for at, group in enumerate(groups):
            own = _of(points, behaviour, group)
            middles = np.array([(p.start_s + p.stop_s) / 2 for p in own]) / scale
            colour, style = colour_of(at), ("-", "--", ":", "-.")[at % 4]
            axes.plot(
                middles,
                [p.share_mean for p in own],
                color=colour,
                label=group,
                linestyle=style,
                marker=".",
                markersize=3,
            )
            low, high = ([getattr(p, side) for p in own] for side in ("share_low", "share_high"))
            axes.fill_between(middles, low, high, color=colour, alpha=0.18, linewidth=0)
        axes.set_title(fill(behaviour, TITLE_LETTERS))
        axes.set_xlabel("hour of the day" if is_day else "time (min)")
        axes.set_ylabel("share of time")
        axes.set_ylim(bottom=0)
        if is_day:
            axes.set_xlim(0, 24)
            axes.set_xticks(range(0, 25, 6))
    if len(groups) > 1:
        handles, names = panels[0].get_legend_handles_labels()
        figure.legend(handles, names, loc="outside upper right", ncols=len(groups))
    return figure


def _of(points: Sequence[CoursePoint], behaviour: str, group: str) -> list[CoursePoint]:
    """Points of a behaviour and group in order of time."""
    own = [point for point in points if (point.behaviour, point.group) == (behaviour, group)]
    least = min(2, max((point.n_animals for point in own), default=0))
    return sorted((point for point in own if point.n_animals >= least), key=lambda point: point.start_s)
