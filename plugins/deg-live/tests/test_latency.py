from __future__ import annotations

import math

import numpy as np

from deg_live.latency import Latency


def test_figures_are_those_of_all_that_was_added() -> None:
    values = np.random.default_rng(0).gamma(3, 40, 1001)
    latency = Latency(200)
    for value in values:
        latency.add(value)
    figures = latency.figures()
    assert abs(figures.median - np.median(values)) <= 1
    assert abs(figures.most - np.percentile(values, 95)) <= 1.5
    assert figures.maximum == values.max()
    assert figures.n_late == (values > 200).sum()


def test_before_the_first_there_is_nothing_to_say() -> None:
    figures = Latency(100).figures()
    assert math.isnan(figures.median)
    assert math.isnan(figures.maximum)
    assert figures.n_late == 0


def test_what_takes_longer_than_anything_is_in_the_maximum() -> None:
    latency = Latency(100)
    latency.add(1e6)
    assert latency.figures().maximum == 1e6
    assert latency.figures().median == 60_000
