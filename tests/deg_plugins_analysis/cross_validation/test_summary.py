from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from deg_plugins_analysis.cross_validation.summary import differences_between, paired_difference, summarise_folds
from deg_plugins_analysis.trials.trial import ScoreRow


def rows(pipeline: str, *scores: float | None) -> list[ScoreRow]:
    return [ScoreRow(f"{pipeline}/fold-{i}", "walk", "f1", score, 0.1 * i) for i, score in enumerate(scores)]


def test_mean_and_spread_are_over_the_folds_that_have_a_score() -> None:
    (summary,) = summarise_folds(rows("project", 0.5, None, 0.7, 0.9))
    assert (summary.n_folds, summary.lowest, summary.highest) == (3, 0.5, 0.9)
    assert (summary.mean, summary.spread) == pytest.approx((0.7, 0.2))
    assert summary.chance == pytest.approx(0.15)


def test_what_no_fold_can_score_is_undefined_and_one_fold_has_no_spread() -> None:
    (nothing,) = summarise_folds(rows("project", None, None))
    assert nothing.n_folds == 0
    assert math.isnan(nothing.mean)
    (one,) = summarise_folds(rows("project", 0.5))
    assert one.mean == 0.5
    assert math.isnan(one.spread)


def test_without_correction_the_interval_is_that_of_a_paired_t_test() -> None:
    rng = np.random.default_rng(0)
    one, other = rng.random(8), rng.random(8)
    n, mean, low, high = paired_difference(one.tolist(), other.tolist(), 0.0)
    theirs = stats.ttest_rel(one, other).confidence_interval(0.95)
    assert n == 8
    assert mean == pytest.approx((one - other).mean())
    assert (low, high) == pytest.approx((theirs.low, theirs.high))


def test_folds_that_share_training_frames_widen_the_interval() -> None:
    values = paired_difference([0.5, 0.7, 0.6], [0.4, 0.5, 0.55], 0.0)
    corrected = paired_difference([0.5, 0.7, 0.6], [0.4, 0.5, 0.55], 0.5)
    assert corrected[1] == values[1]
    ratio = (corrected[3] - corrected[2]) / (values[3] - values[2])
    assert ratio == pytest.approx(math.sqrt((1 / 3 + 0.5) / (1 / 3)))


def test_only_folds_that_both_have_count() -> None:
    n, mean, low, high = paired_difference([0.5, None, 0.6], [0.4, 0.3, None], 0.25)
    assert (n, mean) == (1, pytest.approx(0.1))
    assert math.isnan(low)
    assert math.isnan(high)
    assert paired_difference([None], [0.4], 0.25)[0] == 0


def test_pipelines_meet_fold_by_fold_whatever_their_order() -> None:
    other = list(reversed(rows("baseline", 0.1, 0.2, 0.6)))
    (found,) = differences_between(rows("project", 0.5, 0.6, 0.7), other, ["fold-0", "fold-1", "fold-2"], 0.25)
    assert (found.behaviour, found.metric, found.n_folds) == ("walk", "f1", 3)
    assert found.mean == pytest.approx((0.4 + 0.4 + 0.1) / 3)
