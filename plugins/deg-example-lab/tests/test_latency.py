from deg_core.testing import CommandContract

from deg_example_lab.plugin import command


class TestLatency(CommandContract):
    plugin = command
