from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from deg_plugins_figures.ethogram_figure import MAX_COLUMNS, draw_ethogram
from deg_plugins_figures.palette import colour_of
from deg_plugins_figures.tracks import Tracks

_EMPTY = (245, 245, 245)


def test_bars_stand_where_a_person_and_deg_saw_the_behaviour(tracks: Tracks, drawn: Any) -> None:
    figure = drawn(draw_ethogram(tracks))
    human, deg = figure.rows("human")[0], figure.rows("deg")[0]
    blue = colour_of(0)
    # A person saw it from 2 to 4 s, deg from 3 to 5 s.
    assert [drawn.close_to(figure.colour(s, human), blue) for s in (1.9, 2.1, 3.9, 4.1)] == [False, True, True, False]
    assert [drawn.close_to(figure.colour(s, deg), blue) for s in (2.9, 3.1, 4.9, 5.1)] == [False, True, True, False]


def test_a_behaviour_that_never_happens_has_empty_rows(tracks: Tracks, drawn: Any) -> None:
    figure = drawn(draw_ethogram(tracks))
    for row in (figure.rows("human")[1], figure.rows("deg")[1]):
        assert {figure.colour(s, row) for s in np.arange(0.5, 8.0, 0.5)} == {_EMPTY}


def test_what_nobody_labelled_is_hatched(tracks: Tracks, drawn: Any) -> None:
    figure = drawn(draw_ethogram(tracks))
    row = figure.rows("human")[0]
    unlabelled = {figure.colour(s, row) for s in np.arange(8.05, 8.95, 0.01)}
    assert (255, 255, 255) in unlabelled  # paper between the strokes
    assert any(max(colour) < 240 for colour in unlabelled)  # the strokes
    assert "hatched: not labelled" in figure.words()


def test_probabilities_are_as_high_as_they_are(tracks: Tracks, drawn: Any) -> None:
    figure = drawn(draw_ethogram(tracks))
    middle = figure.rows("probability")[0]
    assert drawn.close_to(figure.colour(4.0, middle), (140, 140, 140), 4)  # 0.9
    assert figure.colour(6.0, middle) == (255, 255, 255)  # 0.1


def test_a_dashed_line_marks_the_threshold(tracks: Tracks, drawn: Any) -> None:
    low, high = (draw_ethogram(replace(tracks, thresholds=np.full(2, t, np.float32))) for t in (0.2, 0.8))
    assert np.abs(drawn(low).pixels.astype(int) - drawn(high).pixels).max() > 100


def test_exclusive_behaviours_have_no_thresholds(tracks: Tracks, drawn: Any) -> None:
    figure = drawn(draw_ethogram(replace(tracks, thresholds=np.full(2, np.nan, dtype=np.float32))))
    assert "threshold" not in figure.words()


def test_test_frames_are_marked_above(tracks: Tracks, drawn: Any) -> None:
    figure = drawn(draw_ethogram(tracks))
    (row,) = figure.rows("test")
    assert [figure.colour(s, row) for s in (5.9, 6.1, 6.9, 7.1)] == [(255,) * 3, (0,) * 3, (0,) * 3, (255,) * 3]


def test_a_cut_shows_the_times_of_the_recording(tracks: Tracks, drawn: Any) -> None:
    figure = drawn(draw_ethogram(tracks.cut(30, 60)))
    assert drawn.close_to(figure.colour(4.5, figure.rows("deg")[0]), colour_of(0))
    assert drawn.close_to(figure.colour(3.5, figure.rows("human")[0]), colour_of(0))
    assert "0:03" in figure.words()
    assert "0:02" not in figure.words()


def test_without_labels_there_is_no_row_for_them(tracks: Tracks, drawn: Any) -> None:
    figure = drawn(draw_ethogram(replace(tracks, marks=None, test_spans=())))
    assert figure.rows("human") == []
    assert len(figure.rows("deg")) == 2
    assert drawn.close_to(figure.colour(4.0, figure.rows("deg")[0]), colour_of(0))


def test_names_and_titles_are_printed_as_they_are(tracks: Tracks, drawn: Any) -> None:
    figure = drawn(draw_ethogram(replace(tracks, behaviours=("sniff_$x$", "Körperpflege"), recording="m_$1$")))
    assert all(name in figure.words() for name in ("sniff_$x$", "Körperpflege", "m_$1$"))


def _long(n_frames: int, n_behaviours: int) -> Tracks:
    probabilities = np.zeros((n_frames, n_behaviours), dtype=np.float32)
    probabilities[n_frames // 2] = 1.0
    return Tracks(
        recording="long",
        behaviours=tuple(f"behaviour {k}" for k in range(n_behaviours)),
        frames_per_second=30.0,
        probabilities=probabilities,
        present=probabilities > 0.5,
        thresholds=np.full(n_behaviours, 0.5, dtype=np.float32),
        marks=(probabilities > 0.5).astype(np.int8),
    )


def test_a_single_frame_of_a_long_recording_is_seen(drawn: Any) -> None:
    n_frames = 40 * MAX_COLUMNS
    figure = drawn(draw_ethogram(_long(n_frames, 1)))
    row = figure.rows("deg")[0]
    middle_s = n_frames / 2 / 30
    near = [figure.colour(middle_s + shift, row) for shift in np.arange(-3, 3, 0.25)]
    assert min(colour[0] for colour in near) < 225
    assert figure.colour(middle_s / 2, row) == _EMPTY


def test_long_recordings_are_darker_where_more_happens(drawn: Any) -> None:
    tracks = _long(20 * MAX_COLUMNS, 1)
    half = tracks.n_frames // 2
    present = np.zeros_like(tracks.present)
    present[:half:4] = True
    present[half:] = True
    figure = drawn(draw_ethogram(replace(tracks, present=present)))
    row = figure.rows("deg")[0]
    sparse, dense = figure.colour(tracks.stop_s * 0.25, row), figure.colour(tracks.stop_s * 0.75, row)
    assert drawn.close_to(dense, colour_of(0))
    assert dense[0] + 40 < sparse[0] < _EMPTY[0] - 40


@pytest.mark.parametrize(("n_frames", "n_behaviours"), [(1, 1), (100, 20), (MAX_COLUMNS + 1, 3)])
def test_any_size_can_be_drawn(n_frames: int, n_behaviours: int, drawn: Any) -> None:
    figure = drawn(draw_ethogram(_long(n_frames, n_behaviours)))
    assert len(figure.rows("deg")) == n_behaviours
    labels = figure.figure.axes[0].get_yticklabels()
    assert [label.get_text() for label in labels] == [f"behaviour {k}" for k in range(n_behaviours)]
    heights = [label.get_window_extent().y0 for label in labels]
    assert all(upper - lower > 25 for upper, lower in pairwise(heights))  # none on another
