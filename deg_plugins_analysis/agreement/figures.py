"""Figures of agreement."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from deg_core import PAGE_WIDTH_IN, in_print_style
from deg_plugins_analysis.agreement.survey import Survey
from deg_plugins_analysis.answers.style import colour_of
from deg_plugins_analysis.observations.observation import DEG

_COLUMNS = 3


def draw_all(found: Survey) -> Iterator[tuple[str, Figure]]:
    """Every figure and the name of its file without suffix."""
    yield "agreement", draw_pairs(found)
    if any(place.n_recordings for place in found.places):
        yield "places", draw_places(found)


@in_print_style
def draw_pairs(found: Survey) -> Figure:
    """Draw F1 of each rater against each as a shaded table, one for each behaviour; a dash where neither saw it."""
    behaviours = list(dict.fromkeys(pair.behaviour for pair in found.pairs if np.isfinite(pair.f1) or pair.compared_s))
    figure, panels = _grid(len(behaviours), 0.55 + 0.42 * len(found.ratings.raters))
    scores = {(pair.behaviour, pair.rater, pair.other): pair.f1 for pair in found.pairs}
    for axes, behaviour in zip(panels, behaviours, strict=True):
        _draw_matrix(axes, behaviour, found.ratings.raters, scores)
    return figure


def _grid(n: int, row_in: float) -> tuple[Figure, list[Axes]]:
    """A figure with `n` panels."""
    rows = -(-n // _COLUMNS)
    figure = Figure(figsize=(PAGE_WIDTH_IN, 0.2 + rows * row_in), layout="constrained")
    panels = figure.subplots(rows, _COLUMNS, squeeze=False).ravel()
    for spare in panels[n:]:
        spare.remove()
    return figure, list(panels[:n])


def _draw_matrix(
    axes: Axes, behaviour: str, raters: tuple[str, ...], scores: dict[tuple[str, str, str], float]
) -> None:
    table = np.full((len(raters), len(raters)), np.nan)
    for row, one in enumerate(raters):
        for column, other in enumerate(raters):
            table[row, column] = scores.get((behaviour, one, other), scores.get((behaviour, other, one), np.nan))
    axes.imshow(np.nan_to_num(table), cmap="Blues", vmin=0, vmax=1.15, aspect="auto")
    for (row, column), score in np.ndenumerate(table):
        if row == column:
            continue
        text = "\N{EN DASH}" if np.isnan(score) else f"{score:.2f}"
        axes.text(column, row, text, ha="center", va="center", fontsize=6.5, color="white" if score > 0.55 else "black")
    axes.set_title(behaviour)
    longest = max(map(len, raters))
    axes.set_xticks(range(len(raters)), raters, rotation=90 if longest * len(raters) > 24 else 0)
    axes.set_yticks(range(len(raters)), raters)
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)


@in_print_style
def draw_places(found: Survey) -> Figure:
    """Draw how much better or worse each rater agrees with the others than they do among themselves."""
    behaviours = list(dict.fromkeys(place.behaviour for place in found.places))
    raters = found.ratings.raters
    height = 0.6 + 0.16 * len(behaviours) * (len(raters) + 1)
    figure = Figure(figsize=(PAGE_WIDTH_IN * 0.6, height), layout="constrained")
    axes = figure.add_subplot()
    ticks, names = [], []
    for block, behaviour in enumerate(behaviours):
        for at, rater in enumerate(raters):
            place = next(p for p in found.places if (p.behaviour, p.rater) == (behaviour, rater))
            y = block * (len(raters) + 1) + at
            ticks.append(y)
            names.append(f"{behaviour}: {rater}" if at == 0 else rater)
            if not place.n_recordings:
                axes.text(0, y, " no recording", va="center", fontsize=5, color="0.4")
                continue
            colour = colour_of(3) if rater == DEG else "0.35"
            axes.plot([place.low, place.high], [y, y], color=colour, linewidth=1.2)
            axes.plot(place.difference, y, marker="o", markersize=3.5, color=colour)
    axes.axvline(0, color="0.6", linewidth=0.6, zorder=0)
    axes.set_yticks(ticks, names)
    axes.invert_yaxis()
    axes.set_xlabel("F1 with the others less F1 among the others\n(95 % interval over recordings)")
    return figure
