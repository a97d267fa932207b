"""Every flow generator that deg offers keeps the contract: one with no contract test of its own gets one here."""

from __future__ import annotations

from pathlib import Path

import pytest
from offered import contracts_for_the_others, offered

from deg_core.descriptors import FlowGeneratorPlugin
from deg_core.networks.weights import count_parameters
from deg_core.testing import FlowGeneratorContract

GENERATORS = offered(FlowGeneratorPlugin)
globals().update(contracts_for_the_others(GENERATORS, FlowGeneratorContract, Path(__file__).parent))


@pytest.mark.parametrize("plugin", GENERATORS, ids=lambda plugin: plugin.name)
def test_its_default_settings_build_it(plugin):
    """Contract tests may make it smaller."""
    generator = plugin.build(plugin.settings())
    assert generator.n_frames >= 2
    assert generator.stride >= 1
    assert count_parameters(generator) > 0
