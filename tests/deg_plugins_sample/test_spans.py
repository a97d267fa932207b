from __future__ import annotations

import numpy as np
import pytest

from deg_plugins_sample.spans import blend_spans, mark_spans, scatter_spans, smoothstep


def test_a_smooth_step_is_level_at_both_ends_and_half_way_in_the_middle() -> None:
    assert smoothstep(np.array([-1.0, 0.0, 0.5, 1.0, 2.0])).tolist() == [0.0, 0.0, 0.5, 1.0, 1.0]
    assert smoothstep(np.array([0.01]))[0] < 0.001


def test_marks_are_half_open() -> None:
    assert mark_spans([(1, 3), (4, 5)], 6).tolist() == [0, 1, 1, 0, 1, 0]


def test_easing_crosses_one_half_at_the_edges_of_a_span() -> None:
    spans = [(20, 40), (60, 80)]
    under_way = blend_spans(spans, 100, 8)
    assert np.array_equal(under_way > 0.5, mark_spans(spans, 100) == 1)
    assert under_way[30] == 1.0
    assert under_way[50] == 0.0
    assert np.abs(np.diff(under_way)).max() < 0.25


def test_scattered_spans_keep_off_the_edges_and_stop_when_enough_is_covered() -> None:
    free = [(100 * index, 100 * index + 80) for index in range(20)]
    spans = scatter_spans(free, (20.0, 40.0), 200.0, 9.0, np.random.default_rng(0))
    lengths = [stop - start for start, stop in spans]
    assert list(spans) == sorted(spans)
    assert all(start % 100 >= 9 and stop % 100 <= 71 for start, stop in spans)
    assert sum(lengths) == pytest.approx(200, abs=45)
    assert min(lengths) >= 20


def test_nothing_is_scattered_where_there_is_no_room() -> None:
    assert scatter_spans([(0, 30)], (20.0, 40.0), 200.0, 9.0, np.random.default_rng(0)) == ()
