from deg_core.testing import SequenceModelContract

from deg_example_lab.plugin import smooth


class TestSmooth(SequenceModelContract):
    plugin = smooth
