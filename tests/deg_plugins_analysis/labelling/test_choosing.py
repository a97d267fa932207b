from __future__ import annotations

import numpy as np
import pytest

from deg_plugins_analysis.labelling.choosing import Stretch, choose, cut_stretches, rarity_weights, uncertainty_of


def stretch(value: float, place: float, start: int = 0) -> Stretch:
    return Stretch("a", start, start + 10, value, np.array([value]), np.array([0.0]), np.array([place]))


def test_nobody_knows_less_than_at_the_threshold() -> None:
    probabilities = np.linspace(0.01, 0.99, 99, dtype=np.float32)[:, None]
    found = uncertainty_of(np.repeat(probabilities, 3, axis=1), np.array([0.5, 0.1, np.nan], dtype=np.float32))
    assert np.argmax(found, axis=0).tolist() == [49, 9, 49]
    assert found.max() == pytest.approx(1)
    assert found[0, 0] == pytest.approx(-0.01 * np.log2(0.01) - 0.99 * np.log2(0.99), abs=1e-4)
    assert np.isfinite(uncertainty_of(np.array([[0.0, 1.0]], np.float32), np.array([0.0, 1.0], np.float32))).all()


def test_rare_behaviours_weigh_more_and_unknown_ones_most() -> None:
    weights = rarity_weights(np.array([100, 25, 0]))
    assert weights.sum() == pytest.approx(1)
    assert weights[1] / weights[0] == pytest.approx(2)
    assert weights[2] > weights[1]


def test_stretches_cover_what_is_not_labelled() -> None:
    unknown = np.repeat([False, True, True, True], [10, 10, 10, 4])
    uncertainty = np.repeat([[0.0, 1.0], [0.5, 0.5], [0.25, 0.0], [1, 1]], [10, 10, 10, 4], axis=0)
    probabilities = np.full((34, 2), 0.25, dtype=np.float32)
    latents = np.arange(34, dtype=np.float32)[:, None]
    found = cut_stretches("a", unknown, uncertainty, probabilities, latents, np.array([0.8, 0.2]), 10)
    assert [(each.start, each.stop) for each in found] == [(10, 20), (20, 30)]  # labelled; and too short
    assert [each.uncertainty for each in found] == pytest.approx([0.5, 0.2])
    assert found[0].expected == pytest.approx([2.5, 2.5])
    assert found[0].place == pytest.approx([14.5])
    short = cut_stretches("a", unknown[10:14], uncertainty[10:14], probabilities[:4], latents[:4], np.ones(2) / 2, 10)
    assert [(each.start, each.stop) for each in short] == [(0, 4)]


def test_without_diversity_the_most_uncertain_come_first() -> None:
    some = [stretch(0.1, 0), stretch(0.9, 1), stretch(0.5, 2)]
    assert choose(some, 2, 0) == [1, 2]
    assert choose(some, 9, 0) == [1, 2, 0]
    assert choose([], 3, 1) == []


def test_what_looks_like_the_chosen_waits() -> None:
    some = [stretch(0.9, 0), stretch(0.89, 0.01), stretch(0.5, 5), stretch(0.05, 5)]
    assert choose(some, 3, 1) == [0, 2, 1]
    alike = [stretch(0.2, 1), stretch(0.4, 1), stretch(0.3, 1)]
    assert sorted(choose(alike, 3, 1)) == [0, 1, 2]
