"""Background subtraction on animals whose places are known: right while they are apart, and honest where not."""

from __future__ import annotations

import numpy as np
import pytest
from deg_core.testing import FakeVideo
from made_animals import paint, wander
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from deg_animals.background import BlobSettings, name_blobs, track_blobs
from deg_animals.errors import TracksError

SIZE = (120, 160)
RADIUS = 5.0


def count_swaps(found_TM2: NDArray[np.float64], true_TM2: NDArray[np.float64]) -> int:
    """Frames at which the best match of tracks to animals becomes another one, where all are seen."""
    swaps, before = 0, None
    for found, true in zip(found_TM2, true_TM2, strict=True):
        if np.isnan(found).any():
            continue
        match = tuple(linear_sum_assignment(np.linalg.norm(found[:, None] - true[None], axis=2))[1])
        swaps += before is not None and match != before
        before = match
    return swaps


@pytest.mark.parametrize(("n_animals", "seed"), [(1, 0), (2, 1), (3, 2)])
def test_animals_that_stay_apart_are_followed_without_a_swap(n_animals: int, seed: int) -> None:
    true = wander(300, n_animals, SIZE, np.random.default_rng(seed), apart=4 * RADIUS)
    done: list[int] = []
    tracks = track_blobs(FakeVideo(paint(true, SIZE, RADIUS)), BlobSettings(n_animals), done.append)
    assert sum(done) == 300
    assert not np.isnan(tracks.positions_TM2).any()
    assert count_swaps(tracks.positions_TM2, true) == 0
    errors = np.linalg.norm(np.sort(tracks.positions_TM2[..., 0]) - np.sort(true[..., 0]), axis=1)
    assert errors.max() < 1.0


def test_while_two_touch_one_of_them_is_missing() -> None:
    x = np.concatenate([np.linspace(20, 76, 30), np.full(10, 76.0), np.linspace(76, 20, 30)])
    true = np.stack([np.stack([x, np.full(70, 60)], axis=1), np.tile([84.0, 60.0], (70, 1))], axis=1)
    true[:20, 1], true[-20:, 1] = [130, 20], [130, 100]  # nowhere for so long that it is background
    tracks = track_blobs(FakeVideo(paint(true, SIZE, RADIUS)), BlobSettings(2), len_of)
    is_missing = np.isnan(tracks.positions_TM2[..., 0]).sum(axis=1)
    assert (is_missing[30:40] == 1).all()
    assert (is_missing[:20] == 0).all()


def len_of(n: int) -> None:
    del n


def test_frames_before_all_are_apart_are_left_open() -> None:
    one, both = np.array([[5.0, 5.0]]), np.array([[9.0, 1.0], [5.0, 5.0]])
    named = name_blobs([one, both, both], 2)
    assert np.isnan(named[0]).all()
    np.testing.assert_array_equal(named[1], [[5, 5], [9, 1]])


def test_more_animals_than_are_ever_seen_are_refused() -> None:
    frames = paint(wander(20, 2, SIZE, np.random.default_rng(0), apart=30), SIZE, RADIUS)
    with pytest.raises(TracksError, match="at most 2 were seen"):
        track_blobs(FakeVideo(frames), BlobSettings(3), len_of)
