"""The format `ethovision-log`: a list of starts, stops and points."""

from __future__ import annotations

import numpy as np

from deg_core.api import Labels, Timeline
from deg_core.testing import LabelFormatContract
from deg_plugins_io.labels.offers import ethovision_log as plugin


class TestEthovisionLog(LabelFormatContract):
    plugin = plugin
    example = "Recording time,Behavior,Event\n0.04,groom,state start\n0.08,rear,point event\n0.12,groom,state stop\n"
    example_labels = Labels(np.array([[0, 0], [1, 0], [1, 1], [0, 0]], dtype=np.int8), ("groom", "rear"))


def test_the_last_sheet_is_read(tmp_path, write_workbook):
    rows = [
        ["a note"],
        ["Recording time", "Behavior", "Event"],
        [0.1, "groom", "state start"],
        [0.3, "groom", "state stop"],
    ]
    path = write_workbook({"first": [["nothing"]], "log": rows})

    labels = plugin.read(path, plugin.settings(), Timeline.regular("clip", 5, 10.0), ())
    assert labels.marks[:, 0].tolist() == [0, 1, 1, 0, 0]
