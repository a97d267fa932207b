"""The format `jwatcher`: keys and milliseconds."""

from __future__ import annotations

import numpy as np
import pytest
from label_strategies import frames_of, published, runs_of

from deg_core.api import LabelError, Labels, Timeline
from deg_core.testing import LabelFormatContract
from deg_plugins_io.labels.offers import jwatcher as plugin

DATA = "FirstLineOfData=3\n#BEGIN DATA\n40, g\n80, r\n160, EOF\n"


class TestJwatcher(LabelFormatContract):
    plugin = plugin
    example = DATA
    example_labels = Labels(np.array([[0, 0], [1, 0], [0, 1], [0, 1]], dtype=np.int8), ("g", "r"))

    def settings(self):
        return plugin.settings(lasts="until-next")


def test_how_long_a_key_lasts_is_asked_and_its_name_looked_up(write_labels):
    path, timeline = write_labels(DATA, "day.dat"), Timeline.regular("clip", 5, 25.0)
    write_labels("Behaviour.name.g=groom\nBehaviour.name.r=rear\nBehaviour.name.d=dig\n", "day.fmf")
    with pytest.raises(LabelError, match="how long a behaviour lasts"):
        plugin.read(path, plugin.settings(), timeline, ())
    labels = plugin.read(path, plugin.settings(lasts="instant"), timeline, ())
    assert labels.behaviours == ("groom", "rear", "dig")
    assert labels.marks[:, 1].tolist() == [0, 0, 1, 0, -1]


def test_a_file_without_its_end_is_refused(write_labels):
    with pytest.raises(LabelError, match="ends before its EOF"):
        plugin.read(
            write_labels(DATA.replace("160, EOF\n", "")),
            plugin.settings(lasts="instant"),
            Timeline.regular("c", 5, 25.0),
            (),
        )


def test_the_published_file_is_read(shared_data):
    labels = published(shared_data, "jwatcher_subject1.dat", plugin, Timeline.regular("t", 1075, 25.0), lasts="instant")
    assert frames_of(labels, "s") == [83, 248, 459]  # 3.3, 9.9 and 18.35 s
    assert runs_of(labels, "s", -1) == [(612, 1075)]  # behind EOF at 24.475 s
