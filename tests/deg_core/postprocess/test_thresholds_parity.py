"""Thresholds are those that the published system chooses, by its rule, and decide as it does."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from parity import Parity

from deg_core.data.thresholds import from_strict_thresholds
from deg_core.postprocess.decide import decide
from deg_core.postprocess.thresholds import choose_thresholds
from deg_core.project.manifest import Thresholds


@pytest.mark.parametrize("file", ["metrics", "rules/thresholds"])
@pytest.mark.parametrize(
    ("method", "name"), [("deepethogram-f1", "optimum"), ("deepethogram-informedness", "optimum_info")]
)
def test_the_published_rules_choose_what_they_chose(parity: Parity, file: str, method: Any, name: str) -> None:
    expected = parity.expected(file)
    chosen = choose_thresholds(expected["probabilities"], expected["labels"], Thresholds(method=method))
    theirs = expected[f"by_threshold_{name}"]
    assert np.array_equal(chosen, from_strict_thresholds(theirs))
    assert np.array_equal(decide(expected["probabilities"], chosen), expected["probabilities"] > theirs)


def test_degs_own_rule_finds_thresholds_at_least_as_good(parity: Parity) -> None:
    """It tries every probability, not 200 of them."""
    expected = parity.expected("metrics")
    ours = choose_thresholds(expected["probabilities"], expected["labels"], Thresholds())
    known = (expected["labels"] >= 0).all(axis=1)
    truth, best = expected["labels"][known] == 1, expected["by_threshold_f1"].max(axis=0)
    present = decide(expected["probabilities"][known], ours)
    f1 = 2 * (present & truth).sum(axis=0) / (present.sum(axis=0) + truth.sum(axis=0))
    assert (f1 >= best - 1e-7).all()
    assert (f1 > best + 1e-4).any()


def test_low_thresholds_are_raised_and_hopeless_ones_become_a_half(parity: Parity) -> None:
    """The published table of the two rules, each of its rows made of frames that lead to it."""
    table = parity.document("rules/thresholds")["rule"]
    for threshold, score, becomes in zip(table["thresholds"], table["best_f1"], table["become"], strict=True):
        if not 0 < threshold < 1:
            continue  # no probability lies outside, and the grid begins above 0
        probabilities, labels = frames_with_best_f1(threshold, score)
        found = choose_thresholds(probabilities, labels, Thresholds(method="deepethogram-f1"))
        grid = np.linspace(1e-4, 1, 200, dtype=np.float32)
        first = grid[np.flatnonzero(grid >= np.float32(threshold))[0]]
        assert becomes == (0.5 if score < 0.05 else max(threshold, 0.01))
        assert found == from_strict_thresholds(0.5 if score < 0.05 else max(first, np.float32(0.01)))


def frames_with_best_f1(threshold: float, score: float) -> tuple[np.ndarray, np.ndarray]:
    """Frames that are claimed above a threshold with about this F1 and no better elsewhere."""
    n_hits = 100
    n_false = round(2 * n_hits / score) - 2 * n_hits
    marks = np.repeat([1, 0, 0], [n_hits, n_false, 10]).astype(np.int8)
    above, below = min(1.0, threshold + 0.006), max(0.0, threshold - 1e-3)
    return np.where(np.arange(len(marks)) < n_hits + n_false, above, below).astype(np.float32)[:, None], marks[:, None]
