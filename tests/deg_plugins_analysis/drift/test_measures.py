from __future__ import annotations

import numpy as np
import pytest

from deg_plugins_analysis.drift.measures import FAR, Looks, look_at, measure_drift


def looks(seed: int, *, brightness: float = 100.0, shift: float = 0.0, size: tuple[int, int] = (48, 64)) -> Looks:
    rng = np.random.default_rng(seed)
    latents = (rng.normal(rng.normal(0, 0.1), 1, (64, 5)) + shift).astype(np.float32)
    return Looks(brightness + rng.normal(0, 3), 40.0 + rng.normal(0, 2), *size, latents)


TRAINING = [looks(seed) for seed in range(8)]


def test_a_recording_is_described() -> None:
    frames = np.zeros((3, 4, 6, 3), dtype=np.uint8)
    frames[:, :2] = 200
    found = look_at(frames, np.zeros((3, 2), dtype=np.float32))
    assert (found.brightness, found.contrast, found.height, found.width) == (100, 100, 4, 6)


@pytest.mark.parametrize("seed", range(20, 40))
def test_recordings_like_the_others_are_not_flagged(seed: int) -> None:
    assert measure_drift(looks(seed), TRAINING).reasons == ()


@pytest.mark.parametrize(
    ("odd", "reason"),
    [
        (looks(50, brightness=30.0), "it is darker"),
        (looks(50, brightness=180.0), "it is brighter"),
        (looks(50, shift=4.0), "its features lie far from all that was learned from"),
        (looks(50, size=(96, 128)), "its picture is 128x96, not 64x48"),
    ],
)
def test_what_is_odd_is_named_and_nothing_else(odd: Looks, reason: str) -> None:
    (found,) = measure_drift(odd, TRAINING).reasons
    assert found.startswith(reason)


def test_equal_recordings_do_not_make_a_hair_a_drift() -> None:
    same = [looks(1)] * 4
    assert all(abs(value) < FAR for value in measure_drift(looks(2), same).distances.values())


def test_a_single_training_recording_is_compared_with_itself() -> None:
    assert measure_drift(looks(3), [looks(4)]).reasons == ()
    assert measure_drift(looks(3), []).reasons == ()
