"""The format `feral-json`: a class, or a mark for each, in every frame."""

from __future__ import annotations

import json

import numpy as np
import pytest
from label_strategies import frames_of, published

from deg_core.api import LabelError, Labels, Timeline
from deg_core.testing import LabelFormatContract
from deg_plugins_io.labels.offers import feral_json as plugin


def file(labels, names=("other", "groom", "rear"), **more):
    numbered = {str(number): name for number, name in enumerate(names)}
    return json.dumps({"class_names": numbered, "is_multilabel": False, "labels": labels, **more})


class TestFeralJson(LabelFormatContract):
    plugin = plugin
    example = file({"clip.mp4": [0, 1, 1, 2]})
    example_labels = Labels(np.array([[0, 0], [1, 0], [1, 0], [0, 1]], dtype=np.int8), ("groom", "rear"))


class TestFeralJsonOfSeveralAtATime(LabelFormatContract):
    plugin = plugin
    example = file({"clip.mp4": [[0, 0], [1, 0], [1, 1], [0, 0]]}, ("groom", "rear"), is_multilabel=True)
    example_labels = Labels(np.array([[0, 0], [1, 0], [1, 1], [0, 0]], dtype=np.int8), ("groom", "rear"))


@pytest.mark.parametrize(
    "labels", [{"clip.mp4": [0, 9]}, {"clip.mp4": [[0, 1]]}, {"clip.mp4": "abc"}, {"clip.mp4": None}]
)
def test_classes_that_cannot_be_are_refused(write_labels, labels):
    with pytest.raises(LabelError, match="not as FERAL writes it"):
        plugin.read(write_labels(file(labels)), plugin.settings(), Timeline.regular("clip", 2, 30.0), ())


def test_of_the_published_videos_the_own_one_is_read(shared_data):
    labels = published(shared_data, "feral_single_label.json", plugin, Timeline.regular("synthetic_00", 1203, 30.0))
    assert labels.behaviours == ("copulation", "eating", "sleeping", "playing")
    assert frames_of(labels, "playing") == [*range(227, 376)]
    with pytest.raises(LabelError, match="holds 18 videos"):
        published(shared_data, "feral_single_label.json", plugin, Timeline.regular("else", 1203, 30.0))
