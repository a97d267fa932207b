"""When the frames of a video were taken, and at what rate."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from deg_plugins_io.frame_times import regular_times, settle_times

RATES = [24000 / 1001, 25.0, 30000 / 1001, 30.0, 60000 / 1001, 120.0]


def test_even_times_count_from_0():
    assert regular_times(4, 2.0).tolist() == [0.0, 0.5, 1.0, 1.5]
    assert regular_times(0, 2.0).shape == (0,)


@given(st.sampled_from(RATES), st.integers(1, 400), st.sampled_from([1e-3, 1 / 90000, 1e-6]), st.floats(0, 100))
def test_an_even_rate_written_down_coarsely_is_exact_again(rate, n_frames, tick_s, first_s):
    stamps_s = np.round((first_s + np.arange(n_frames) / rate) / tick_s) * tick_s
    settled = settle_times(stamps_s, tick_s, [rate])
    assert settled is not None
    times_s, settled_rate = settled
    assert settled_rate == rate
    assert np.array_equal(times_s, regular_times(n_frames, rate))


@given(st.lists(st.integers(5, 90), min_size=1, max_size=50))
def test_a_variable_rate_keeps_its_times_and_has_a_mean(gaps_ms):
    stamps_s = 7 + np.cumsum([0, *gaps_ms]) / 1000
    settled = settle_times(stamps_s, 1e-3, [1000.0])
    assert settled is not None
    times_s, rate = settled
    np.testing.assert_allclose(times_s, stamps_s - 7, atol=1e-9)
    assert rate == pytest.approx(len(gaps_ms) / sum(gaps_ms) * 1000)


@pytest.mark.parametrize("dropped", [1, 17, 38])
@pytest.mark.parametrize("tick_s", [1e-3, 1 / 30])
def test_a_dropped_frame_is_a_gap_even_where_the_clock_ticks_once_a_frame(dropped, tick_s):
    stamps_s = np.delete(np.arange(40), dropped) / 30
    settled = settle_times(stamps_s, tick_s, [30.0])
    assert settled is not None
    np.testing.assert_allclose(settled[0], stamps_s)
    assert settled[1] < 30


def test_a_camera_that_trembles_more_than_its_clock_is_not_even():
    stamps_s = np.arange(40) / 30 + np.tile([0.0, 0.004], 20)
    settled = settle_times(stamps_s, 1e-3, [30.0])
    assert settled is not None
    np.testing.assert_allclose(settled[0], stamps_s)
    even = settle_times(np.arange(40) / 30 + np.tile([0.0, 0.0009], 20), 1e-3, [30.0])
    assert even is not None
    assert even[1] == 30.0


def test_the_first_stated_rate_that_fits_is_taken():
    stamps_s = np.arange(50) / 25
    for stated in ([25.0], [30.0, 25.0], [25.0, 25.0000001]):
        settled = settle_times(stamps_s, 1e-3, stated)
        assert settled is not None
        assert settled[1] == 25.0


def test_a_wrong_rate_is_not_believed():
    settled = settle_times(np.arange(50) / 25, 1e-3, [30.0])
    assert settled is not None
    assert settled[1] == pytest.approx(25)


def test_a_single_frame_has_the_stated_rate_or_none():
    settled = settle_times(np.array([3.0]), 1e-3, [25.0])
    assert settled is not None
    assert (settled[0].tolist(), settled[1]) == ([0.0], 25.0)
    assert settle_times(np.array([3.0]), 1e-3, []) is None
