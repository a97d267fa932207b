from __future__ import annotations

import numpy as np
import pytest
from decided import at_most_one, decided_frames, exclusive, overlapping
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from deg_core.api import FrameDecisions, find_runs
from deg_plugins_scoring.hysteresis import apply_hysteresis
from deg_plugins_scoring.settings import HysteresisSettings

releases = st.floats(0.01, 1)


@given(decided_frames())
def test_with_two_equal_thresholds_it_is_the_threshold_alone(frames: FrameDecisions) -> None:
    assert np.array_equal(apply_hysteresis(HysteresisSettings(release=1), {}, frames), frames.present)


@given(decided_frames(), releases)
def test_it_only_adds_frames_to_bouts_that_were_there(frames: FrameDecisions, release: float) -> None:
    present = apply_hysteresis(HysteresisSettings(release=release), {}, frames)
    assert (present >= frames.present).all()
    assert at_most_one(present) or not frames.exclusive
    for after, before in zip(present.T, frames.present.T, strict=True):
        assert all(before[start:stop].any() for start, stop in find_runs(after))


@given(decided_frames(), releases, releases)
def test_the_lower_the_second_threshold_the_longer_the_bouts(frames: FrameDecisions, one: float, other: float) -> None:
    low, high = (apply_hysteresis(HysteresisSettings(release=r), {}, frames) for r in sorted((one, other)))
    assert (low >= high).all()


@given(decided_frames(), releases)
def test_twice_is_the_same_as_once(frames: FrameDecisions, release: float) -> None:
    settings = HysteresisSettings(release=release)
    once = apply_hysteresis(settings, {}, frames)
    again = FrameDecisions(frames.probabilities, once, frames.thresholds, frames.neutral, frames.exclusive)
    assert np.array_equal(apply_hysteresis(settings, {}, again), once)


def test_a_bout_begins_before_it_is_sure_and_ends_after() -> None:
    probabilities = np.array([0.299, 0.3, 0.7, 0.4, 0.299, 0.4, 0.4])[:, None]
    present = apply_hysteresis(HysteresisSettings(release=0.5), {}, overlapping(probabilities, 0.6))
    assert present[:, 0].astype(int).tolist() == [0, 1, 1, 1, 0, 0, 0]


def test_exclusive_behaviours_go_on_into_idle_frames_and_not_into_each_other() -> None:
    shares = np.array([[0.3, 0.1], [0.8, 0.1], [0.3, 0.2], [0.2, 0.3], [0.1, 0.8], [0.0, 0.1]])
    present = apply_hysteresis(HysteresisSettings(release=0.4), {}, exclusive(shares))
    assert present.astype(int).tolist() == [[1, 0], [1, 0], [1, 0], [0, 1], [0, 1], [0, 0]]


@pytest.mark.parametrize("release", [0, -0.5, 1.01])
def test_a_second_threshold_above_the_first_is_refused(release: float) -> None:
    with pytest.raises(ValidationError, match="release"):
        HysteresisSettings(release=release)
