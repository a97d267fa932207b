"""The format `label-studio`: video timelines."""

from __future__ import annotations

import json

import numpy as np
import pytest
from label_strategies import CLIP, published, runs_of

from deg_core.api import LabelError, Labels, Timeline
from deg_core.testing import LabelFormatContract
from deg_plugins_io.labels.offers import label_studio as plugin


def annotation(*ranges, by=1, number=1, **more):
    result = [
        {"id": "r", "type": "timelinelabels", "value": {"ranges": [{"start": a, "end": b}], "timelinelabels": [label]}}
        for a, b, label in ranges
    ]
    return {"id": number, "completed_by": by, "result": [{"type": "choices"}, *result], **more}


def task(*annotations, video="/data/upload/1/0a1b2c3d-clip.mp4", number=1):
    return {"id": number, "annotations": list(annotations), "data": {"video": video}}


class TestLabelStudio(LabelFormatContract):
    plugin = plugin
    example = json.dumps([task(annotation((2, 3, "groom"), (3, 3, "rear")))])
    example_labels = Labels(np.array([[0, 0], [1, 0], [1, 1], [0, 0]], dtype=np.int8), ("groom", "rear"))


def read(write_labels, *tasks, **settings):
    return plugin.read(
        write_labels(json.dumps(tasks)), plugin.settings(**settings), Timeline.regular("clip", 9, 10.0), ()
    )


def test_persons_must_be_chosen_from_and_what_was_cancelled_does_not_count(write_labels):
    cancelled = annotation((7, 8, "dig"), by=3, was_cancelled=True)
    two = task(annotation((1, 2, "groom"), by={"id": 5, "email": "a@b.c"}), annotation((4, 4, "rear"), by=2), cancelled)
    with pytest.raises(LabelError, match="holds 2 annotators"):
        read(write_labels, two)
    assert runs_of(read(write_labels, two, annotator="a@b.c"), "groom") == [(0, 2)]


def test_one_person_twice_is_two_annotations(write_labels):
    twice = task(annotation((1, 1, "groom"), number=10), annotation((3, 3, "groom"), number=11))
    assert runs_of(read(write_labels, twice, annotator="1 (11)"), "groom") == [(2, 3)]


def test_tasks_go_by_their_video(write_labels):
    other = task(annotation((1, 1, "rear")), video="x/other.mp4", number=2)
    assert read(write_labels, task(annotation((1, 1, "groom"))), other).behaviours == ("groom",)
    assert read(write_labels, task(annotation((1, 1, "groom"))), other, observation="task 2").behaviours == ("rear",)


def test_a_task_that_nobody_annotated_is_refused(write_labels):
    with pytest.raises(LabelError, match="nobody annotated task 1"):
        read(write_labels, task())


def test_the_made_timeline_is_read(shared_data):
    labels = published(shared_data, "made_label_studio_timeline.json", plugin, CLIP)
    # From 1, both inside: grooming 13 to 50 and 127 to 149, rearing 51 to 80 and 236 to 275.
    assert runs_of(labels, "grooming") == [(12, 50), (126, 149)]
    assert runs_of(labels, "rearing") == [(50, 80), (235, 275)]
