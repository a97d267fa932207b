"""From the times or frames of a file to frames of a recording."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from label_strategies import timelines

from deg_core.api import LabelError, Timeline
from deg_plugins_io.labels.said import Mark
from deg_plugins_io.labels.spans import Scale, frames_between
from deg_plugins_io.labels.writing import seconds_text

TEN = Timeline.regular("clip", 10, 10.0)
SECONDS = Scale()
PATH = Path("labels.csv")


def span_of(start, stop, timeline=TEN, scale=SECONDS, *, is_point=False, point_s=0.0):
    mark = Mark("groom", start, stop, "line 2", is_point=is_point)
    (span,) = frames_between([mark], scale, timeline, PATH, point_s).tolist()
    return tuple(span)


@pytest.mark.parametrize(
    ("start_s", "stop_s", "span"),
    [
        (0.2, 0.5, (2, 5)),
        (0.0, 1.0, (0, 10)),
        (0.21, 0.5, (3, 5)),  # frame 2 was taken before
        (0.2, 0.51, (2, 6)),  # frame 5 was taken before the stop
        (0.19999, 0.50001, (2, 5)),  # digits that a program rounded off
        (0.20001, 0.49999, (2, 5)),
        (0.2, 0.2, (2, 3)),  # an instant
        (0.21, 0.29, (3, 4)),  # between two frames: the later
        (0.95, 1.0, (9, 10)),  # after the last one was taken, before it ends
        (-0.05, 0.1, (0, 1)),  # within a frame of the recording
        (0.9, 1.05, (9, 10)),
        (1.0, 1.0, (9, 10)),
    ],
)
def test_seconds_become_half_open_spans_of_frames(start_s, stop_s, span):
    assert span_of(start_s, stop_s) == span


@pytest.mark.parametrize(
    ("start_s", "stop_s", "problem"),
    [
        (0.5, 0.4, "starts at 0.5 s and stops before, at 0.4 s"),
        (-0.11, 0.4, "lies outside the recording, 0 to 1.000 s"),
        (0.5, 1.11, "lies outside the recording"),
        (5.0, 6.0, "lies outside the recording"),
    ],
)
def test_seconds_that_cannot_be_are_refused(start_s, stop_s, problem):
    with pytest.raises(LabelError, match=problem) as caught:
        span_of(start_s, stop_s)
    assert caught.value.where.startswith("labels.csv, line 2")


@given(timelines(), st.data())
def test_the_time_of_a_frame_leads_back_to_it(timeline, data):
    start = data.draw(st.integers(0, timeline.n_frames - 1))
    stop = data.draw(st.integers(start + 1, timeline.n_frames))
    times = (timeline.time_at(start), timeline.time_at(stop))
    assert span_of(*times, timeline) == (start, stop)
    written = [float(seconds_text(time_s, timeline.frames_per_second)) for time_s in times]
    assert span_of(*written, timeline) == (start, stop)


@pytest.mark.parametrize(("rate", "text"), [(30.0, "1.234568"), (1000.0, "1.234568"), (2000.0, "1.234567890")])
def test_seconds_are_written_with_as_many_digits_as_the_rate_needs(rate, text):
    assert seconds_text(1.23456789, rate) == text


@given(timelines(), st.data())
def test_every_event_within_the_recording_has_a_frame_of_it(timeline, data):
    end_s = timeline.time_at(timeline.n_frames)
    start_s = data.draw(st.floats(0, end_s))
    stop_s = data.draw(st.floats(start_s, end_s))
    start, stop = span_of(start_s, stop_s, timeline)
    assert 0 <= start < stop <= timeline.n_frames


FRAMES = Scale("frames")


def test_frames_are_taken_as_they_are():
    assert span_of(0, 10, scale=FRAMES) == (0, 10)
    assert span_of(1, 10, scale=Scale("frames", first=1)) == (0, 9)
    assert span_of(1, 10, scale=Scale("frames", first=1, stop_inside=True)) == (0, 10)
    assert span_of(3, math.inf, scale=FRAMES) == (3, 10)
    assert span_of(3, 0, scale=FRAMES, is_point=True) == (3, 4)


@pytest.mark.parametrize(
    ("start", "stop", "problem"),
    [
        (4, 3, "starts at frame 4 and stops before, at frame 3"),
        (4, 4, "the bout at frame 4 has no frame"),
        (-1, 2, "frames -1 to 2, lies outside the recording, frames 0 to 10"),
        (9, 11, "lies outside"),
        (0.5, 2, r"frames 0\.5 to 2 are not whole numbers"),
        (math.nan, 2, "not whole numbers"),
        (-math.inf, 2, "outside"),
        (0, 1e300, "outside"),
    ],
)
def test_frames_that_cannot_be_are_refused(start, stop, problem):
    with pytest.raises(LabelError, match=problem):
        span_of(start, stop, scale=FRAMES)


@pytest.mark.parametrize("times", [(math.nan, 0.5), (0.1, math.nan), (-math.inf, 0.5)])
def test_times_that_are_no_numbers_are_refused(times):
    with pytest.raises(LabelError):
        span_of(*times)


def test_what_a_file_rounds_to_may_miss_a_frame_by_half_of_it_and_by_a_quarter_of_a_frame_at_most():
    hundredths, tenths = Scale(resolution_s=0.01), Scale(resolution_s=0.1)
    assert span_of(0.2049, 0.5, scale=hundredths) == (2, 5)
    assert span_of(0.2052, 0.5, scale=hundredths) == (3, 5)
    assert span_of(0.2249, 0.5, scale=tenths) == (2, 5)
    assert span_of(0.2252, 0.5, scale=tenths) == (3, 5)
    assert span_of(0.20501, 0.5, scale=hundredths) == (2, 5)  # half of it, and digits that a program rounded off


def test_a_bout_without_an_end_lasts_to_that_of_the_recording():
    assert span_of(3, math.inf, scale=Scale("frames", first=1, stop_inside=True)) == (2, 10)
    assert span_of(3, math.inf, scale=Scale("frames", stop_inside=True)) == (3, 10)
    assert span_of(0.3, math.inf) == (3, 10)


def test_a_stop_may_lie_inside_its_bout():
    inside = Scale(stop_inside=True)
    assert span_of(0.2, 0.5, scale=inside) == (2, 6)
    assert span_of(0.2, 0.2, scale=inside) == (2, 3)


def test_what_lasts_to_the_end_ends_with_the_recording():
    assert span_of(0.2, math.inf) == (2, 10)


def test_an_instant_lasts_as_long_as_is_said():
    assert span_of(0.2, 0, is_point=True) == (2, 3)
    assert span_of(0.2, 0, is_point=True, point_s=0.3) == (2, 5)
    assert span_of(0.9, 0, is_point=True, point_s=0.3) == (9, 10)


@given(timelines(), st.data())
def test_times_rounded_to_milliseconds_still_mean_their_frame(timeline, data):
    if np.diff(timeline.times_s).min(initial=1.0) < 0.0025 or timeline.frames_per_second > 400:
        return
    start = data.draw(st.integers(0, timeline.n_frames - 1))
    stop = data.draw(st.integers(start + 1, timeline.n_frames))
    times = (round(timeline.time_at(start), 3), round(timeline.time_at(stop), 3))
    assert span_of(*times, timeline, Scale(resolution_s=0.001)) == (start, stop)
