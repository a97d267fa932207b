"""The format `jaaba-labels`: what a person labelled in JAABA."""

from __future__ import annotations

from io import BytesIO

import numpy as np
import pytest
from label_strategies import CLIP, published, runs_of
from scipy.io import savemat

from deg_core.api import LabelError, Labels, Timeline
from deg_core.testing import LabelFormatContract
from deg_plugins_io.labels.offers import jaaba_labels as plugin


def texts(*names):
    made = np.empty(len(names), dtype=object)
    made[:] = names
    return made


def project(*experiments):
    labels = [{"flies": 1.0, "names": texts(*names), "t0s": t0s, "t1s": t1s} for _, names, t0s, t1s in experiments]
    file = BytesIO()
    dirs = texts(*(name for name, *_ in experiments))
    savemat(file, {"x": {"expDirNames": dirs, "labels": labels if len(labels) > 1 else labels[0]}})
    return file.getvalue()


class TestJaabaLabels(LabelFormatContract):
    plugin = plugin
    example = project(("clip", ["groom", "None"], [2.0, 4.0], [4.0, 5.0]))
    example_labels = Labels(np.array([[-1], [1], [1], [0], [-1]], dtype=np.int8), ("groom",))


def test_experiments_must_be_chosen_from_and_a_name_with_no_is_absent(write_labels):
    two = project(("a", ["groom", "No_groom"], [1.0, 3.0], [3.0, 4.0]), ("b", ["rear"], [1.0], [2.0]))
    path, timeline = write_labels(two), Timeline.regular("clip", 4, 30.0)
    with pytest.raises(LabelError, match="holds 2 observations"):
        plugin.read(path, plugin.settings(), timeline, ())
    labels = plugin.read(path, plugin.settings(observation="a"), timeline, ())
    assert labels.marks[:, 0].tolist() == [1, 1, 0, -1]


def test_the_made_file_is_read(shared_data):
    labels = published(shared_data, "made_jaaba_labels.jab", plugin, CLIP)
    assert labels.behaviours == ("grooming",)
    # From 1: grooming 13 to 50, None 61 to 100, all else not labelled.
    assert (runs_of(labels, "grooming"), runs_of(labels, "grooming", 0)) == ([(12, 50)], [(60, 100)])
