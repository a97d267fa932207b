from deg_core.testing import FeatureExtractorContract

from deg_example_lab.plugin import glance


class TestGlance(FeatureExtractorContract):
    plugin = glance
