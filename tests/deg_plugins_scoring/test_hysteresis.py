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

ratios = st.floats(1, 50)


@given(decided_frames())
def test_with_two_equal_thresholds_it_is_the_threshold_alone(frames: FrameDecisions) -> None:
    assert np.array_equal(apply_hysteresis(HysteresisSettings(odds_ratio=1), {}, frames), frames.present)


@given(decided_frames(), ratios)
def test_every_bout_was_there_and_only_its_ends_are_new(frames: FrameDecisions, ratio: float) -> None:
    present = apply_hysteresis(HysteresisSettings(odds_ratio=ratio), {}, frames)
    assert at_most_one(present) or not frames.exclusive
    for after, before in zip(present.T, frames.present.T, strict=True):
        assert all(before[start:stop].any() for start, stop in find_runs(after))
        assert all(after[start:stop].all() or not after[start:stop].any() for start, stop in find_runs(before))


@given(decided_frames(only_exclusive=False), ratios)
def test_both_thresholds_are_as_many_times_the_odds_away(frames: FrameDecisions, ratio: float) -> None:
    present = apply_hysteresis(HysteresisSettings(odds_ratio=ratio), {}, frames)
    ours, chosen = (values.astype(np.float64) for values in (frames.probabilities, frames.thresholds))
    # ours / (1 - ours) against chosen / (1 - chosen), without dividing by 0; rounding may say either at equality
    odds, limit = ours * (1 - chosen), chosen * (1 - ours)
    assert not present[odds < limit / ratio - 1e-6].any()
    for column in range(3):
        for start, stop in find_runs(present[:, column]):
            assert (odds[start:stop, column] >= ratio * limit[start:stop, column] - 1e-6 * ratio).any()


def test_a_bout_begins_before_it_is_sure_and_ends_after() -> None:
    # Odds of the threshold 1: those of a sure frame are 2, of a likely one a half.
    probabilities = np.array([0.32, 0.35, 0.7, 0.4, 0.32, 0.6, 0.6, 0.1, 0.68])[:, None]
    present = apply_hysteresis(HysteresisSettings(odds_ratio=2), {}, overlapping(probabilities, 0.5))
    assert present[:, 0].astype(int).tolist() == [0, 1, 1, 1, 0, 0, 0, 0, 1]


def test_exclusive_behaviours_go_on_into_idle_frames_and_not_into_each_other() -> None:
    shares = np.array([[0.3, 0.1], [0.7, 0.1], [0.3, 0.2], [0.2, 0.3], [0.1, 0.8], [0.0, 0.1], [0.5, 0.1]])
    present = apply_hysteresis(HysteresisSettings(odds_ratio=2.5), {}, exclusive(shares))
    assert present.astype(int).tolist() == [[1, 0], [1, 0], [1, 0], [0, 1], [0, 1], [0, 0], [0, 0]]


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("memory", [0.0, 0.8])
def test_noisy_frames_are_decided_better_than_one_by_one(seed: int, memory: float) -> None:
    frames, truth = noisy_frames(seed, memory)
    present = apply_hysteresis(HysteresisSettings(), {}, frames)
    assert f1(present, truth) > f1(frames.present, truth)


def noisy_frames(seed: int, memory: float) -> tuple[FrameDecisions, np.ndarray]:
    """Bouts of 20 frames in one frame of eleven, seen through noise, with the threshold of the best F1."""
    rng = np.random.default_rng(seed)
    truth = np.repeat(np.arange(600) % 2, rng.geometric(np.tile([1 / 200, 1 / 20], 300)))[:, None] == 1
    noise = rng.normal(size=truth.shape)
    for frame in range(1, len(noise)):
        noise[frame] = memory * noise[frame - 1] + np.sqrt(1 - memory**2) * noise[frame]
    log_odds = 3.0 * (1.5 * (2 * truth - 1) + noise) + np.log(1 / 10)
    probabilities = (1 / (1 + np.exp(-log_odds))).astype(np.float32)
    threshold = max(
        np.quantile(probabilities, np.linspace(0.8, 0.999, 200)), key=lambda t: f1(probabilities >= t, truth)
    )
    return overlapping(probabilities, float(threshold)), truth


def f1(present: np.ndarray, truth: np.ndarray) -> float:
    return float(2 * (present & truth).sum() / (present.sum() + truth.sum()))


@pytest.mark.parametrize("ratio", [0.99, 0, -2])
def test_a_second_threshold_above_the_first_is_refused(ratio: float) -> None:
    with pytest.raises(ValidationError, match="odds_ratio"):
        HysteresisSettings(odds_ratio=ratio)
