"""The format `bento-annot`: frames from 1, or seconds."""

from __future__ import annotations

import numpy as np
import pytest
from label_strategies import published, runs_of

from deg_core.api import LabelError, Labels, Timeline
from deg_core.testing import LabelFormatContract
from deg_plugins_io.labels.offers import bento_annot as plugin

HEAD = (
    "Bento annotation file\nMovie file(s): clip.seq\n\nAnnotation framerate: 25.0\n\n"
    "List of annotations:\ngroom\nrear\n\n"
)
MARKS = Labels(np.array([[0, 0], [1, 0], [1, 1], [0, 0]], dtype=np.int8), ("groom", "rear"))


def blocks(groom, rear):
    row = "Start\t Stop\t Duration \n"
    return f"{HEAD}Ch1----------\n>groom\n{row}{groom}\n\n>rear\n{row}{rear}\n\n\n"


class TestBentoAnnot(LabelFormatContract):
    plugin = plugin
    example = blocks("2\t3\t2", "3\t3\t1")
    example_labels = MARKS


class TestBentoAnnotInSecondsWithStopsInside(LabelFormatContract):
    plugin = plugin
    example = blocks("0.08\t0.12\t0.08", "0.12\t0.12\t0.04")
    example_labels = MARKS


class TestBentoAnnotInSecondsWithStopsOutside(LabelFormatContract):
    plugin = plugin
    example = blocks("0.04\t0.12\t0.08", "0.08\t0.12\t0.04")
    example_labels = MARKS


def read(path, **settings):
    return plugin.read(path, plugin.settings(**settings), Timeline.regular("clip", 10, 25.0), ())


def test_what_was_listed_and_never_seen_is_absent(write_labels):
    labels = read(write_labels(HEAD + "Ch1----------\n"))
    assert labels.behaviours == ("groom", "rear")
    assert (labels.marks == 0).all()


def test_nobody_looked_outside_the_stated_frames(write_labels):
    path = write_labels(
        blocks("2\t3\t2", "3\t3\t1").replace("\n\n", "\nAnnotation start frame: 2\nAnnotation stop frame: 4\n\n", 1)
    )
    assert read(path).marks[:, 0].tolist() == [-1, 1, 1, 0, -1, -1, -1, -1, -1, -1]


def test_durations_that_follow_two_rules_are_refused(write_labels):
    with pytest.raises(LabelError, match="durations follow two rules"):
        read(write_labels(blocks("0.04\t0.12\t0.08", "0.12\t0.16\t0.08")))
    with pytest.raises(LabelError, match="a duration of"):
        read(write_labels(blocks("0.04\t0.12\t0.02", "0.12\t0.16\t0.08")))


def test_channels_must_be_chosen_from(write_labels):
    path = write_labels(
        f"{HEAD}Ch1----------\n>groom\nStart\t Stop\n1\t2\n\n\nCh2----------\n>groom\nStart\t Stop\n3\t4\n"
    )
    with pytest.raises(LabelError, match="holds 2 annotators"):
        read(path)
    assert runs_of(read(path, annotator="Ch2"), "groom") == [(2, 4)]


def test_the_published_file_is_read(shared_data):
    labels = published(shared_data, "bento.annot", plugin, Timeline.regular("Mouse06_Top", 19955, 30.0))
    attack, sniffing = runs_of(labels, "Attack"), runs_of(labels, "Sniffing")
    # 3.0333 to 5.2333 s are frames 91 to 157, from 1 and both inside; 36 bouts do not touch others.
    assert (len(attack), attack[0], attack[-1]) == (12, (90, 157), (2051, 2145))
    assert (len(sniffing), sniffing[0], sniffing[-1]) == (10, (79, 89), (9003, 9004))
    with pytest.raises(LabelError, match="labelled at 30 frames per second"):
        published(shared_data, "bento.annot", plugin, Timeline.regular("Mouse06_Top", 19955, 25.0))
