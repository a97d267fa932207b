from __future__ import annotations

from deg_core.testing import CommandContract
from deg_plugins_analysis.plugin import deg_commands

OFFERED = {plugin.name: plugin for plugin in deg_commands()}


class TestStats(CommandContract):
    plugin = OFFERED["stats"]


class TestAgreement(CommandContract):
    plugin = OFFERED["agreement"]
