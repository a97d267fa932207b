from __future__ import annotations

from typing import Any

import numpy as np

from deg_plugins_figures.palette import colour_of
from deg_plugins_figures.precision_recall_figure import draw_precision_recall
from deg_plugins_figures.scored import PrecisionRecall

_NAN = float("nan")


def _curve(name: str = "groom", threshold: float = 0.43) -> PrecisionRecall:
    return PrecisionRecall(
        behaviour=name,
        thresholds=np.array([0.1, 0.8]),
        precision=np.array([0.3, 0.9]),
        recall=np.array([1.0, 0.6]),
        average_precision=0.66,
        base_rate=0.3,
        n_present=30,
        chosen=(0.8, 0.5),
        threshold=threshold,
    )


def test_the_curve_steps_down_where_recall_grows(drawn: Any) -> None:
    figure = drawn(draw_precision_recall([_curve()], "test frames"))
    blue = colour_of(0)
    assert drawn.close_to(figure.colour(0.3, 0.9), blue, 60)
    assert not drawn.close_to(figure.colour(0.7, 0.9), blue, 60)
    assert drawn.close_to(figure.colour(0.6, 0.7), blue, 60)  # the step


def test_base_rate_and_decision_are_marked(drawn: Any) -> None:
    figure = drawn(draw_precision_recall([_curve()], "test frames"))
    dots = {figure.colour(recall, 0.3) for recall in np.arange(0.05, 0.55, 0.005)}
    assert any(max(dot) < 200 for dot in dots)
    assert (255, 255, 255) in dots
    assert figure.colour(0.8, 0.5) == (255, 255, 255)  # the white heart of the circle ...
    around = {figure.colour(0.8 + shift, 0.5) for shift in np.arange(0.005, 0.06, 0.002)}
    assert any(max(colour) < 120 for colour in around)  # ... and its rim
    assert "AP 0.66, base rate 0.3" in figure.words()
    assert "0.43" in figure.words()


def test_exclusive_behaviours_have_a_decision_without_a_threshold(drawn: Any) -> None:
    figure = drawn(draw_precision_recall([_curve(threshold=_NAN)], "test frames"))
    assert "nan" not in figure.words()


def test_an_undefined_curve_says_so_and_why(drawn: Any) -> None:
    none = np.empty(0)
    never = PrecisionRecall("still", none, none, none, _NAN, 0.0, 0, (_NAN, _NAN), 0.5)
    unknown = PrecisionRecall("rear", none, none, none, _NAN, _NAN, 0, (_NAN, _NAN), 0.5)
    words = drawn(draw_precision_recall([never, unknown], "test frames")).words()
    assert "undefined:\nnever happens" in words
    assert "undefined:\nnot labelled" in words
    assert "AP" not in words


def test_every_behaviour_has_its_panel(drawn: Any) -> None:
    curves = [_curve(f"behaviour {k}") for k in range(7)]
    figure = drawn(draw_precision_recall(curves, "test frames"))
    assert all(f"behaviour {k}" in figure.words() for k in range(7))
    assert [axes.axison for axes in figure.figure.axes] == [True] * 7 + [False] * 3
