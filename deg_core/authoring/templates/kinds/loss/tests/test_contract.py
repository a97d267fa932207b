from deg_core.testing import LossContract

from deg_plugin_template.plugin import loss


class TestLoss(LossContract):
    plugin = loss
