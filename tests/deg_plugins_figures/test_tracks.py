from __future__ import annotations

import numpy as np
import pytest

from deg_plugins_figures.tracks import Tracks, bin_frames


def test_a_cut_keeps_its_place_in_the_recording(tracks: Tracks) -> None:
    cut = tracks.cut(20, 50).cut(5, 20)
    assert cut.n_frames == 15
    assert cut.first_frame == 25
    assert (cut.start_s, cut.stop_s) == (2.5, 4.0)
    assert cut.present[:, 0].tolist() == [False] * 5 + [True] * 10


def test_a_cut_works_without_labels(tracks: Tracks) -> None:
    bare = Tracks("m", ("a",), 10.0, tracks.probabilities[:, :1], tracks.present[:, :1], tracks.thresholds[:1])
    assert bare.cut(3, 9).marks is None


def test_few_frames_are_bins_of_their_own() -> None:
    bins = bin_frames(np.array([0.0, 1.0, 0.5]), at_most=10)
    assert bins.edges.tolist() == [0, 1, 2, 3]
    assert bins.mean.tolist() == bins.highest.tolist() == [0.0, 1.0, 0.5]


@pytest.mark.parametrize("n_frames", [11, 99, 1000])
def test_bins_hold_every_frame_once(n_frames: int) -> None:
    values = np.random.default_rng(0).random(n_frames)
    bins = bin_frames(values, at_most=10)
    assert len(bins.mean) == 10
    assert np.isclose((bins.mean * np.diff(bins.edges)).sum(), values.sum())
    assert bins.highest.max() == values.max()
