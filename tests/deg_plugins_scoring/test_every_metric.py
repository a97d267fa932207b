"""Every metric that deg offers keeps the contract: one with no contract test of its own gets one here."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from offered import contracts_for_the_others, offered

from deg_core.descriptors import MetricPlugin
from deg_core.testing import MetricContract

METRICS = offered(MetricPlugin)
globals().update(contracts_for_the_others(METRICS, MetricContract, Path(__file__).parent))


@pytest.mark.parametrize("plugin", METRICS, ids=lambda plugin: plugin.name)
def test_it_scores_a_single_behaviour(plugin):
    """The smallest project there is: the one score is the score of all."""
    labels = np.array([[1], [0], [1], [0]], dtype=np.int8)
    score = plugin.score(labels.astype(np.float32), labels == 1, labels)
    assert score.per_behaviour == (score.overall,)
