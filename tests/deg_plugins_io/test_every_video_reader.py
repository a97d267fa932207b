"""Every video reader that deg offers has contract tests.

Only its author knows how to write what it opens, so they are written by hand.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from offered import offered, own_contracts

from deg_core.descriptors import VideoReaderPlugin
from deg_core.testing import VideoReaderContract

TRIED = own_contracts(Path(__file__).parent, VideoReaderContract)


@pytest.mark.parametrize("plugin", offered(VideoReaderPlugin), ids=lambda plugin: plugin.name)
def test_it_has_contract_tests_of_its_own(plugin):
    assert plugin.name in TRIED, f"subclass VideoReaderContract for {plugin.name!r} in a test file of this folder"
    assert all(test.plugin is plugin for test in TRIED[plugin.name])
