from deg_core.testing import LossContract

from deg_example_lab.plugin import brier


class TestBrier(LossContract):
    plugin = brier
