from __future__ import annotations

import numpy as np
import pytest
from decided import at_most_one, decided_frames, overlapping
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError
from scipy.ndimage import median_filter

from deg_core.api import FrameDecisions
from deg_plugins_scoring.median import apply_median
from deg_plugins_scoring.settings import MedianSettings

windows = st.integers(0, 12).map(lambda half: 2 * half + 1)


@given(decided_frames(only_exclusive=False), windows)
def test_it_is_the_threshold_on_the_median_of_the_probabilities(frames: FrameDecisions, window: int) -> None:
    smooth = median_filter(frames.probabilities, size=(window, 1), mode="nearest")
    found = apply_median(MedianSettings(frames=window), {}, frames)
    assert np.array_equal(found, smooth >= frames.thresholds)


@given(decided_frames(), windows)
def test_no_behaviour_comes_from_nowhere_and_none_joins_another(frames: FrameDecisions, window: int) -> None:
    present = apply_median(MedianSettings(frames=window), {}, frames)
    assert not present[:, ~frames.present.any(axis=0)].any()
    assert at_most_one(present) or not frames.exclusive


@given(decided_frames())
def test_a_window_of_one_frame_changes_nothing(frames: FrameDecisions) -> None:
    assert np.array_equal(apply_median(MedianSettings(frames=1), {}, frames), frames.present)


def test_what_is_smooth_stays() -> None:
    trace = overlapping(np.repeat([0.0, 1.0, 0.0], [10, 7, 4])[:, None])
    once = apply_median(MedianSettings(frames=7), {}, trace)
    assert np.array_equal(once, trace.present)


@pytest.mark.parametrize("frames", [0, 2, 4])
def test_a_window_without_a_middle_is_refused(frames: int) -> None:
    with pytest.raises(ValidationError, match="frames"):
        MedianSettings(frames=frames)
