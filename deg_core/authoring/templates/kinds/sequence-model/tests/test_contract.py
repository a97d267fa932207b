from deg_core.testing import SequenceModelContract

from deg_plugin_template.plugin import gru


class TestGru(SequenceModelContract):
    plugin = gru
