from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from deg_core.data.timeline import Timeline

rates = st.sampled_from([10.0, 24000 / 1001, 25.0, 29.97, 30.0, 60.0, 119.88])


@given(rates, st.integers(1, 5000), st.integers(2, 6))
def test_seconds_written_to_a_file_come_back_as_the_same_frame(rate: float, frame: int, digits: int) -> None:
    timeline = Timeline.regular("a", 5001, rate)
    written = round(timeline.time_at(frame), digits)
    exact = abs(written - timeline.time_at(frame)) * rate
    if exact < 1e-3:  # what a file rounds further than that may mean the next frame
        assert timeline.frame_at(written) == frame


def test_a_time_between_two_frames_belongs_to_the_later() -> None:
    timeline = Timeline.regular("a", 100, 10.0)
    assert timeline.frame_at(0.05) == 1
    assert timeline.frame_at(0.1) == 1
    assert timeline.frame_at(0.11) == 2


def test_spans_are_half_open_and_end_with_the_recording() -> None:
    timeline = Timeline.regular("a", 100, 10.0)
    assert timeline.span_of(1.0, 2.0) == (10, 20)
    assert timeline.span_of(9.5, 60.0) == (95, 100)
    assert timeline.span_of(-3.0, 0.0) == (0, 0)


def test_uneven_frames_are_found_by_their_own_times() -> None:
    timeline = Timeline("a", np.array([0.0, 0.1, 0.5, 0.6]), 6.0)
    assert timeline.span_of(0.1, 0.55) == (1, 3)
    assert timeline.time_at(2) == 0.5


def test_the_end_of_the_last_frame_has_a_time() -> None:
    timeline = Timeline.regular("a", 3, 10.0)
    assert timeline.time_at(3) == pytest.approx(0.3)
    assert timeline.time_at(5) == pytest.approx(0.5)
    assert Timeline.regular("a", 0, 10.0).time_at(0) == pytest.approx(0.1)
