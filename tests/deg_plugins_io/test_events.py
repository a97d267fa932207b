"""Events and bouts on their way to labels."""

from __future__ import annotations

import logging
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from label_strategies import timelines

from deg_core.api import LabelError, Labels, Timeline
from deg_plugins_io.events import (
    Event,
    event_in_frames,
    event_in_seconds,
    labels_of,
    notes_on_loss,
    require_timeline,
    seconds_text,
)

TEN = Timeline.regular("clip", 10, 10.0)
PATH = Path("labels.csv")


def span_of(start_s: float, stop_s: float, timeline: Timeline = TEN) -> tuple[int, int]:
    event = event_in_seconds("groom", start_s, stop_s, timeline, "line 2")
    return event.start, event.stop


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
    assert caught.value.where.startswith("line 2")


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


def test_frames_are_taken_as_they_are():
    assert event_in_frames("groom", 0, 10, TEN, "") == Event("groom", 0, 10)


@pytest.mark.parametrize(
    ("start", "stop", "problem"),
    [
        (4, 3, "starts at frame 4 and stops before, at frame 3"),
        (4, 4, "the bout at frame 4 has no frame"),
        (-1, 2, "frames -1 to 2, lies outside the recording, frames 0 to 10"),
        (9, 11, "lies outside"),
    ],
)
def test_frames_that_cannot_be_are_refused(start, stop, problem):
    with pytest.raises(LabelError, match=problem):
        event_in_frames("groom", start, stop, TEN, "line 2")


def test_bouts_without_a_recording_are_refused():
    assert require_timeline(TEN, PATH) is TEN
    with pytest.raises(LabelError, match="bouts do not tell how long the recording is"):
        require_timeline(None, PATH)


def test_what_was_looked_for_comes_first_and_is_absent_in_silence():
    labels = labels_of([Event("dig", 1, 3), Event("groom", 0, 1)], ("rear", "groom"), TEN, PATH)
    assert labels.behaviours == ("rear", "groom", "dig")
    assert labels.marks[:4].tolist() == [[0, 1, 0], [0, 0, 1], [0, 0, 1], [0, 0, 0]]
    assert labels.frames_per_second == 10.0


spans = st.tuples(st.sampled_from("ab"), st.integers(0, 9), st.integers(1, 5)).map(
    lambda each: Event(each[0], each[1], min(each[1] + each[2], 10))
)


@given(st.lists(spans), st.randoms(use_true_random=False))
def test_events_are_united_whatever_their_order(events, random):
    labels = labels_of(events, ("a", "b"), TEN, PATH)
    shuffled = random.sample(events, len(events))
    assert np.array_equal(labels.marks, labels_of(shuffled, ("a", "b"), TEN, PATH).marks)
    for name, column in zip(("a", "b"), labels.marks.T, strict=True):
        inside = {frame for event in events if event.behaviour == name for frame in range(event.start, event.stop)}
        assert set(np.flatnonzero(column).tolist()) == inside


def test_only_overlaps_are_told(caplog):
    with caplog.at_level(logging.WARNING):
        labels_of([Event("a", 0, 3), Event("a", 3, 5), Event("b", 0, 5)], (), TEN, PATH)
        assert not caplog.records
        labels_of([Event("a", 0, 3), Event("a", 1, 5)], (), TEN, PATH)
    assert "labels.csv: bouts of 'a' overlap in 2 frames; they are united" in caplog.text


@pytest.mark.parametrize(
    ("marks", "n_frames"), [([[0, 1], [1, 0]], None), ([[0, -1], [1, 0]], 1), ([[-1, -1], [1, -1]], 2)]
)
def test_frames_that_a_list_of_bouts_cannot_hold_are_counted(marks, n_frames):
    notes = notes_on_loss(Labels(np.array(marks, dtype=np.int8), ("a", "b")))
    assert len(notes) == (n_frames is not None)
    assert n_frames is None or notes[0].startswith(f"{n_frames} frames are not labelled")
