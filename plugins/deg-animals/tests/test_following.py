from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from made_animals import tracks_from

from deg_animals.errors import TracksError
from deg_animals.following import Course, follow, separation
from deg_animals.tracks import Tracks

GONE = [np.nan, np.nan]


def course(tracks: Tracks, individual: str = "a", partner: str | None = None, **changes: Any) -> Course:
    wishes: dict[str, Any] = {"rotate": "none", "smooth_frames": 0, "least_speed": 1.0, "where": "here", **changes}
    return follow(tracks, individual, partner, **wishes)


def test_gaps_are_bridged_and_ends_are_held() -> None:
    found = course(tracks_from([[GONE], [[2, 4]], [GONE], [[4, 8]], [GONE]]))
    np.testing.assert_allclose(found.centres_T2, [[2, 4], [2, 4], [3, 6], [4, 8], [4, 8]])
    assert found.headings_T is None


def test_smoothing_takes_jitter_and_leaves_the_way() -> None:
    rng = np.random.default_rng(0)
    way = np.stack([np.arange(200.0), np.full(200, 50.0)], axis=1)
    shaken = tracks_from((way + rng.normal(0, 2, way.shape))[:, None])
    before, after = (course(shaken, smooth_frames=smooth).centres_T2 - way for smooth in (0, 3))
    assert after[20:-20].std() < before[20:-20].std() / 2
    assert abs(after[20:-20].mean()) < 0.5


def test_an_animal_that_is_never_seen_is_refused() -> None:
    with pytest.raises(TracksError, match="'b' is never seen"):
        course(tracks_from([[[0, 0], GONE], [[0, 0], GONE]]), "b")


def test_told_headings_go_over_gaps_by_the_short_way_round() -> None:
    tracks = tracks_from(np.zeros((3, 1, 2)), [[170], [np.nan], [-170]])
    headings = course(tracks, rotate="right").headings_T
    assert headings is not None
    assert abs(headings[1]) == pytest.approx(180)


def test_without_headings_an_animal_heads_where_it_goes_and_keeps_that_while_still() -> None:
    steps = np.array([[0, 0]] * 3 + [[0, 3]] * 5 + [[0, 0]] * 5 + [[3, 0]] * 5 + [[0, 0]] * 5, dtype=np.float64)
    headings = course(tracks_from(steps.cumsum(axis=0)[:, None]), rotate="up").headings_T
    assert headings is not None
    np.testing.assert_allclose(headings[[0, 5, 8, 10, 16, 22]], [90, 90, 90, 90, 0, 0])


def test_an_animal_that_never_moves_has_no_heading() -> None:
    still = tracks_from(np.zeros((5, 1, 2)))
    with pytest.raises(TracksError, match="heading is unknown"):
        course(still, rotate="right")
    assert course(still).headings_T is None


def test_an_animal_in_a_single_frame_is_followed() -> None:
    assert course(tracks_from([[[3, 4]]]), smooth_frames=2).centres_T2.tolist() == [[3, 4]]


def test_the_first_of_a_pair_heads_to_the_second_also_while_they_are_one() -> None:
    pair = tracks_from([[[0, 0], [0, 5]], [[0, 0], [0.1, 0]], [[0, 0], [-5, 0]]])
    headings = course(pair, partner="b", rotate="right").headings_T
    assert headings is not None
    np.testing.assert_allclose(headings, [90, 90, 180])
    np.testing.assert_allclose(separation(pair, "a", "b", smooth_frames=0, where="here"), [5, 0.1, 5])
    assert course(pair, partner="b").headings_T is None
