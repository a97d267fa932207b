from deg_core.testing import MetricContract

from deg_example_lab.plugin import jaccard


class TestJaccard(MetricContract):
    plugin = jaccard
