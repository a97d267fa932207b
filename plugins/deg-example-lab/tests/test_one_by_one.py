from deg_core.testing import EngineContract

from deg_example_lab.plugin import one_by_one


class TestOneByOne(EngineContract):
    plugin = one_by_one
