from __future__ import annotations

import numpy as np
import pytest
import torch

from deg_core.training.stretches import LatentSpan, StretchDataset, StretchDraw, whole_spans


def span_of(n_frames: int, offset: int = 0, labelled: slice = slice(None)) -> LatentSpan:
    latents = np.stack([np.arange(n_frames) + offset, np.ones(n_frames)], axis=1).astype(np.float32)
    labels = np.full((n_frames, 1), -1, np.int8)
    labels[labelled] = (np.arange(n_frames) % 2)[labelled, None]
    return LatentSpan(latents, labels)


def test_a_batch_holds_latents_and_labels_of_its_stretches() -> None:
    dataset = StretchDataset([span_of(10), span_of(20, 100)])
    latents, valid, labels = dataset.__getitems__([(0, 2, 5), (1, 7, 10)])
    assert latents[..., 0].tolist() == [[2, 3, 4], [107, 108, 109]]
    assert labels[..., 0].tolist() == [[0, 1, 0], [1, 0, 1]]
    assert valid.all()
    assert (latents.dtype, valid.dtype, labels.dtype) == (torch.float32, torch.bool, torch.int8)


def test_what_lies_beyond_a_span_is_not_valid_and_not_labelled() -> None:
    latents, valid, labels = StretchDataset([span_of(4)]).__getitems__([(0, 0, 6), (0, 0, 2)])
    assert valid.tolist() == [[True] * 4 + [False] * 2, [True] * 2 + [False] * 4]
    assert (labels[~valid] == -1).all()
    assert (latents[~valid] == 0).all()


def test_one_item_is_a_batch_of_one() -> None:
    latents, valid, labels = StretchDataset([span_of(9)])[(0, 1, 4)]
    assert latents[:, 0].tolist() == [1, 2, 3]
    assert (valid.shape, labels.shape) == ((3,), (3, 1))


def test_stretches_lie_inside_their_span_where_it_is_long_enough() -> None:
    draw = StretchDraw([span_of(50), span_of(7)], length=10, batch_size=4, steps=20, balance=0.0, seed=0)
    places = [place for batch in draw(0) for place in batch]
    assert {start for which, start, _ in places if which == 1} == {0}
    assert all(0 <= start <= 40 for which, start, _ in places if which == 0)
    assert all(stop - start == 10 for _, start, stop in places)


def test_every_labelled_frame_is_drawn_and_a_stretch_has_at_least_one() -> None:
    span = span_of(400, labelled=slice(100, 200))
    draw = StretchDraw([span], length=20, batch_size=5, steps=8, balance=0.0, seed=0)
    places = [place for batch in draw(0) for place in batch]
    assert all((span.labels[start:stop] >= 0).any() for _, start, stop in places)
    seen = np.zeros(400, bool)
    for _, start, stop in places:
        seen[start:stop] = True
    assert seen[100:200].all()


def test_an_epoch_covers_about_all_labelled_frames_once_when_steps_are_not_given() -> None:
    draw = StretchDraw([span_of(600, labelled=slice(0, 400))], length=20, batch_size=5, steps=None, balance=0.0, seed=0)
    assert len(draw) == len(draw(0)) == 4


def test_the_phase_changes_from_epoch_to_epoch_and_is_the_same_each_time() -> None:
    draw = StretchDraw([span_of(300)], length=30, batch_size=5, steps=2, balance=0.0, seed=0)
    assert draw(1) == draw(1)
    assert draw(1) != draw(2)
    assert len({start % 30 for batch in draw(1) for _, start, _ in batch}) > 3


def test_balance_draws_rare_behaviours_more_often() -> None:
    labels = np.zeros((1000, 1), np.int8)
    labels[500:510] = 1
    span = LatentSpan(np.zeros((1000, 1), np.float32), labels)

    def share(balance: float) -> float:
        draw = StretchDraw([span], length=20, batch_size=10, steps=10, balance=balance, seed=0)
        return float(np.mean([(labels[a:b] == 1).any() for batch in draw(0) for _, a, b in batch]))

    assert share(0.0) < 0.1
    assert share(1.0) == pytest.approx(0.5, abs=0.1)


def test_validation_covers_every_frame_once_in_order() -> None:
    spans = [span_of(9000), span_of(30)]
    assert whole_spans(spans) == [(0, 0, 4096), (0, 4096, 8192), (0, 8192, 9000), (1, 0, 30)]
