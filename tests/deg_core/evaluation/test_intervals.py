from __future__ import annotations

import numpy as np
import pytest

from deg_core.evaluation.intervals import draw_units, interval_of, thinned_frames, units_of


def test_recordings_are_units() -> None:
    units, what = units_of(["b", "b", "a", "b"])
    assert what == "recordings"
    assert units.tolist() == [1, 1, 0, 1]


def test_one_recording_is_cut_into_blocks_of_neighbours() -> None:
    units, what = units_of(["a"] * 100)
    assert what == "blocks of one recording"
    assert units.tolist() == np.repeat(np.arange(20), 5).tolist()
    assert units_of(["a"])[0].tolist() == [0]


def test_long_data_are_thinned_evenly() -> None:
    units = np.repeat([0, 1], [150_000, 60_000])
    first, second = thinned_frames(units)
    assert (len(first), len(second)) == (30_000, 12_000)
    assert set(np.diff(first)) == {5}
    assert second[0] == 150_000
    short = thinned_frames(np.repeat([0, 1], 5))
    assert [each.tolist() for each in short] == [[0, 1, 2, 3, 4], [5, 6, 7, 8, 9]]


def test_an_interval_is_that_of_the_mean_of_recordings() -> None:
    """Where the score is a mean, theory says how wide it is: 1.96 standard errors to either side."""
    rng = np.random.default_rng(0)
    scores = rng.normal(0.5, 0.1, 40)
    low, high = interval_of(scores[draw_units(40, 4000, rng)].mean(axis=1)) or (0.0, 0.0)
    error = scores.std() / np.sqrt(40)
    assert (low, high) == pytest.approx((scores.mean() - 1.96 * error, scores.mean() + 1.96 * error), abs=0.003)


def test_there_is_no_interval_of_what_is_mostly_undefined() -> None:
    assert interval_of(np.array([0.5, np.nan, np.nan])) is None
    assert interval_of(np.array([])) is None
    assert interval_of(np.array([0.5, 0.5, np.nan])) == (0.5, 0.5)
