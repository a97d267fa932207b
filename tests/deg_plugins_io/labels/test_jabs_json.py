"""The format `jabs-json`: blocks of present and of absent."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given
from label_strategies import CLIP, labelled, published, runs_of

from deg_core.api import LabelError, Labels, Timeline
from deg_core.testing import LabelFormatContract
from deg_plugins_io.labels.offers import jabs_json as plugin


def file(animals, **more):
    return json.dumps({"file": "clip.mp4", "num_frames": 4, "labels": animals, **more})


BLOCKS = [{"start": 1, "end": 2, "present": True}, {"start": 3, "end": 3, "present": False}]


class TestJabsJson(LabelFormatContract):
    plugin = plugin
    example = file({"0": {"groom": BLOCKS}})
    example_labels = Labels(np.array([[-1], [1], [1], [0]], dtype=np.int8), ("groom",))


@given(given_labels=labelled())
def test_nothing_is_lost_by_writing(scratch, given_labels):
    assert plugin.write(scratch, given_labels.labels, plugin.settings(), given_labels.timeline) == ()
    again = plugin.read(scratch, plugin.settings(), given_labels.timeline, given_labels.behaviours)
    assert again.behaviours == given_labels.behaviours
    assert np.array_equal(again.marks, given_labels.labels.marks)


def test_animals_go_by_the_names_that_people_gave_them(write_labels):
    path = write_labels(file({"0": {"groom": BLOCKS}, "1": {"groom": []}}, external_identities={"0": "m7"}))
    labels = plugin.read(path, plugin.settings(subject="m7"), Timeline.regular("clip", 4, 30.0), ())
    assert labels.marks[:, 0].tolist() == [-1, 1, 1, 0]


def test_blocks_that_were_not_cut_are_preferred(write_labels):
    path = write_labels(file({"0": {"groom": []}}, unfragmented_labels={"0": {"groom": BLOCKS}}))
    labels = plugin.read(path, plugin.settings(), None, ())
    assert labels.marks[:, 0].tolist() == [-1, 1, 1, 0]
    assert labels.frames_per_second is None


def test_an_impossible_number_of_frames_is_refused(write_labels):
    with pytest.raises(LabelError, match="claims 1000000000000 frames"):
        plugin.read(write_labels(file({}).replace("4", "1000000000000")), plugin.settings(), None, ())


def test_the_made_file_is_read(shared_data):
    labels = published(shared_data, "made_jabs_annotations.json", plugin, CLIP)
    assert (runs_of(labels, "grooming"), runs_of(labels, "grooming", 0)) == ([(12, 50)], [(60, 100)])
