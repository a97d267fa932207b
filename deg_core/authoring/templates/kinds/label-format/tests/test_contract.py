import numpy as np
from deg_core.api import Labels
from deg_core.testing import LabelFormatContract

from deg_plugin_template.plugin import table


class TestTable(LabelFormatContract):
    plugin = table
    example = "walk\trear\n1\t0\n1\t-1\n0\t1\n"
    example_labels = Labels(np.array([[1, 0], [1, -1], [0, 1]], dtype=np.int8), ("walk", "rear"))
