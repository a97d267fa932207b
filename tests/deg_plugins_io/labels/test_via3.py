"""The format `via3`: temporal segments."""

from __future__ import annotations

import copy
import json

import numpy as np
import pytest
from label_strategies import CLIP, GROOMING, REARING, published, runs_of

from deg_core.api import LabelError, Labels, OtherFormatError, Timeline
from deg_core.testing import LabelFormatContract
from deg_plugins_io.labels.offers import via3 as plugin

PROJECT = {
    "file": {"7": {"fname": "D:\\films\\clip.mp4"}},
    "view": {"1": {"fid_list": ["7"]}},
    "attribute": {"3": {"aname": "what", "options": {"0": "groom", "1": "rear"}}},
    "metadata": {
        "1_a": {"vid": "1", "z": [0.04, 0.12], "xy": [], "av": {"3": "0"}},
        "1_b": {"vid": "1", "z": [0.08], "xy": [], "av": {"3": "1"}},
        "1_c": {"vid": "1", "z": [0.0], "xy": [2, 1, 1, 9, 9], "av": {"3": "1"}},
    },
}


class TestVia3(LabelFormatContract):
    plugin = plugin
    example = (
        "# CSV_HEADER = metadata_id,file_list,temporal_segment_start,temporal_segment_end,metadata\n"
        '"1","[""clip.mp4""]",0.04,0.12,"{""T"":""groom""}"\n"2","[""clip.mp4""]",0.08,0.08,"{""T"":""rear""}"\n'
    )
    example_labels = Labels(np.array([[0, 0], [1, 0], [1, 1], [0, 0]], dtype=np.int8), ("groom", "rear"))


class TestVia3AsAProject(LabelFormatContract):
    plugin = plugin
    example = json.dumps(PROJECT)
    example_labels = TestVia3.example_labels


def test_of_several_attributes_each_names_its_values(write_labels):
    project = copy.deepcopy(PROJECT) | {"attribute": {**PROJECT["attribute"], "4": {"aname": "where"}}}
    project["metadata"]["1_b"]["av"] = {"4": "nest"}
    labels = plugin.read(write_labels(json.dumps(project)), plugin.settings(), Timeline.regular("clip", 4, 25.0), ())
    assert labels.behaviours == ("what: groom", "where: nest")


def test_videos_must_be_chosen_from(write_labels):
    path = write_labels(TestVia3.example.replace('"2","[""clip', '"2","[""other'))
    labels = plugin.read(path, plugin.settings(), Timeline.regular("other", 4, 25.0), ())
    assert labels.behaviours == ("rear",)
    with pytest.raises(LabelError, match="holds 2 observations"):
        plugin.read(path, plugin.settings(), Timeline.regular("third", 4, 25.0), ())


def test_the_made_table_is_read(shared_data):
    labels = published(shared_data, "made_via3_temporal_segments.csv", plugin, CLIP)
    assert (runs_of(labels, "grooming"), runs_of(labels, "rearing")) == (GROOMING, REARING)


def test_published_regions_of_pictures_are_refused(shared_data):
    with pytest.raises(OtherFormatError, match="regions of pictures"):
        published(shared_data, "via1_image_regions.csv", plugin, CLIP)
