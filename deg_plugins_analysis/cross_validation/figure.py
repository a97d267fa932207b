"""Draws pipelines side by side: a dot for each fold, a line for their mean."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from deg_core import PAGE_WIDTH_IN, in_print_style
from deg_plugins_analysis.answers.style import MARKERS, colour_of
from deg_plugins_analysis.trials.trial import ScoreRow


@in_print_style
def draw_comparison(rows: Mapping[str, Sequence[ScoreRow]], metrics: Sequence[str]) -> Figure:
    """Draw a panel for each metric, a row for each behaviour; chance is that of the first pipeline.

    Args:
        rows: Scores of each pipeline, by its name.
        metrics: Which are drawn, at least one.
    """
    first = next(iter(rows.values()))
    behaviours = list(dict.fromkeys(row.behaviour for row in first if row.metric == metrics[0]))
    height = 0.9 + len(behaviours) * (0.16 * len(rows) + 0.14)
    figure = Figure(figsize=(PAGE_WIDTH_IN, height), layout="constrained")
    panels = figure.subplots(1, len(metrics), squeeze=False, sharey=True)[0]
    for axes, metric in zip(panels, metrics, strict=True):
        _draw_panel(axes, rows, metric, behaviours)
    panels[0].set_yticks(range(len(behaviours)), behaviours)
    panels[0].set_ylim(len(behaviours) - 0.4, -0.6)
    handles, labels = panels[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside upper center", ncols=min(len(labels), 5))
    return figure


def _draw_panel(axes: Axes, rows: Mapping[str, Sequence[ScoreRow]], metric: str, behaviours: Sequence[str]) -> None:
    step = 0.7 / len(rows)
    for place, (name, own) in enumerate(rows.items()):
        colour, marker = colour_of(place), MARKERS[place % len(MARKERS)]
        heights, scores, chance = [], [], []
        for index, behaviour in enumerate(behaviours):
            height = index + (place - (len(rows) - 1) / 2) * step
            found = [row for row in own if row.metric == metric and row.behaviour == behaviour]
            known = [row.score for row in found if row.score is not None]
            scores += known
            heights += [height] * len(known)
            chance += [row.chance for row in found if row.chance is not None and place == 0]
            if known:
                axes.plot(
                    [np.mean(known)] * 2, [height - step * 0.42, height + step * 0.42], color=colour, linewidth=1.8
                )
            if chance and place == 0:
                span = [index - 0.42, index + 0.42]
                axes.plot([np.mean(chance)] * 2, span, ":", color="0.45", label="chance" if index == 0 else None)
                chance = []
        axes.plot(scores, heights, marker, color=colour, markersize=3, alpha=0.65, markeredgewidth=0, label=name)
    axes.set_xlabel(metric)
    axes.margins(x=0.03)
    axes.grid(axis="x", color="0.9", linewidth=0.5)
    axes.set_axisbelow(True)
