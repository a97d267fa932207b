"""The format `cvat-xml`: tracks and tags."""

from __future__ import annotations

import numpy as np
import pytest
from label_strategies import published, runs_of

from deg_core.api import LabelError, Labels, Timeline
from deg_core.testing import LabelFormatContract
from deg_plugins_io.labels.offers import cvat_xml as plugin

META = "<meta><task><start_frame>1</start_frame><stop_frame>8</stop_frame></task><source>clip.mp4</source></meta>"


def track(*shapes, label="groom"):
    inner = "".join(
        f'<box frame="{frame}" outside="{outside}"><attribute name="how">{how}</attribute></box>'
        for frame, outside, how in shapes
    )
    return f'<track id="0" label="{label}">{inner}</track>'


class TestCvatXml(LabelFormatContract):
    plugin = plugin
    example = f"<annotations>{META}{track((2, 0, 'a'), (4, 1, 'a'))}{track((7, 0, 'a'), label='rear')}</annotations>"
    example_labels = Labels(
        np.array([[-1, -1], [0, 0], [1, 0], [1, 0], [0, 0], [0, 0], [0, 0], [0, 1], [0, 1], [-1, -1]], dtype=np.int8),
        ("groom", "rear"),
    )


def read(path, **settings):
    return plugin.read(path, plugin.settings(**settings), Timeline.regular("clip", 10, 10.0), ())


def test_an_attribute_may_be_the_behaviour(write_labels):
    path = write_labels(f"<annotations>{META}{track((2, 0, 'slow'), (3, 0, 'fast'), (6, 1, 'fast'))}</annotations>")
    labels = read(path, attribute="how")
    assert (runs_of(labels, "slow"), runs_of(labels, "fast")) == ([(2, 3)], [(3, 6)])
    with pytest.raises(LabelError, match="has no attribute 'colour'"):
        read(path, attribute="colour")


def test_tags_of_pictures_tell_of_one_frame(write_labels):
    images = '<image id="0"><tag label="groom"/></image><image id="2"></image>'
    labels = read(write_labels(f"<annotations>{META}{images}</annotations>"))
    assert labels.marks[:, 0].tolist() == [-1, 1, -1, 0, -1, -1, -1, -1, -1, -1]


def test_a_track_without_an_end_is_refused(write_labels):
    with pytest.raises(LabelError, match="never ends"):
        read(write_labels(f"<annotations>{track((2, 0, 'a'))}</annotations>"))


def test_the_published_task_is_read(shared_data):
    labels = published(shared_data, "cvat_video.xml", plugin, Timeline.regular("t", 25, 25.0))
    assert labels.behaviours == ("klhg", "z U k", "II")
    # Frames 10 to 19, every third; two tracks of II, one after the other.
    assert (runs_of(labels, "II"), runs_of(labels, "klhg")) == ([(10, 16)], [(10, 13)])
    assert runs_of(labels, "z U k", -1) == [(0, 10), (20, 25)]
