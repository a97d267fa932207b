import numpy as np
from deg_core.api import Labels
from deg_core.testing import LabelFormatContract

from deg_example_lab.plugin import spans


class TestSpans(LabelFormatContract):
    plugin = spans
    example = "behaviour,start,stop\nwalk,1,3\nrear,2,4\n"
    example_labels = Labels(np.array([[0, 0], [1, 0], [1, 1], [0, 1]], dtype=np.int8), ("walk", "rear"))
