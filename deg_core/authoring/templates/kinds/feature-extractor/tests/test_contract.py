from deg_core.testing import FeatureExtractorContract

from deg_plugin_template.plugin import extractor


class TestExtractor(FeatureExtractorContract):
    plugin = extractor
