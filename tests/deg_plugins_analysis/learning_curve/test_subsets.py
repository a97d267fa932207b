from __future__ import annotations

import numpy as np
import pytest

from deg_core.api import ProjectError, Span
from deg_plugins_analysis.learning_curve.subsets import default_sizes, draw_subset, pieces_of

TRAIN = (Span("a", 0, 100), Span("b", 50, 80), Span("b", 90, 120))
MARKS = {"a": np.zeros((100, 2), dtype=np.int8), "b": np.ones((120, 2), dtype=np.int8)}


def test_recordings_stay_whole() -> None:
    assert pieces_of(TRAIN, None) == [TRAIN[:1], TRAIN[1:]]


def test_blocks_cover_every_training_frame_once() -> None:
    pieces = [span for piece in pieces_of(TRAIN, 30) for span in piece]
    frames = [(span.record, frame) for span in pieces for frame in range(span.start, span.stop)]
    assert sorted(frames) == sorted((s.record, frame) for s in TRAIN for frame in range(s.start, s.stop))
    assert max(span.n_frames for span in pieces) <= 34


@pytest.mark.parametrize(("n", "sizes"), [(1, [1]), (2, [1, 2]), (6, [1, 2, 4, 6]), (8, [1, 2, 4, 8])])
def test_sizes_double_up_to_all(n: int, sizes: list[int]) -> None:
    assert default_sizes(n) == sizes


def test_a_subset_shows_some_behaviour() -> None:
    pieces = pieces_of(TRAIN, None)
    drawn = [draw_subset(pieces, 1, MARKS, np.random.default_rng(seed)) for seed in range(10)]
    assert set(drawn) == {TRAIN[1:]}  # recording a shows none
    with pytest.raises(ProjectError, match="subsets of 1 show no behaviour"):
        draw_subset(pieces[:1], 1, MARKS, np.random.default_rng(0))


def test_subsets_differ_and_neighbours_are_joined() -> None:
    pieces = pieces_of((Span("b", 0, 120),), 10)
    drawn = {draw_subset(pieces, 4, MARKS, np.random.default_rng(seed)) for seed in range(20)}
    assert len(drawn) > 10
    assert all(sum(span.n_frames for span in subset) == 40 for subset in drawn)
    assert draw_subset(pieces, 12, MARKS, np.random.default_rng(0)) == (Span("b", 0, 120),)


@pytest.mark.parametrize("size", [0, 3])
def test_more_than_there_is_cannot_be_drawn(size: int) -> None:
    with pytest.raises(ProjectError, match=f"{size} of 2 pieces"):
        draw_subset(pieces_of(TRAIN, None), size, MARKS, np.random.default_rng(0))
