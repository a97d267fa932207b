from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from deg_plugins_analysis.agreement.placing import place_rater

PAIRS = list(combinations(range(4), 2))
NAMES = ("deg", "mean")


def scores(n: int, seed: int, worse: float = 0.0) -> np.ndarray:
    """Agreement of four raters in some recordings; pairs with the last are worse."""
    random = np.random.default_rng(seed)
    found = 0.7 + random.normal(0, 0.05, (n, len(PAIRS)))
    found[:, [3 in pair for pair in PAIRS]] -= worse
    return found


def place(table: np.ndarray, rater: int = 3, **options):
    return place_rater(table, PAIRS, rater, NAMES, np.random.default_rng(0), **options)


def test_a_rater_who_agrees_less_is_found() -> None:
    found = place(scores(12, 0, worse=0.1))
    assert found.difference == pytest.approx(-0.1, abs=0.03)
    assert found.difference == pytest.approx(found.with_others - found.among_others)
    assert found.low < found.difference < found.high < 0
    assert found.p < 0.01


def test_a_rater_like_the_others_is_rarely_said_to_differ() -> None:
    ps = [place(scores(8, seed), n_permutations=400, n_bootstrap=100).p for seed in range(100)]
    assert np.mean(np.array(ps) <= 0.05) <= 0.1
    assert np.mean(ps) > 0.35


def test_few_recordings_are_tried_in_full_and_cannot_give_a_small_p() -> None:
    found = place(scores(2, 1, worse=0.3))
    assert found.least_p == 1 / 16
    assert found.p >= 1 / 16


def test_recordings_in_which_nothing_is_seen_do_not_count() -> None:
    table = scores(6, 2, worse=0.1)
    table[0] = np.nan
    table[1, PAIRS.index((0, 1))] = np.nan  # a pair that saw nothing: the others still count
    assert place(table).n_recordings == 5
    nothing = place(np.full((3, len(PAIRS)), np.nan))
    assert nothing.n_recordings == 0
    assert np.isnan([nothing.difference, nothing.p, nothing.low]).all()


def test_one_recording_has_no_interval() -> None:
    assert np.isnan(place(scores(1, 3)).low)
