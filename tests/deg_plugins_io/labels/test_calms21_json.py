"""The format `calms21-json`: one behaviour at a time in each frame."""

from __future__ import annotations

import json

import numpy as np
import pytest
from label_strategies import published, runs_of

from deg_core.api import LabelError, Labels, Timeline
from deg_core.testing import LabelFormatContract
from deg_plugins_io.labels.offers import calms21_json as plugin


def sequences(annotations, metadata=None, group="annotator-id_0", name="task1/train/clip"):
    return {group: {name: {"annotations": annotations, "metadata": metadata or {}}}}


class TestCalms21Json(LabelFormatContract):
    plugin = plugin
    example = json.dumps(sequences([1, 0, 1, 2], {"vocab": {"rear": 0, "other": 1, "groom": 2}}))
    example_labels = Labels(np.array([[0, 0], [1, 0], [0, 0], [0, 1]], dtype=np.int8), ("rear", "groom"))


def read(write_labels, groups, timeline=None, **settings):
    return plugin.read(write_labels(json.dumps(groups)), plugin.settings(**settings), timeline, ())


def test_without_a_vocabulary_numbers_are_those_of_task_1(write_labels):
    labels = read(write_labels, sequences([3, 0, 1, 2]))
    assert labels.behaviours == ("attack", "investigation", "mount")
    assert labels.marks.tolist() == [[0, 0, 0], [1, 0, 0], [0, 1, 0], [0, 0, 1]]
    assert labels.frames_per_second == 30.0


def test_in_task_3_the_behaviour_stands_above(write_labels):
    labels = read(write_labels, sequences([0, 1], group="chase"))
    assert (labels.behaviours, labels.marks.tolist()) == (("chase",), [[0], [1]])


def test_annotators_and_sequences_must_be_chosen_from(write_labels):
    groups = sequences([3, 0]) | sequences([1, 0], group="annotator-id_1")
    with pytest.raises(LabelError, match="holds 2 annotators"):
        read(write_labels, groups)
    assert read(write_labels, groups, annotator="annotator-id_1").marks[0].tolist() == [0, 1, 0]
    groups["annotator-id_0"]["task1/train/other"] = {"annotations": [0, 0]}
    labels = read(write_labels, groups, Timeline.regular("clip", 2, 30.0), annotator="annotator-id_0")
    assert labels.marks[:, 0].tolist() == [0, 1]


def test_a_number_that_means_nothing_is_refused(write_labels):
    with pytest.raises(LabelError, match="not as CalMS21 writes it"):
        read(write_labels, sequences([3, 7]))


def test_the_made_sequence_is_read(shared_data):
    labels = published(shared_data, "made_calms21_task1.json", plugin, Timeline.regular("clip", 40, 30.0))
    assert (runs_of(labels, "investigation"), runs_of(labels, "attack")) == ([(10, 22)], [(22, 30)])
