from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch.utils.data import Dataset

from deg_core.training.sampling import (
    Batches,
    FixedDraw,
    WeightedDraw,
    draw_weighted,
    evenly_spaced,
    label_weights,
    random_numbers,
)

RARE = np.array([[1, 0]] * 2 + [[0, 1]] * 20 + [[0, 0]] * 78, dtype=np.int8)


def test_without_balance_every_place_weighs_alike() -> None:
    assert np.allclose(label_weights(RARE, 0.0), 0.01)


def test_with_full_balance_every_behaviour_and_none_weigh_alike() -> None:
    weights = label_weights(RARE, 1.0)
    assert [weights[RARE[:, 0] == 1].sum(), weights[RARE[:, 1] == 1].sum(), weights[22:].sum()] == pytest.approx(
        [1 / 3] * 3
    )


@given(st.floats(0, 1))
def test_between_them_the_two_are_mixed_and_add_up_to_one(balance: float) -> None:
    weights = label_weights(RARE, balance)
    assert weights.sum() == pytest.approx(1)
    assert np.allclose(weights, (1 - balance) * label_weights(RARE, 0.0) + balance * label_weights(RARE, 1.0))


def oversampling(labels: np.ndarray, exponent: float) -> np.ndarray:
    """The published rule: a ratio for each class, of which the background is one, summed over those present."""
    classes = np.column_stack([labels == 1, ~(labels == 1).any(axis=1)])
    ratio = 1 / (classes.sum(axis=0) / len(classes)) ** exponent
    weights: np.ndarray = classes @ ratio
    return weights / weights.sum()


def test_full_balance_is_the_published_oversampling_with_exponent_1_and_none_that_with_0() -> None:
    several = np.concatenate([RARE, [[1, 1]] * 3]).astype(np.int8)
    for labels in (RARE, several):
        assert np.allclose(label_weights(labels, 1.0), oversampling(labels, 1.0))
    assert np.allclose(label_weights(RARE, 0.0), oversampling(RARE, 0.0))
    twice = oversampling(several, 0.0)
    assert twice[-1] == pytest.approx(2 * twice[0])
    assert not np.allclose(label_weights(RARE, 0.5), oversampling(RARE, 0.5))


def test_places_of_several_behaviours_weigh_for_each_and_absent_ones_for_none() -> None:
    labels = np.array([[1, 1, 0], [1, 0, 0], [0, -1, 0]], dtype=np.int8)
    assert label_weights(labels, 1.0) == pytest.approx(np.array([1.5, 0.5, 1.0]) / 3)


def test_what_a_teacher_says_weighs_by_its_probability() -> None:
    soft = np.array([[0.9, 0.0], [0.1, 0.0], [0.0, 0.0]], dtype=np.float32)
    assert label_weights(soft, 1.0) == pytest.approx(np.array([0.9 + 0.05, 0.1 + 0.45, 0.5]) / 2)
    for labels in (RARE, np.array([[1, 1, 0], [1, 0, 0], [0, -1, 0]], dtype=np.int8)):
        assert np.allclose(label_weights(labels.astype(np.float32), 1.0), label_weights(labels, 1.0))


@given(st.integers(1, 60), st.integers(0, 5))
def test_with_equal_weights_every_place_comes_exactly_once(n: int, seed: int) -> None:
    drawn = draw_weighted(np.full(n, 1 / n), n, random_numbers(seed))
    assert sorted(drawn) == list(range(n))


@given(st.lists(st.floats(0.01, 1), min_size=1, max_size=20), st.integers(1, 200))
def test_a_place_comes_as_often_as_its_share_asks(weights: list[float], n: int) -> None:
    shares = np.array(weights) / sum(weights)
    counts = np.bincount(draw_weighted(np.array(weights), n, random_numbers(1)), minlength=len(weights))
    assert counts.sum() == n
    assert (np.abs(counts - n * shares) < 2).all()


def test_evenly_spaced_places_are_in_order_and_reach_both_ends() -> None:
    assert evenly_spaced(5, None).tolist() == evenly_spaced(5, 9).tolist() == [0, 1, 2, 3, 4]
    assert evenly_spaced(100, 4).tolist() == [12, 37, 62, 87]


def test_an_epoch_is_the_same_each_time_and_another_one_is_not() -> None:
    draw = WeightedDraw(np.full(50, 0.02), batch_size=10, steps=None, seed=3)
    assert draw(1) == draw(1)
    assert draw(1) != draw(2)
    assert draw(1) != WeightedDraw(np.full(50, 0.02), batch_size=10, steps=None, seed=4)(1)


@pytest.mark.parametrize(("steps", "n_steps"), [(None, 3), (7, 7)])
def test_an_epoch_has_so_many_full_batches(steps: int | None, n_steps: int) -> None:
    draw = WeightedDraw(np.full(52, 1 / 52), batch_size=16, steps=steps, seed=0)
    assert len(draw) == n_steps
    assert [len(batch) for batch in draw(0)] == [16] * n_steps


def test_fewer_places_than_a_batch_still_make_a_full_one() -> None:
    assert [len(batch) for batch in WeightedDraw(np.ones(3), 8, None, 0)(0)] == [8]


def test_validation_batches_are_the_same_in_every_epoch_and_limited() -> None:
    assert FixedDraw(range(5), 2, None)(0) == FixedDraw(range(5), 2, None)(9) == [[0, 1], [2, 3], [4]]
    assert FixedDraw(range(100), 2, 2)(0) == [[12, 37], [62, 87]]
    assert len(FixedDraw([], 2, None)) == 0


class Counting(Dataset[Any]):
    def __len__(self) -> int:
        return 100

    def __getitem__(self, place: int) -> Any:
        raise AssertionError("a whole batch is asked for at once")

    def __getitems__(self, places: list[int]) -> Any:
        return (torch.tensor(places),)


@pytest.mark.parametrize("workers", [0, 1])
def test_batches_follow_the_epoch_that_is_set(workers: int) -> None:
    draw = WeightedDraw(np.full(20, 0.05), 5, None, 0)
    batches = Batches(Counting(), draw, workers=workers)
    iterator = iter(batches)
    batches.epoch = 4
    assert [batch[0].tolist() for batch in iterator] == draw(4)
    batches.epoch = 5
    assert [batch[0].tolist() for batch in batches] == draw(5)
    assert len(batches) == 4


def test_reading_leaves_the_global_random_state_alone() -> None:
    before = torch.get_rng_state()
    list(Batches(Counting(), FixedDraw(range(5), 2, None)))
    assert torch.equal(torch.get_rng_state(), before)
