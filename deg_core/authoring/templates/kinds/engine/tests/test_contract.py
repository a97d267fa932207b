from deg_core.testing import EngineContract

from deg_plugin_template.plugin import in_parts


class TestInParts(EngineContract):
    plugin = in_parts
