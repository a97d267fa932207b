from deg_core.testing import PostProcessorContract

from deg_plugin_template.plugin import rule


class TestRule(PostProcessorContract):
    plugin = rule
