"""Draws scores of each behaviour beside chance and base rate, with their intervals."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import fill
from typing import TYPE_CHECKING

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from deg_core import PAGE_WIDTH_IN, in_print_style
from deg_plugins_analysis.answers.style import colour_of

if TYPE_CHECKING:
    from deg_core.evaluation.report import Report, ScoreCard

_ROW_IN = 0.26
_LINE_IN = 0.12
_NAME_LETTERS = 24


@in_print_style
def draw_scores(report: Report, metrics: Sequence[str]) -> Figure:
    """Draw a panel for each metric, a row for each behaviour.

    Args:
        report: Of the test part.
        metrics: Whose best is 1.
    """
    behaviours = list(report.counts)
    names = [fill(name, _NAME_LETTERS) for name in behaviours]
    row_in = max(_ROW_IN, *(_LINE_IN * (1 + name.count("\n")) for name in names))
    height = 0.75 + row_in * len(behaviours)
    figure = Figure(figsize=(PAGE_WIDTH_IN, height), layout="constrained")
    panels = figure.subplots(1, len(metrics), sharey=True, squeeze=False)[0]
    for axes, metric in zip(panels, metrics, strict=True):
        _draw_metric(axes, report, report.scores[metric])
        axes.set_title(metric, loc="left")
    panels[0].set_yticks(range(len(behaviours)), names)
    panels[0].set_ylim(len(behaviours) - 0.5, -0.5)
    handles, labels = panels[0].get_legend_handles_labels()
    known = dict(zip(labels, handles, strict=True))
    figure.legend(known.values(), known.keys(), loc="outside lower center", ncols=len(known))
    return figure


def _draw_metric(axes: Axes, report: Report, card: ScoreCard) -> None:
    for row, (behaviour, count) in enumerate(report.counts.items()):
        value, interval, chance = card.per_behaviour[behaviour], card.interval.get(behaviour), card.chance[behaviour]
        if count.base_rate is not None:
            axes.plot(count.base_rate, row, "D", color="0.6", markerfacecolor="none", markersize=4, label="base rate")
        if chance is not None:
            axes.plot(chance, row, "|", color="black", markersize=9, markeredgewidth=1.2, label="chance")
        if value is None:
            axes.text(0.5, row, "undefined", color="0.4", ha="center", va="center", fontsize=6)
            continue
        if interval is not None:
            axes.hlines(row, *interval, color=colour_of(0), linewidth=1.6, label="95 % interval")
        axes.plot(value, row, "o", color=colour_of(0), markersize=4.5, label="score")
    axes.set_xlim(-0.02, 1.02)
    axes.grid(axis="x", color="0.92", linewidth=0.5)
    axes.set_axisbelow(True)
    axes.tick_params(axis="y", length=0)
    axes.set_xlabel("1 is perfect")
