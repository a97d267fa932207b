"""Every sequence model that deg offers keeps the contract: one with no contract test of its own gets one here."""

from __future__ import annotations

from pathlib import Path

import pytest
from offered import contracts_for_the_others, offered

from deg_core.descriptors import SequenceModelPlugin
from deg_core.testing import SequenceModelContract

MODELS = offered(SequenceModelPlugin)
globals().update(contracts_for_the_others(MODELS, SequenceModelContract, Path(__file__).parent))


@pytest.mark.parametrize("plugin", MODELS, ids=lambda plugin: plugin.name)
def test_its_default_settings_build_it(plugin):
    """For as many latents as the built-in extractors give; contract tests may make it smaller."""
    n_latents = 1024 if plugin.takes == "latents" else 5
    model = plugin.build(plugin.settings(), n_latents, 5)
    assert model.receptive_field is None or model.receptive_field % 2 == 1
