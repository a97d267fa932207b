"""Draws what came out of a search."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from deg_core import COLOURS, in_print_style
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator, MaxNLocator, NullFormatter
from optuna.trial import FrozenTrial, TrialState

if TYPE_CHECKING:
    from deg_tune.report import Findings

_BLUE, _ORANGE = COLOURS[:2]
_GREY = "0.6"
_PER_ROW = 4


@in_print_style
def draw_history(findings: Findings) -> Figure:
    """Draw the score of every trial in the order they were run, and the best so far."""
    figure = Figure(figsize=(5.0, 3.0), layout="constrained")
    axes = figure.subplots()
    complete, stopped = _scored(findings, TrialState.COMPLETE), _scored(findings, TrialState.PRUNED)
    axes.plot(*_points(complete), "o", color=_BLUE, markersize=3.5, label="complete")
    if stopped:
        axes.plot(*_points(stopped), "x", color=_GREY, markersize=4, label="stopped early, best until then")
    axes.step(*_best_so_far(findings, complete), where="post", color=_ORANGE, linewidth=1.0, label="best so far")
    present = next((score for trial, score in complete if trial.user_attrs.get("present")), None)
    if present is not None:
        axes.axhline(present, color="0.3", linewidth=0.7, linestyle="--", label="settings of the project")
    axes.set_xlabel("trial")
    axes.set_ylabel(f"{findings.metric}, validation")
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    figure.legend(loc="outside upper center", ncols=4)
    return figure


@in_print_style
def draw_importance(findings: Findings) -> Figure:
    """Draw how much of the scores' variance goes with each setting."""
    ranked = sorted(findings.importance.items(), key=lambda item: item[1])
    figure = Figure(figsize=(5.0, 0.8 + 0.28 * len(ranked)), layout="constrained")
    axes = figure.subplots()
    bars = axes.barh([path for path, _ in ranked], [share for _, share in ranked], color=_BLUE, height=0.6)
    axes.bar_label(bars, fmt="%.2f", padding=2, fontsize=6.5)
    axes.set_xlim(0, max(share for _, share in ranked) * 1.15 or 1)
    n_complete = len(_scored(findings, TrialState.COMPLETE))
    axes.set_xlabel(f"share of the variance of {findings.metric} (fANOVA, {n_complete} complete trials)")
    return figure


@in_print_style
def draw_slices(findings: Findings) -> Figure:
    """Draw the score against each setting, a panel each, over all values of the others."""
    n_rows, n_columns = math.ceil(len(findings.paths) / _PER_ROW), min(len(findings.paths), _PER_ROW)
    figure = Figure(figsize=(0.5 + 2.2 * n_columns, 0.5 + 2.2 * n_rows), layout="constrained")
    grid = figure.subplots(n_rows, n_columns, squeeze=False, sharey=True)
    for axes, path in zip(grid.flat, findings.paths, strict=False):
        _draw_slice(axes, findings, path)
    for axes in list(grid.flat)[len(findings.paths) :]:
        axes.set_axis_off()
    for axes in grid[:, 0]:
        axes.set_ylabel(f"{findings.metric}, validation")
    handles, labels = grid[0, 0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside upper center", ncols=3)
    return figure


def _draw_slice(axes: Axes, findings: Findings, path: str) -> None:
    first = next(trial for trial in findings.trials if path in trial.distributions)
    kind: Any = first.distributions[path]
    names = [str(choice) for choice in getattr(kind, "choices", ())]
    looks: dict[TrialState, dict[str, Any]] = {
        TrialState.PRUNED: {"marker": "x", "color": _GREY, "label": "stopped early"},
        TrialState.COMPLETE: {"marker": "o", "color": _BLUE, "label": "complete"},
    }
    for state, look in looks.items():
        scored = [(trial.params[path], score) for trial, score in _scored(findings, state) if path in trial.params]
        xs = [names.index(str(value)) if names else value for value, _ in scored]
        axes.plot(xs, [score for _, score in scored], linestyle="", markersize=3.5, **look)
    if findings.best is not None and path in findings.best.params:
        value = findings.best.params[path]
        best = names.index(str(value)) if names else value
        axes.plot(
            [best], [findings.score(findings.best) or 0.0], "*", color=_ORANGE, markersize=8, label="best", zorder=3
        )
    if names:
        axes.set_xticks(range(len(names)), names)
        axes.set_xlim(-0.5, len(names) - 0.5)
    elif getattr(kind, "log", False):
        axes.set_xscale("log")
        # Plain numbers: powers of ten need mathematical text, which the style leaves off. Few, since panels are narrow.
        axes.xaxis.set_major_locator(LogLocator(subs=(1, 3), numticks=3))
        axes.xaxis.set_major_formatter("{x:g}")
        axes.xaxis.set_minor_formatter(NullFormatter())
    axes.set_xlabel(_broken(path))


def _broken(path: str) -> str:
    """A long path over two lines."""
    above, _, last = path.rpartition(".")
    return f"{above}.\n{last}" if len(path) > 24 and above else path


def _scored(findings: Findings, state: TrialState) -> list[tuple[FrozenTrial, float]]:
    pairs = [(trial, findings.score(trial)) for trial in findings.trials if trial.state == state]
    return [(trial, score) for trial, score in pairs if score is not None]


def _points(scored: list[tuple[FrozenTrial, float]]) -> tuple[list[int], list[float]]:
    return [trial.number for trial, _ in scored], [score for _, score in scored]


def _best_so_far(findings: Findings, complete: list[tuple[FrozenTrial, float]]) -> tuple[list[int], list[float]]:
    better = max if findings.goal == "max" else min
    numbers, scores = _points(complete)
    best = [better(scores[: index + 1]) for index in range(len(scores))]
    last = max((trial.number for trial in findings.trials), default=0)
    return [*numbers, last], [*best, best[-1]]
