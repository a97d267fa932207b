from __future__ import annotations

import numpy as np
import pytest
from decided import at_most_one, decided_frames, exclusive, overlapping
from hypothesis import given
from hypothesis import strategies as st

from deg_core.api import FrameDecisions, find_runs
from deg_plugins_scoring.min_bout import (
    apply_min_bout,
    apply_min_bout_per_behaviour,
    bout_lengths,
    filter_bouts,
    learn_least_frames,
)
from deg_plugins_scoring.settings import MinBoutPerBehaviourSettings, MinBoutSettings

BY_BEHAVIOUR = MinBoutPerBehaviourSettings


def column(trace: str) -> np.ndarray:
    return np.array([[mark == "1"] for mark in trace])


def text(present: np.ndarray) -> str:
    return "".join("1" if mark else "0" for mark in present[:, 0])


@pytest.mark.parametrize(
    ("trace", "frames", "kept"),
    [
        ("0110100", 1, "0110100"),
        ("0110100", 2, "0110000"),
        ("0110100", 3, "0000000"),
        ("1", 2, "0"),
        ("111", 3, "111"),
    ],
)
def test_shorter_bouts_are_dropped_and_nothing_else(trace: str, frames: int, kept: str) -> None:
    frames_decided = overlapping(column(trace))
    assert text(apply_min_bout(MinBoutSettings(frames=frames), {}, frames_decided)) == kept


@pytest.mark.parametrize(
    ("trace", "frames", "kept"),
    [
        ("110011", 3, "111111"),
        ("11000011", 3, "00000000"),
        ("11000011", 2, "11000011"),
        ("0111000", 2, "1111000"),
        ("0000", 9, "0000"),
        ("1", 9, "0"),
    ],
)
def test_shorter_gaps_are_filled_first_where_that_is_wanted(trace: str, frames: int, kept: str) -> None:
    settings = MinBoutSettings(frames=frames, fill_gaps=True)
    assert text(apply_min_bout(settings, {}, overlapping(column(trace)))) == kept


@given(decided_frames(), st.integers(1, 9), st.booleans())
def test_what_is_left_is_long_enough(frames: FrameDecisions, least: int, fill_gaps: bool) -> None:
    present = apply_min_bout(MinBoutSettings(frames=least, fill_gaps=fill_gaps), {}, frames)
    assert all(stop - start >= least for behaviour in present.T for start, stop in find_runs(behaviour))
    assert not present[:, ~frames.present.any(axis=0)].any(), "no behaviour comes from nowhere"
    assert at_most_one(present) or not frames.exclusive
    if not fill_gaps:
        assert not (present & ~frames.present).any()


@given(decided_frames(only_exclusive=False), st.integers(1, 9), st.booleans())
def test_twice_is_the_same_as_once(frames: FrameDecisions, least: int, fill_gaps: bool) -> None:
    once = filter_bouts(frames.present, [least] * 3, fill_gaps=fill_gaps, exclusive=False)
    assert np.array_equal(filter_bouts(once, [least] * 3, fill_gaps=fill_gaps, exclusive=False), once)


@given(decided_frames(only_exclusive=True), st.integers(2, 9))
def test_where_behaviours_exclude_each_other_only_idle_gaps_are_filled(frames: FrameDecisions, least: int) -> None:
    filled = filter_bouts(frames.present, [least] * 3, fill_gaps=True, exclusive=True)
    switched = frames.present.any(axis=1) & filled.any(axis=1) & (filled != frames.present).any(axis=1)
    # A frame of one behaviour becomes another's only if its own bout was too short to stay.
    for frame in np.flatnonzero(switched):
        own = frames.present[frame].argmax()
        assert not filled[frame, own]
        start, stop = next(run for run in find_runs(frames.present[:, own]) if run[0] <= frame < run[1])
        assert stop - start < least


def test_a_gap_that_belongs_to_another_behaviour_is_not_filled() -> None:
    shares = np.zeros((9, 2), dtype=np.float32)
    shares[[0, 1, 2, 6, 7, 8], 0] = shares[3:6, 1] = 1
    settings = MinBoutSettings(frames=3, fill_gaps=True)
    assert np.array_equal(apply_min_bout(settings, {}, exclusive(shares)), shares == 1)
    longer = MinBoutSettings(frames=4, fill_gaps=True)
    assert not apply_min_bout(longer, {}, exclusive(shares)).any()


def test_a_gap_that_a_dropped_bout_leaves_is_filled_too() -> None:
    for order in ([0, 1], [1, 0]):
        shares = np.array([[1, 0], [1, 0], [0, 1], [1, 0], [1, 0]], dtype=np.float32)[:, order]
        present = apply_min_bout(MinBoutSettings(frames=2, fill_gaps=True), {}, exclusive(shares))
        assert present[:, order].astype(int).tolist() == [[1, 0]] * 5


def test_every_behaviour_has_its_own_least_length() -> None:
    decided = overlapping(np.array([[1, 1], [1, 1], [0, 0], [1, 1], [0, 0]], dtype=np.float32))
    present = apply_min_bout_per_behaviour(BY_BEHAVIOUR(), {"frames": [1, 2]}, decided)
    assert present.astype(int).tolist() == [[1, 1], [1, 1], [0, 0], [1, 0], [0, 0]]


def test_lengths_are_learned_from_all_recordings_together() -> None:
    one = np.array([1, 1, 0, 1, 1, 1, 1, 0], dtype=np.int8)[:, None]
    other = np.array([0, 1, 1, 1, 1, 1, 1, 1], dtype=np.int8)[:, None]
    assert [each.tolist() for each in bout_lengths([one, other])] == [[2, 4, 7]]
    for percentile, frames in ((0, 2), (50, 4), (100, 7), (25, 3)):
        assert learn_least_frames(BY_BEHAVIOUR(percentile=percentile), [one, other], exclusive=False) == {
            "frames": [frames]
        }
    assert learn_least_frames(BY_BEHAVIOUR(percentile=0, longer_by=2), [one], exclusive=False) == {"frames": [4]}


def test_bouts_whose_ends_nobody_labelled_teach_no_length() -> None:
    marks = np.array([-1, 1, 0, 1, 1, 1, -1, 1, 1, 0, 1, 1, 1, 1], dtype=np.int8)[:, None]
    assert [each.tolist() for each in bout_lengths([marks])] == [[4]]


def test_a_behaviour_without_any_bout_keeps_all_of_its_bouts() -> None:
    marks = np.zeros((5, 1), dtype=np.int8)
    assert learn_least_frames(BY_BEHAVIOUR(), [marks], exclusive=False) == {"frames": [1]}
