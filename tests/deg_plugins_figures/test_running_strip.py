from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from deg_plugins_figures.palette import UNKNOWN, colour_of, tint
from deg_plugins_figures.running_strip import StripPlan, draw_strip, plan_strip
from deg_plugins_figures.tracks import Tracks

_BLUE, _PALE, _EMPTY, _WHITE = colour_of(0), tint(colour_of(0), 0.3), (245, 245, 245), (255, 255, 255)
_ONE = StripPlan(width=20, row_height=30, columns_per_frame=1.0)


def _colours(strip: np.ndarray, y: int, columns: list[int]) -> list[tuple[int, ...]]:
    return [tuple(int(part) for part in strip[y, column]) for column in columns]


def test_a_label_is_a_bar_over_its_frames(tracks: Tracks) -> None:
    strip = draw_strip(tracks, _ONE, 0, 100)
    assert _colours(strip, 2, [19, 20, 39, 40, 79, 80, 89, 90]) == [
        *(_EMPTY, _BLUE, _BLUE, _EMPTY),
        *(_EMPTY, UNKNOWN, UNKNOWN, _EMPTY),
    ]


def test_a_prediction_is_as_high_as_its_probability_and_dark_where_present(tracks: Tracks) -> None:
    strip = draw_strip(tracks, _ONE, 0, 100)
    bottom, top = 26, 9
    assert _colours(strip, bottom, [29, 30, 49, 50]) == [_PALE, _BLUE, _BLUE, _PALE]
    assert _colours(strip, top + 3, [29, 30, 49, 50]) == [_EMPTY, _BLUE, _BLUE, _EMPTY]
    assert _colours(strip, top, [30]) == [_EMPTY]  # 0.9 is not 1


def test_a_decision_is_seen_at_any_probability(tracks: Tracks) -> None:
    certain = replace(tracks, probabilities=np.zeros_like(tracks.probabilities))
    assert _colours(draw_strip(certain, _ONE, 0, 100), 26, [29, 30]) == [_EMPTY, _BLUE]


def test_without_labels_predictions_take_the_whole_row(tracks: Tracks) -> None:
    strip = draw_strip(replace(tracks, marks=None), _ONE, 0, 100)
    assert _colours(strip, 4, [29, 30]) == [_EMPTY, _BLUE]


def test_outside_the_recording_the_strip_is_white(tracks: Tracks) -> None:
    strip = draw_strip(tracks, _ONE, -10, 110)
    assert (strip[:, :10] == 255).all()
    assert (strip[:, -10:] == 255).all()
    assert np.array_equal(strip[:, 10:110], draw_strip(tracks, _ONE, 0, 100))
    assert (draw_strip(tracks, _ONE, 200, 220) == 255).all()


@pytest.mark.parametrize("columns_per_frame", [0.13, 0.5, 1.0, 1.85, 3.0])
def test_a_part_is_the_same_as_in_the_whole(tracks: Tracks, columns_per_frame: float) -> None:
    plan = StripPlan(width=20, row_height=24, columns_per_frame=columns_per_frame)
    whole = draw_strip(tracks, plan, -5, 300)
    for start, stop in ((-5, 3), (0, 20), (7, 8), (11, 300)):
        assert np.array_equal(draw_strip(tracks, plan, start, stop), whole[:, start + 5 : stop + 5])


def test_a_single_frame_is_seen_however_narrow_the_columns(tracks: Tracks) -> None:
    present = np.zeros_like(tracks.present)
    present[57, 0] = True
    plan = StripPlan(width=20, row_height=30, columns_per_frame=0.1)
    strip = draw_strip(replace(tracks, present=present), plan, 0, 10)
    assert _colours(strip, 26, list(range(10))).count(_BLUE) == 1


def test_the_present_frame_is_in_the_middle() -> None:
    plan = plan_strip(400, 3, 30.0, 5.0)
    assert plan.columns_per_frame == pytest.approx(400 / 300)
    for frame in (0, 7, 1000):
        middle = plan.first_column(frame) + 200
        assert frame <= middle / plan.columns_per_frame < frame + 1


def test_seconds_are_marked_and_every_fifth_is_longer(tracks: Tracks) -> None:
    strip = draw_strip(tracks, _ONE, -10, 110)
    lengths = (strip[-6:, :, 0] < 200).sum(axis=0)
    assert np.flatnonzero(lengths).tolist() == list(range(10, 110, 10))
    assert lengths[10] == lengths[60] == 5
    assert lengths[20] == 3


@pytest.mark.parametrize(("n_behaviours", "most"), [(1, 40), (6, 190), (20, 370)])
def test_many_behaviours_get_narrower_rows(n_behaviours: int, most: int) -> None:
    assert plan_strip(400, n_behaviours, 30.0, 5.0).height(n_behaviours) <= most
