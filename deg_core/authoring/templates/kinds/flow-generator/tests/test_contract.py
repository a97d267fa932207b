from deg_core.testing import FlowGeneratorContract

from deg_plugin_template.plugin import flow


class TestFlow(FlowGeneratorContract):
    plugin = flow
