from deg_core.testing import MetricContract

from deg_plugin_template.plugin import metric


class TestMetric(MetricContract):
    plugin = metric
