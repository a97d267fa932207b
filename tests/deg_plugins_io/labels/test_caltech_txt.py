"""The format `caltech-txt`: frames from 1, every one of them in a row."""

from __future__ import annotations

import numpy as np

from deg_core.api import Labels
from deg_core.testing import LabelFormatContract
from deg_plugins_io.labels.offers import caltech_txt as plugin


class TestCaltechTxt(LabelFormatContract):
    plugin = plugin
    example = (
        "Caltech Behavior Annotator - Annotation File\n\nConfiguration file:\ngroom\tg\nrear\tr\nother\to\n\n"
        "S1:\tstart\tend\ttype\n-----------------\n1 1 other\n2 3 groom\n4 4 other\n"
    )
    example_labels = Labels(np.array([[0, 0], [1, 0], [1, 0], [0, 0]], dtype=np.int8), ("groom", "rear"))
