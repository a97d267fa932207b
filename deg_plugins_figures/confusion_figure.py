"""Draws what was mistaken for what.

Axes: K behaviours.
"""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import fill

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from deg_core import PAGE_WIDTH_IN, in_print_style
from deg_plugins_figures.scored import ScoredFrames, count_confusions, count_decisions, count_mistaken

_CASES = ("found", "missed", "false\nalarm", "rightly\nabsent")
_ROW_IN, _COLUMN_IN = 0.26, 0.55
_CROWDED = 8
_NAME_LETTERS = 22  # longer names take a second line
_LETTER_IN = 0.055  # of an upright name


@in_print_style
def draw_confusion(frames: ScoredFrames) -> Figure:
    """Draw labels against decisions.

    Behaviours that exclude each other give one square table, `none` included. Behaviours that may overlap give two:
    each behaviour judged alone (shares of the frames in which it happens, and of those in which it does not), and, of
    the frames in which it was missed, in how many another one was a false alarm.

    Args:
        frames: What to count.
    """
    n_columns = len(frames.behaviours) + 1
    n_rows = n_columns if frames.exclusive else n_columns - 1
    mistaken_in = 0.0 if n_columns < 3 or frames.exclusive else 1.2 + n_columns * _COLUMN_IN
    alone_in = 1.4 + (n_columns if frames.exclusive else len(_CASES)) * _COLUMN_IN
    width = min(PAGE_WIDTH_IN, alone_in + mistaken_in)
    names = [line for name in frames.behaviours for line in _folded(name).split("\n")]
    height = 1.3 + n_rows * _ROW_IN + max(0, max(map(len, names)) - 12) * _LETTER_IN
    height += 0.1 * (len(names) - len(frames.behaviours))
    figure = Figure(figsize=(width, height), layout="constrained")
    figure.suptitle(frames.title, x=0.01, ha="left", fontsize=8)
    if frames.exclusive:
        _draw_exclusive(figure.add_subplot(), frames)
    elif not mistaken_in:
        _draw_alone(figure.add_subplot(), frames)
    else:
        alone, mistaken = figure.subplots(1, 2, width_ratios=(len(_CASES), max(4, min(n_columns, 7))))
        _draw_alone(alone, frames)
        _draw_mistaken(mistaken, frames)
    return figure


def _draw_exclusive(axes: Axes, frames: ScoredFrames) -> None:
    counts = count_confusions(frames.present, frames.marks)
    names = (*frames.behaviours, "none")
    totals = counts.sum(axis=1)
    _draw_table(
        axes, counts, _shares(counts, totals), [f"{_folded(n)}  ({t:,})" for n, t in zip(names, totals, strict=True)]
    )
    _name_columns(axes, names)
    axes.set_ylabel("labelled (frames)")
    axes.set_xlabel("decided")
    axes.xaxis.set_label_position("top")


def _draw_alone(axes: Axes, frames: ScoredFrames) -> None:
    counts = count_decisions(frames.present, frames.marks)
    happens, absent = counts[:, :2].sum(axis=1), counts[:, 2:].sum(axis=1)
    totals = np.repeat(np.stack([happens, absent], axis=1), 2, axis=1)
    rows = [f"{_folded(n)}  ({h:,} / {a:,})" for n, h, a in zip(frames.behaviours, happens, absent, strict=True)]
    _draw_table(axes, counts, _shares(counts, totals), rows)
    _name_columns(axes, _CASES)
    axes.axvline(1.5, color="white", linewidth=4)
    for centre, text in ((0.5, "happens"), (2.5, "does not happen")):
        _write_above(axes, centre, text)


def _draw_mistaken(axes: Axes, frames: ScoredFrames) -> None:
    counts = count_mistaken(frames.present, frames.marks)
    missed = count_decisions(frames.present, frames.marks)[:, 1]
    rows = [f"{_folded(name)}  ({n:,})" for name, n in zip(frames.behaviours, missed, strict=True)]
    _draw_table(axes, counts, _shares(counts, missed), rows)
    _name_columns(axes, (*frames.behaviours, "nothing"))
    axes.set_xlabel("false alarms where the row was missed (frames)", labelpad=5)
    axes.xaxis.set_label_position("top")


def _shares(counts: NDArray[np.int64], totals: NDArray[np.int64]) -> NDArray[np.float64]:
    """Counts divided by totals of their rows or cells; NaN where there is nothing to share."""
    totals = totals if totals.ndim == 2 else totals[:, None]
    return np.where(totals > 0, counts / np.maximum(totals, 1), np.nan)


def _draw_table(axes: Axes, counts: NDArray[np.int64], shares: NDArray[np.float64], rows: Sequence[str]) -> None:
    """Shade cells by their share and write it in; a dash where the share is undefined."""
    axes.imshow(np.nan_to_num(shares), cmap="Blues", vmin=0, vmax=1.15, aspect="auto")
    is_crowded = counts.shape[1] > _CROWDED
    for (row, column), share in np.ndenumerate(shares):
        ink = "white" if share > 0.55 else "0.6" if not counts[row, column] else "black"
        text = _cell_text(share, int(counts[row, column]), is_crowded=is_crowded)
        axes.text(column, row, text, ha="center", va="center", fontsize=4.5 if is_crowded else 6, color=ink)
    axes.set_yticks(range(len(rows)), rows)
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)


def _cell_text(share: float, count: int, *, is_crowded: bool) -> str:
    if np.isnan(share):
        return "\N{EN DASH}"
    if not count:
        return "" if is_crowded else "0"
    return f"{share:.2f}".removeprefix("0") if is_crowded else f"{share:.2f}"


def _name_columns(axes: Axes, names: Sequence[str]) -> None:
    """Name columns above, upright where they would run into each other."""
    names = [_folded(name) if name not in _CASES else name for name in names]
    longest = max(len(line) for name in names for line in name.split("\n"))
    is_tight = longest * len(names) > 42
    axes.xaxis.tick_top()
    axes.set_xticks(range(len(names)), names, rotation=90 if is_tight else 0)


def _folded(name: str) -> str:
    """A name of a behaviour, on lines short enough to leave room for the cells."""
    return fill(name, _NAME_LETTERS)


def _write_above(axes: Axes, centre: float, text: str) -> None:
    """Write over column names of two lines."""
    axes.annotate(
        text,
        (centre, 1),
        xycoords=("data", "axes fraction"),
        xytext=(0, 22),
        textcoords="offset points",
        ha="center",
        va="bottom",
    )
