"""The format `boris-project`: a project of BORIS, JSON."""

from __future__ import annotations

import gzip
import json
import logging

import numpy as np
import pytest
from label_strategies import published, runs_of

from deg_core.api import LabelError, Labels, Timeline
from deg_core.testing import LabelFormatContract
from deg_plugins_io.labels.offers import boris_project as plugin

TEN = Timeline.regular("clip", 10, 10.0)
VIDEO = Timeline.regular("video_test_25fps_360s", 8999, 25.0)


def project(events, **observation):
    conf = {"0": {"code": "groom", "type": "State event"}, "1": {"code": "rear", "type": "Point event"}}
    said = {"file": {"1": ["clip.mp4"]}, "type": "MEDIA", "time offset": 0.0, "events": events, **observation}
    return json.dumps({"behaviors_conf": conf, "observations": {"day 1": said}})


class TestBorisProject(LabelFormatContract):
    plugin = plugin
    example = project([[0.04, "", "groom", "", ""], [0.12, "", "groom", "", ""], [0.08, "", "rear", "", ""]])
    example_labels = Labels(np.array([[0, 0], [1, 0], [1, 1], [0, 0]], dtype=np.int8), ("groom", "rear"))


def read(path, timeline=TEN, **settings):
    return plugin.read(path, plugin.settings(**settings), timeline, ())


def test_a_packed_project_is_the_same(write_labels):
    text = project([[0.1, "", "groom", "", ""], [0.3, "", "groom", "", ""]])
    plain, packed = write_labels(text, "a.boris"), write_labels(gzip.compress(text.encode()), "a.boris.gz")
    assert runs_of(read(packed), "groom") == runs_of(read(plain), "groom") == [(1, 3)]


def test_half_a_packed_project_is_refused(write_labels):
    with pytest.raises(LabelError, match="cannot be read"):
        read(write_labels(gzip.compress(project([]).encode())[:-9], "a.boris.gz"))


def test_nobody_looked_outside_the_observed_interval(write_labels):
    path = write_labels(project([[0.3, "", "rear", "", ""]], **{"observation time interval": [0.2, 0.6]}))
    assert read(path).marks[:, 1].tolist() == [-1, -1, 0, 1, 0, 0, -1, -1, -1, -1]


def test_an_offset_has_to_be_said(write_labels):
    path = write_labels(project([[1.3, "", "rear", "", ""]], **{"time offset": 1.0}))
    with pytest.raises(LabelError, match="time offset of 1 s"):
        read(path)
    assert runs_of(read(path, time_offset_s=1.0), "rear") == [(3, 4)]


def test_a_code_that_the_ethogram_lacks_is_refused(write_labels):
    with pytest.raises(LabelError, match="'dig' is not in its ethogram"):
        read(write_labels(project([[0.1, "", "dig", "", ""]])))


def test_pictures_have_no_times(write_labels):
    with pytest.raises(LabelError, match="labelled on pictures"):
        read(write_labels(project([["NA", "", "rear", "", "", 3, "a.png"]], type="IMAGES")))


def test_the_published_project_means_what_its_tables_say(shared_data):
    name = "boris_project.boris"
    with pytest.raises(LabelError, match="holds 12 observations"):
        published(shared_data, name, plugin, Timeline.regular("else", 100, 25.0))
    labels = published(shared_data, name, plugin, VIDEO, observation="observation #1", subject="subject1")
    assert runs_of(labels, "s") == [(83, 194), (248, 405), (459, 612)]  # as boris_tabular_old.tsv
    assert labels.behaviours == ("p", "s", "q", "r", "m")


def test_of_two_videos_that_play_one_after_another_the_own_part_is_read(shared_data):
    about = {"observation": "observation #2", "subject": "subject1"}
    labels = published(shared_data, "boris_project.boris", plugin, VIDEO, **about)
    # 266.165 to 276.69 s and 280.965 to 294.215 s, after 179.96 s of the first video.
    assert runs_of(labels, "s") == [(2156, 2419), (2526, 2857)]


def test_an_odd_toggle_lasts_to_the_end_and_is_told(shared_data, caplog):
    with caplog.at_level(logging.WARNING):
        labels = published(shared_data, "boris_project.boris", plugin, VIDEO, observation="live not paired")
    assert runs_of(labels, "s")[-1][1] == 8999
    assert "starts and never stops" in caplog.text


def test_modifiers_make_behaviours_of_their_own_if_wanted(shared_data):
    timeline = Timeline.regular("live", 900, 30.0)
    labels = published(shared_data, "boris_project_spaces.boris", plugin, timeline, modifiers="join")
    assert labels.behaviours == ("r", "p (a, c)", "p (a)", "p (111)", "p (c)")
    assert runs_of(labels, "p (a, c)") == [(125, 126)]
    plain = published(shared_data, "boris_project_spaces.boris", plugin, timeline)
    assert len(runs_of(plain, "p")) == 4
