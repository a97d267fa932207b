"""The format `boris-aggregated`: a bout per row."""

from __future__ import annotations

import numpy as np
import pytest
from label_strategies import published, runs_of

from deg_core.api import LabelError, Labels, Timeline
from deg_core.testing import LabelFormatContract
from deg_plugins_io.labels.offers import boris_aggregated as plugin

HEADER = "Observation id\tSubject\tBehavior\tModifiers\tBehavior type\tStart (s)\tStop (s)\tDuration (s)"
FIRST, SECOND = (
    Timeline.regular("video_test_25fps_180s", 4499, 25.0),
    Timeline.regular("video_test_25fps_360s", 8999, 25.0),
)


class TestBorisAggregated(LabelFormatContract):
    plugin = plugin
    example = f"{HEADER}\none\tm1\tgroom\t\tSTATE\t0.04\t0.12\t0.08\none\tm1\trear\t\tPOINT\t0.08\t0.08\tNA\n"
    example_labels = Labels(np.array([[0, 0], [1, 0], [1, 1], [0, 0]], dtype=np.int8), ("groom", "rear"))


class TestBorisAggregatedWithoutAHeader(LabelFormatContract):
    plugin = plugin
    example = (
        "one\t2020-01-01\tclip.mp4\t0.16\t25.0\tNo focal subject\tgroom\t\t\tSTATE\t0.04\t0.12\t0.08\n"
        "one\t2020-01-01\tclip.mp4\t0.16\t25.0\tNo focal subject\trear\t\t\tPOINT\t0.08\t0.08\tNA\n"
    )
    example_labels = TestBorisAggregated.example_labels


def test_the_published_old_layout_is_read_without_header_and_description(shared_data):
    name = "boris_aggregated_old.tsv"
    labels = published(shared_data, name, plugin, SECOND, subject="subject1")
    # 266.165 to 276.69 s, after a first video of 539.92 - 359.96 s.
    assert runs_of(labels, "s") == [(2156, 2419), (2526, 2857)]
    labels = published(shared_data, name, plugin, FIRST, subject="No focal subject")
    assert runs_of(labels, "s") == [(45, 204), (257, 584), (670, 787)]
    with pytest.raises(LabelError, match="holds 3 subjects"):
        published(shared_data, name, plugin, SECOND)


def test_a_length_of_several_videos_of_which_one_is_named_has_to_be_explained(shared_data):
    with pytest.raises(LabelError, match=r"labelled on a video of 539\.92 s"):
        published(shared_data, "boris_aggregated_cut.tsv", plugin, FIRST)
    labels = published(shared_data, "boris_aggregated_cut.tsv", plugin, FIRST, time_offset_s=0.0)
    assert runs_of(labels, "s") == [(125, 204), (257, 584), (670, 750)]  # 5 to 30 s


def test_published_modifiers_with_blanks_at_their_ends_are_read(shared_data):
    timeline = Timeline.regular("live", 900, 30.0)
    labels = published(shared_data, "boris_aggregated_spaces.tsv", plugin, timeline, modifiers="join")
    assert set(labels.behaviours) == {"p (111)", "p (c)", "p (a)", "p (a, c)"}
