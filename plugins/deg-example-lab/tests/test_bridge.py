from deg_core.testing import PostProcessorContract

from deg_example_lab.plugin import bridge


class TestBridge(PostProcessorContract):
    plugin = bridge
