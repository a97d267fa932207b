from __future__ import annotations

import pytest

from deg_core.testing import CommandContract
from deg_plugins_analysis.plugin import deg_commands

OFFERED = tuple(deg_commands())

for _plugin in OFFERED:
    _name = f"Test{_plugin.name.title().replace('-', '')}"
    globals()[_name] = type(_name, (CommandContract,), {"plugin": _plugin})


@pytest.mark.parametrize("plugin", OFFERED, ids=lambda plugin: plugin.name)
def test_a_command_is_called_as_its_plugin(plugin):
    assert plugin.load().name == plugin.name
