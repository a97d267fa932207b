"""Every label format that deg offers has contract tests.

Only its author knows what an example means, so they are written by hand.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from offered import offered, own_contracts

from deg_core.descriptors import LabelFormatPlugin
from deg_core.testing import LabelFormatContract

TRIED = own_contracts(Path(__file__).parent, LabelFormatContract)


@pytest.mark.parametrize("plugin", offered(LabelFormatPlugin), ids=lambda plugin: plugin.name)
def test_it_has_contract_tests_of_its_own(plugin):
    assert plugin.name in TRIED, f"subclass LabelFormatContract for {plugin.name!r} in a test file of this folder"
    assert all(test.plugin is plugin for test in TRIED[plugin.name])
