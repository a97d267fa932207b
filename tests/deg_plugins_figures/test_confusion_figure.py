from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from matplotlib.axes import Axes

from deg_plugins_figures.confusion_figure import draw_confusion
from deg_plugins_figures.scored import ScoredFrames


def _frames(marks: np.ndarray, present: np.ndarray, *, exclusive: bool) -> ScoredFrames:
    n_behaviours = marks.shape[1]
    return ScoredFrames(
        behaviours=tuple(f"behaviour {k}" for k in range(n_behaviours)),
        exclusive=exclusive,
        probabilities=present.astype(np.float32),
        present=present.astype(bool),
        thresholds=np.full(n_behaviours, 0.5, dtype=np.float32),
        marks=marks.astype(np.int8),
        title="tiny: test frames",
    )


def _cells(axes: Axes) -> list[list[str]]:
    table: dict[tuple[int, int], str] = {}
    for text in axes.texts:
        column, row = text.get_position()
        if text.get_ha() == "center" and text.get_va() == "center":
            table[round(row), round(column)] = text.get_text()
    n_rows, n_columns = max(row for row, _ in table) + 1, max(column for _, column in table) + 1
    return [[table[row, column] for column in range(n_columns)] for row in range(n_rows)]


_MARKS = np.array([[1, 0], [1, 0], [1, 0], [1, 0], [0, 0]])
_PRESENT = np.array([[1, 0], [1, 0], [1, 0], [0, 1], [0, 0]])


def test_cells_say_and_show_the_share_of_their_row(drawn: Any) -> None:
    figure = drawn(draw_confusion(_frames(_MARKS, _PRESENT, exclusive=True)))
    dash = "\N{EN DASH}"
    assert _cells(figure.figure.axes[0]) == [["0.75", "0.25", "0"], [dash, dash, dash], ["0", "0", "1.00"]]
    darkness = [figure.colour(column - 0.4, 0.0)[0] for column in (0, 1, 2)]
    assert darkness == sorted(darkness)
    assert "behaviour 0  (4)" in figure.words()
    assert "tiny: test frames" in figure.words()


def test_overlapping_behaviours_are_judged_alone_and_beside_each_other(drawn: Any) -> None:
    figure = drawn(draw_confusion(_frames(_MARKS, _PRESENT, exclusive=False)))
    alone, mistaken = figure.figure.axes
    dash = "\N{EN DASH}"
    assert _cells(alone) == [["0.75", "0.25", "0", "1.00"], [dash, dash, "0.20", "0.80"]]
    assert _cells(mistaken) == [["0", "1.00", "0"], [dash, dash, dash]]
    assert "behaviour 0  (4 / 1)" in figure.words()


def test_one_behaviour_can_be_mistaken_for_nothing_else(drawn: Any) -> None:
    figure = drawn(draw_confusion(_frames(_MARKS[:, :1], _PRESENT[:, :1], exclusive=False)))
    assert len(figure.figure.axes) == 1


@pytest.mark.parametrize("exclusive", [False, True])
def test_twenty_behaviours_fit_on_a_page(exclusive: bool, drawn: Any) -> None:
    marks = np.eye(20, dtype=np.int8).repeat(3, axis=0)
    figure = drawn(draw_confusion(_frames(marks, marks, exclusive=exclusive)))
    width, height = figure.figure.get_size_inches()
    assert width <= 7.1
    assert height <= 9.5
    for axes in figure.figure.axes:
        box = axes.get_tightbbox()
        assert box is not None
        assert box.x0 >= -1
        assert box.x1 <= figure.pixels.shape[1] + 1
