"""The format `vtrace`: seconds, the stop inside."""

from __future__ import annotations

import numpy as np
from label_strategies import CLIP, published, runs_of

from deg_core.api import Labels, Timeline
from deg_core.testing import LabelFormatContract
from deg_plugins_io.labels.offers import vtrace as plugin


class TestVtrace(LabelFormatContract):
    plugin = plugin
    example = (
        "# trace-meta: behaviors=groom:g,rear%2C%20high:r\n# a note\nlabelId,timestamp,endTimestamp\ngroom,0.04,0.08\n"
    )
    example_labels = Labels(np.array([[0, 0], [1, 0], [1, 0], [0, 0]], dtype=np.int8), ("groom", "rear, high"))


def test_the_made_file_is_read(shared_data):
    labels = published(shared_data, "made_vtrace_labels.csv", plugin, CLIP)
    # 0.5 to 2.0 s, frame 50 is at 2.0 s and inside.
    assert runs_of(labels, "grooming") == [(13, 51), (126, 150)]
    assert runs_of(labels, "rearing") == [(50, 81), (235, 276)]


def test_published_labels_of_two_mice_are_read(shared_data):
    path = shared_data / "calms21_labels/test/mouse071_task1_annotator1.csv"
    labels = plugin.read(path, plugin.settings(), Timeline.regular("mouse071", 25_000, 30.0), ())
    assert runs_of(labels, "investigation")[:2] == [(1, 367), (391, 768)]  # 0.033 to 12.2 s, 13.033 to 25.567 s
