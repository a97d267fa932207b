"""Every feature extractor that deg offers keeps the contract: one with no contract test of its own gets one here."""

from __future__ import annotations

from pathlib import Path

import pytest
from offered import contracts_for_the_others, offered

from deg_core.descriptors import FeatureExtractorPlugin
from deg_core.testing import FeatureExtractorContract

EXTRACTORS = offered(FeatureExtractorPlugin)
globals().update(contracts_for_the_others(EXTRACTORS, FeatureExtractorContract, Path(__file__).parent))


@pytest.mark.parametrize("plugin", EXTRACTORS, ids=lambda plugin: plugin.name)
def test_its_default_settings_build_it(plugin):
    """Contract tests may make it smaller."""
    extractor = plugin.build(plugin.settings(), 3)
    assert extractor.window % 2 == 1
    assert extractor.n_latents >= 1
