"""Every loss that deg offers keeps the contract: one with no contract test of its own gets one here."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from offered import contracts_for_the_others, offered

from deg_core.descriptors import LossPlugin
from deg_core.testing import LossContract

LOSSES = offered(LossPlugin)
globals().update(contracts_for_the_others(LOSSES, LossContract, Path(__file__).parent))


@pytest.mark.parametrize("plugin", LOSSES, ids=lambda plugin: plugin.name)
def test_its_default_settings_suit_a_single_behaviour(plugin):
    """The smallest project there is."""
    n_outputs = 1 + plugin.exclusive
    loss = plugin.build(plugin.settings(), np.array([[70, 30], [30, 70]])[:n_outputs])
    right, wrong = torch.full((4, n_outputs), -3.0), torch.full((4, n_outputs), -3.0)
    right[:, 0], wrong[:, -1] = 3.0, 3.0 if plugin.exclusive else -3.0
    labels = torch.ones(4, 1, dtype=torch.long)
    assert loss(right, labels) < loss(wrong, labels)
