from deg_core.testing import FlowGeneratorContract

from deg_example_lab.plugin import drift


class TestDrift(FlowGeneratorContract):
    plugin = drift
