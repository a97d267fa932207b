from deg_core.testing import MetricContract

from deg_example_lab.plugin import kappa


class TestKappa(MetricContract):
    plugin = kappa
