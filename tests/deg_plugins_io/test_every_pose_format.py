"""Every pose format that deg offers has contract tests; only its author knows how a file is written."""

from __future__ import annotations

from pathlib import Path

import pytest
from offered import offered, own_contracts

from deg_core.descriptors import PoseFormatPlugin
from deg_core.testing import PoseFormatContract

TRIED = own_contracts(Path(__file__).parent, PoseFormatContract)


@pytest.mark.parametrize("plugin", offered(PoseFormatPlugin), ids=lambda plugin: plugin.name)
def test_it_has_contract_tests_of_its_own(plugin):
    assert plugin.name in TRIED, f"subclass PoseFormatContract for {plugin.name!r} in a test file of this folder"
    assert all(test.plugin is plugin for test in TRIED[plugin.name])
