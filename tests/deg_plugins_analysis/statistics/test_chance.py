from __future__ import annotations

import numpy as np
import pytest

from deg_core.api import LabelError
from deg_plugins_analysis.statistics.chance import runs_against_chance


def runs(orders, names, length=2, n=999, seed=0):
    random = np.random.default_rng(seed)
    orders_of = {str(at): [np.array(order)] for at, order in enumerate(orders)}
    found = runs_against_chance(orders_of, {"all": list(orders_of)}, names, length, random, n_permutations=n)["all"]
    return found, {run.behaviours: run for run in found.runs}


def test_an_order_that_is_kept_is_found() -> None:
    _, found = runs([[0, 1, 2] * 20], "abc", n=499)
    assert found["a", "b"].count == 20
    assert found["a", "b"].share == 1.0
    assert found["a", "b"].p == pytest.approx(2 / 500)  # the least there is, never 0
    assert found["a", "b"].expected == pytest.approx(59 / 6, rel=0.03)  # six cells share 59 transitions
    assert found["b", "a"].count == 0


def test_chance_is_what_mathematics_expects() -> None:
    order = [0] * 6 + [1] * 4
    _, found = runs([order], "ab", n=4000)
    # Of 9 neighbouring places, the share of ordered pairs of different bouts.
    assert found["a", "a"].expected == pytest.approx(9 * 6 * 5 / 90, rel=0.05)
    assert found["a", "b"].expected == pytest.approx(9 * 6 * 4 / 90, rel=0.05)


def test_under_chance_p_is_small_as_seldom_as_it_says() -> None:
    random = np.random.default_rng(3)
    ps = [runs([random.permutation([0] * 15 + [1] * 15)], "ab", n=199, seed=seed)[1]["a", "b"].p for seed in range(120)]
    assert np.mean(np.array(ps) <= 0.05) <= 0.09


def test_where_nothing_follows_itself_chance_has_no_repeats_either() -> None:
    # Any order of a, b and c without repeats: cells are remarkable as seldom as p says, though no repeat is ever seen.
    random = np.random.default_rng(1)
    ps = []
    for seed in range(20):
        order = [0]
        while len(order) < 30:
            order.append(int(random.choice([each for each in range(3) if each != order[-1]])))
        together, found = runs([order], "abc", n=199, seed=seed)
        assert not together.repeats
        assert set(found) == {(a, b) for a in "abc" for b in "abc" if a != b}
        ps += [run.p for run in found.values()]
    assert np.mean(np.array(ps) <= 0.05) <= 0.1


def test_longer_runs_are_told_apart_from_what_pairs_make() -> None:
    _, found = runs([[0, 1, 2, 0, 1, 2, 0, 1]], "abc", length=3)
    assert found["a", "b", "c"].count == 2
    assert found["a", "b", "c"].expected_from_pairs == pytest.approx(2 * 2 / 2)


def test_runs_do_not_reach_from_one_recording_into_the_next() -> None:
    _, found = runs([[0], [1]], "ab")
    assert found == {}


def test_groups_are_counted_apart_and_together() -> None:
    orders_of = {"one": [np.array([0, 1, 0])], "two": [np.array([1, 0, 0])]}
    groups = {"all": ["one", "two"], "first": ["one"], "none": []}
    found = runs_against_chance(orders_of, groups, "ab", 2, np.random.default_rng(0), n_permutations=99)
    counts = {name: {"".join(run.behaviours): run.count for run in each.runs} for name, each in found.items()}
    assert counts["all"] == {"aa": 1, "ab": 1, "ba": 2}
    assert counts["first"]["ab"] == 1
    assert counts["none"] == {}


def test_too_many_runs_are_refused() -> None:
    with pytest.raises(LabelError, match="sequences of 6"):
        runs([[0]], "abcdefg", length=6)
