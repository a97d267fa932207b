"""The format `simba-csv`: classifiers behind pose and features."""

from __future__ import annotations

import numpy as np
import pytest
from label_strategies import published

from deg_core.api import LabelError, Labels, Timeline
from deg_core.testing import LabelFormatContract
from deg_plugins_io.labels.offers import simba_csv as plugin

TEXT = ",Nose_x,Nose_y,Nose_p,is_near,groom,rear\n0,1.5,2,1,0,0,0\n1,1.5,2,1,1,1,0\n2,1.5,2,1,1,1,1\n"


class TestSimbaCsv(LabelFormatContract):
    plugin = plugin
    example = TEXT
    example_labels = Labels(np.array([[0, 0], [1, 0], [1, 1]], dtype=np.int8), ("groom", "rear"))


def test_which_columns_are_classifiers_is_asked_and_not_guessed(write_labels):
    path, timeline = write_labels(TEXT), Timeline.regular("clip", 3, 30.0)
    with pytest.raises(LabelError, match="which columns are classifiers") as caught:
        plugin.read(path, plugin.settings(), timeline, ())
    assert caught.value.fix.endswith("0 and 1: is_near, groom, rear")
    assert plugin.read(path, plugin.settings(classifiers=["rear"]), timeline, ()).marks[:, 0].tolist() == [0, 0, 1]
    with pytest.raises(LabelError, match="has no column 'dig'"):
        plugin.read(path, plugin.settings(classifiers=["dig"]), timeline, ())


def test_the_published_file_is_read(shared_data):
    about = {"classifiers": ("Attack", "Sniffing")}
    labels = published(
        shared_data, "simba_targets_inserted.csv", plugin, Timeline.regular("Together_1", 3, 30.0), **about
    )
    assert labels.behaviours == ("Attack", "Sniffing")
    assert labels.marks.tolist() == [[0, 0]] * 3
