"""Draws precision against recall, a panel for each behaviour."""

from __future__ import annotations

import math
from collections.abc import Sequence
from textwrap import fill

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from deg_core import in_print_style
from deg_plugins_figures.palette import colour_of, unit_rgb
from deg_plugins_figures.scored import PrecisionRecall
from deg_plugins_figures.unit_panels import TITLE_LETTERS, draw_unit_panels


@in_print_style
def draw_precision_recall(curves: Sequence[PrecisionRecall], title: str) -> Figure:
    """Draw the curve of every behaviour, with its base rate (dotted) and what was decided (circle).

    Args:
        curves: One for each behaviour; one that never happens gets a panel that says so.
        title: Printed above.
    """
    return draw_unit_panels(
        curves, _draw_panel, title, ("recall\n(circle: as decided, with its threshold; dotted: base rate)", "precision")
    )


def _draw_panel(axes: Axes, curve: PrecisionRecall, column: int) -> None:
    axes.set_title(fill(curve.behaviour, TITLE_LETTERS), fontsize=7, pad=10)
    _write_legend(axes, curve)
    if math.isnan(curve.average_precision):
        return
    axes.axhline(curve.base_rate, color="0.5", linewidth=0.8, linestyle=":")
    # Recall falls as thresholds rise: each precision holds back to the recall of the threshold before.
    axes.step(
        [*curve.recall, 0.0],
        [*curve.precision, curve.precision[-1]],
        where="post",
        color=unit_rgb(colour_of(column)),
    )
    _mark_decision(axes, curve)


def _write_legend(axes: Axes, curve: PrecisionRecall) -> None:
    if math.isnan(curve.average_precision):
        why = "never happens" if curve.base_rate == 0 else "not labelled"
        axes.text(0.5, 0.5, f"undefined:\n{why}\nin these frames", ha="center", va="center", fontsize=6.5, color="0.4")
        return
    axes.annotate(
        f"AP {curve.average_precision:.2f}, base rate {curve.base_rate:.2g}",
        (0.5, 1),
        xycoords="axes fraction",
        xytext=(0, 2.5),
        textcoords="offset points",
        ha="center",
        fontsize=5.5,
        color="0.3",
    )


def _mark_decision(axes: Axes, curve: PrecisionRecall) -> None:
    recall, precision = curve.chosen
    if math.isnan(precision):
        return
    axes.plot(recall, precision, "o", markersize=4, markerfacecolor="white", markeredgecolor="black", zorder=5)
    if not math.isnan(curve.threshold):
        is_right = recall > 0.5
        axes.annotate(
            f"{curve.threshold:.2f}",
            (recall, precision),
            xytext=(-4 if is_right else 4, -4 if precision > 0.3 else 4),
            textcoords="offset points",
            ha="right" if is_right else "left",
            va="top" if precision > 0.3 else "bottom",
            fontsize=5.5,
        )
