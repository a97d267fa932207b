"""What this package offers is what its settings say."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from pydantic import ValidationError

from deg_core.testing.torch_component import random_normal
from deg_plugins_scoring import metrics
from deg_plugins_scoring.binary import FocalBce
from deg_plugins_scoring.cross_entropy import CrossEntropy
from deg_plugins_scoring.plugin import (
    METRICS,
    POST_PROCESSORS,
    bce,
    cross_entropy,
    deg_losses,
    deg_metrics,
    deg_post_processors,
    focal_bce,
)
from deg_plugins_scoring.settings import BceSettings, CrossEntropySettings, FocalBceSettings

COUNTS = np.array([[900, 100], [990, 10], [110, 890]])


def test_losses_metrics_and_post_processors_are_offered_by_name():
    assert [plugin.name for plugin in deg_losses()] == ["focal-bce", "bce", "cross-entropy"]
    assert tuple(deg_metrics()) == METRICS
    assert len({plugin.name for plugin in METRICS}) == len(METRICS) == 12
    assert tuple(deg_post_processors()) == POST_PROCESSORS


def test_only_cross_entropy_takes_behaviours_to_exclude_each_other():
    assert [plugin.exclusive for plugin in deg_losses()] == [False, False, True]


@pytest.mark.parametrize(
    ("plugin", "settings", "expected"),
    [
        (focal_bce, FocalBceSettings(gamma=3, label_smoothing=0.2, class_weight_exponent=1), (3, 0.2, 1)),
        (focal_bce, FocalBceSettings(), (1, 0.05, 0.25)),
        (bce, BceSettings(class_weight_exponent=1), (0, 0, 1)),
        (bce, BceSettings(), (0, 0, 0)),
    ],
)
def test_binary_losses_are_built_from_their_settings(plugin, settings, expected):
    logits, labels = random_normal(4, 3), torch.tensor([[1, 0, -1], [0, 0, 1], [1, 1, 1], [0, -1, 0]])
    value = plugin.build(settings, COUNTS)(logits, labels)
    torch.testing.assert_close(value, FocalBce(*expected, COUNTS)(logits, labels))


@pytest.mark.parametrize("exponent", [0.0, 0.25, 1.0])
def test_cross_entropy_is_built_from_its_settings(exponent):
    logits, labels = random_normal(3, 3), torch.tensor([[1, 0], [0, 1], [0, 0]])
    value = cross_entropy.build(CrossEntropySettings(class_weight_exponent=exponent), COUNTS)(logits, labels)
    torch.testing.assert_close(value, CrossEntropy(exponent, COUNTS)(logits, labels))


@pytest.mark.parametrize("plugin", METRICS, ids=lambda plugin: plugin.name)
def test_a_metric_scores_what_its_name_says(plugin):
    rng = np.random.default_rng(0)
    probabilities = rng.random((50, 2), dtype=np.float32)
    labels = rng.integers(-1, 2, (50, 2)).astype(np.int8)
    expected = getattr(metrics, plugin.name.replace("-", "_"))(probabilities, probabilities >= 0.3, labels)
    assert plugin.score(probabilities, probabilities >= 0.3, labels) == expected
    assert plugin.goal == ("min" if plugin.name in {"brier", "calibration-error"} else "max")


@pytest.mark.parametrize(
    ("model", "values"),
    [
        (FocalBceSettings, {"gamma": -1}),
        (FocalBceSettings, {"label_smoothing": 0.5}),
        (FocalBceSettings, {"class_weight_exponent": -0.1}),
        (BceSettings, {"gamma": 1}),
        (CrossEntropySettings, {"class_weight_exponent": -1}),
    ],
)
def test_settings_that_cannot_be_are_refused(model, values):
    with pytest.raises(ValidationError, match=next(iter(values))):
        model(**values)
