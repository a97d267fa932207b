"""Draws how training went: losses, score and step size by epoch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, LogLocator, MaxNLocator, NullFormatter
from numpy.typing import NDArray

from deg_core import PAGE_WIDTH_IN, in_print_style
from deg_plugins_figures.palette import OKABE_ITO, Rgb, unit_rgb

_TRAIN, _VALIDATION = OKABE_ITO[0], OKABE_ITO[1]


@dataclass(frozen=True, slots=True)
class TrainingCurves:
    """How one run was trained.

    Attributes:
        run_id: Its name.
        score_name: What `score` is, such as `average-precision`.
        columns: Epoch, train_loss, validation_loss, score and learning_rate, each of shape (n,); NaN where unknown.
        best_epoch: The epoch whose weights were kept; None where unknown.
    """

    run_id: str
    score_name: str
    columns: Mapping[str, NDArray[np.float64]]
    best_epoch: float | None = None


@in_print_style
def draw_training(runs: Sequence[TrainingCurves]) -> Figure:
    """Draw runs side by side, each with loss over score over step size.

    Args:
        runs: At least one.
    """
    width = min(PAGE_WIDTH_IN, 0.6 + 2.4 * len(runs))
    figure = Figure(figsize=(width, 4.0), layout="constrained")
    grid = figure.subplots(3, len(runs), squeeze=False, sharex="col", height_ratios=(3, 3, 1.4))
    for run, (loss, score, rate) in zip(runs, grid.T, strict=True):
        loss.set_title(run.run_id, fontsize=7)
        _draw_loss(loss, run)
        _draw_score(score, run)
        _draw_rate(rate, run)
    return figure


def _draw_loss(axes: Axes, run: TrainingCurves) -> None:
    _draw_line(axes, run, "train_loss", "training", _TRAIN)
    _draw_line(axes, run, "validation_loss", "validation", _VALIDATION)
    axes.set_ylabel("loss")
    axes.legend(loc="upper right")


def _draw_score(axes: Axes, run: TrainingCurves) -> None:
    if not np.isfinite(run.columns["score"]).any():
        axes.set_axis_off()  # flow is judged by its loss alone
        return
    axes.set_ylabel(run.score_name)
    _draw_line(axes, run, "score", "validation", _VALIDATION)
    if run.best_epoch is not None:
        axes.axvline(run.best_epoch, color="0.3", linewidth=0.7, linestyle="--", label="weights kept")
    axes.legend(loc="best")


def _draw_rate(axes: Axes, run: TrainingCurves) -> None:
    _draw_line(axes, run, "learning_rate", "learning rate", (90, 90, 90))
    axes.set_ylabel("learning rate")
    axes.set_xlabel("epoch")
    epochs = run.columns["epoch"]
    axes.set_xlim(epochs.min() - 0.5, epochs.max() + 0.5)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=6))
    if np.any(run.columns["learning_rate"] > 0):
        axes.set_yscale("log")
        axes.yaxis.set_major_locator(LogLocator(numticks=4))
        axes.yaxis.set_major_formatter(FuncFormatter(lambda rate, _: f"{rate:.0e}"))
        axes.yaxis.set_minor_formatter(NullFormatter())


def _draw_line(axes: Axes, run: TrainingCurves, column: str, label: str, colour: Rgb) -> None:
    """Draw one column, if it holds anything."""
    epochs, values = run.columns["epoch"], run.columns[column]
    if np.isfinite(values).any():
        # A line through a single epoch does not show.
        marker = "o" if len(epochs) <= 30 else ""
        axes.plot(epochs, values, color=unit_rgb(colour), label=label, marker=marker, markersize=2.5)
