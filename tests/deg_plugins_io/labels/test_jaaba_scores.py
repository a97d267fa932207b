"""The format `jaaba-scores`: what JAABA found."""

from __future__ import annotations

from io import BytesIO

import numpy as np
import pytest
from label_strategies import CLIP, published, runs_of
from matlab73 import matlab73
from scipy.io import savemat

from deg_core.api import LabelError, Labels, Timeline
from deg_core.testing import LabelFormatContract
from deg_plugins_io.labels.offers import jaaba_scores as plugin


def cells(*values):
    made = np.empty(len(values), dtype=object)
    made[:] = [np.array(value, dtype=float) for value in values]
    return made


def scores(starts, ends, t0s, t1s):
    file = BytesIO()
    said = {"tStart": starts, "tEnd": ends, "t0s": cells(*t0s), "t1s": cells(*t1s)}
    savemat(file, {"allScores": said, "behaviorName": "groom"})
    return file.getvalue()


class TestJaabaScores(LabelFormatContract):
    plugin = plugin
    example = scores([1], [4], [[2]], [[4]])
    example_labels = Labels(np.array([[0], [1], [1], [0]], dtype=np.int8), ("groom",))


def test_flies_have_spans_of_their_own_and_must_be_chosen_from(write_labels):
    path, timeline = write_labels(scores([1, 3], [5, 6], [[2], [4]], [[4], [6]])), Timeline.regular("clip", 6, 30.0)
    with pytest.raises(LabelError, match="holds 2 flies"):
        plugin.read(path, plugin.settings(), timeline, ())
    first, second = (plugin.read(path, plugin.settings(subject=fly), timeline, ()).marks[:, 0] for fly in "12")
    assert (first.tolist(), second.tolist()) == ([0, 1, 1, 0, 0, -1], [-1, -1, 0, 1, 1, 0])


def test_a_file_of_version_7_3_means_the_same(write_labels):
    def cells(*values):
        made = np.empty(len(values), dtype=object)
        made[:] = values
        return made

    bouts = {"t0s": cells([2.0], [4.0]), "t1s": cells([4.0], [6.0])}
    said = {"tStart": [1.0, 3.0], "tEnd": [5.0, 6.0], **bouts}
    content, timeline = matlab73({"allScores": said, "behaviorName": "groom"}), Timeline.regular("clip", 6, 30.0)
    labels = plugin.read(write_labels(content), plugin.settings(subject="2"), timeline, ())
    assert (labels.behaviours, labels.marks[:, 0].tolist()) == (("groom",), [-1, -1, 0, 1, 1, 0])
    for length in (130, 600, len(content) - 30):
        with pytest.raises(LabelError):
            plugin.read(write_labels(content[:length]), plugin.settings(subject="2"), timeline, ())


def test_a_file_that_was_cut_is_refused(write_labels):
    content = scores([1], [4], [[2]], [[4]])
    for length in (130, 200, len(content) - 30):
        with pytest.raises(LabelError):
            plugin.read(write_labels(content[:length]), plugin.settings(), CLIP, ())


def test_the_made_file_is_read(shared_data):
    labels = published(shared_data, "made_jaaba_scores.mat", plugin, CLIP)
    assert runs_of(labels, "grooming") == [(12, 50), (126, 149)]  # from 1: 13 to 51 and 127 to 150
