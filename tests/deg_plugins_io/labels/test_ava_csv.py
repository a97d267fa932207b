"""The format `ava-csv`: actions of one second."""

from __future__ import annotations

import numpy as np
import pytest
from label_strategies import published, runs_of

from deg_core.api import LabelError, Labels, Timeline
from deg_core.testing import LabelFormatContract
from deg_plugins_io.labels.offers import ava_csv as plugin

MARKS = np.full((75, 1), -1, dtype=np.int8)
MARKS[25:50] = 1


class TestAvaCsv(LabelFormatContract):
    plugin = plugin
    example = "clip,1,0,0,4,4,7,0\n"
    example_labels = Labels(MARKS, ("7",))


def test_the_published_actions_are_read(shared_data):
    timeline = Timeline.regular("video1", 75, 25.0)
    with pytest.raises(LabelError, match="holds 3 subjects"):
        published(shared_data, "ava_actions.csv", plugin, timeline)
    labels = published(shared_data, "ava_actions.csv", plugin, timeline, subject="0")
    assert labels.behaviours == ("2",)
    assert (runs_of(labels, "2"), runs_of(labels, "2", -1)) == ([(0, 50)], [(50, 75)])
