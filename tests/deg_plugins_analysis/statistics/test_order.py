from __future__ import annotations

from collections import Counter

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from deg_plugins_analysis.statistics.order import count_ngrams, has_repeats, sequences_of, shuffled


def orders(observation, **options) -> list[list[int]]:
    return [order.tolist() for order in sequences_of(observation.labels, **options)]


def test_bouts_come_in_the_order_in_which_they_begin(see) -> None:
    assert orders(see("one", a="##...##", b=".###...")) == [[0, 1, 0]]


def test_frames_that_nobody_labelled_break_a_sequence_but_a_behaviour_nobody_looked_for_does_not(see) -> None:
    assert orders(see("one", a="#. #.", b=".# .#", c="     ")) == [[0, 1], [0, 1]]


def test_a_long_time_of_nothing_breaks_a_sequence_if_wanted(see) -> None:
    observation = see("one", rate=1.0, a="#....#.", b=".#....#")
    assert orders(observation) == [[0, 1, 0, 1]]
    assert orders(observation, max_gap_s=3) == [[0, 1, 0, 1]]
    assert orders(observation, max_gap_s=2) == [[0, 1], [0, 1]]


def test_nothing_is_no_sequence(see) -> None:
    assert orders(see("one", a="...")) == []
    assert orders(see("one", a="   ")) == []


@given(st.lists(st.integers(0, 2), min_size=1, max_size=12), st.integers(2, 3))
def test_counts_are_those_of_a_plain_loop(order: list[int], length: int) -> None:
    counts = count_ngrams(np.array([order]), length, 3)[0]
    plain = Counter(tuple(order[at : at + length]) for at in range(len(order) - length + 1))
    for run, count in plain.items():
        assert counts[int("".join(map(str, run)), 3)] == count
    assert counts.sum() == max(len(order) - length + 1, 0)


def test_shuffling_keeps_every_bout_and_reaches_every_order_alike() -> None:
    random = np.random.default_rng(0)
    drawn = shuffled(np.array([0, 0, 1]), 3000, random, repeats=True)
    seen = Counter(map(tuple, drawn.tolist()))
    assert set(seen) == {(0, 0, 1), (0, 1, 0), (1, 0, 0)}
    assert min(seen.values()) > 900


def test_shuffling_without_repeats_reaches_every_such_order_alike() -> None:
    drawn = shuffled(np.array([0, 1, 0, 2, 1]), 6000, np.random.default_rng(0), repeats=False)
    seen = Counter(map(tuple, drawn.tolist()))
    assert not has_repeats(list(drawn))
    assert all(sorted(order) == [0, 0, 1, 1, 2] for order in seen)
    assert len(seen) == 12  # of the 30 orders of these bouts, counted by hand
    assert max(seen.values()) < 1.3 * min(seen.values())
