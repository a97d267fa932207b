"""The format `lmt`: databases of Live Mouse Tracker, made here in its layout."""

from __future__ import annotations

import logging
import sqlite3

import numpy as np
import pytest
from label_strategies import runs_of
from lmt_database import TABLES, database

from deg_core.api import LabelError, Labels, OtherFormatError, Timeline
from deg_core.testing import LabelFormatContract
from deg_plugins_io.labels.offers import lmt as plugin


def read(path, n_frames=20, behaviours=(), **settings):
    return plugin.read(path, plugin.settings(**settings), Timeline.regular("clip", n_frames, 30.0), behaviours)


EVENTS = [("Contact", 3, 5, 1, 2), ("Contact", 8, 8, 1, 3), ("Contact", 3, 5, 2, 1), ("night", 1, 20)]


class TestLmt(LabelFormatContract):
    plugin = plugin
    example = database([("Rearing", 1, 2, 1), ("Stop", 4, 4, 1)], frames=range(1, 6), paused=(5,))
    example_labels = Labels(np.array([[1, 0], [1, 0], [0, 0], [0, 1], [-1, -1]], dtype=np.int8), ("Rearing", "Stop"))


def test_an_event_belongs_to_its_first_animal_and_the_others_are_modifiers(write_labels):
    path = write_labels(database(EVENTS))
    with pytest.raises(LabelError, match="holds 3 subjects") as caught:
        read(path)
    assert "'m1', 'm2', 'nobody'" in caught.value.fix
    labels = read(path, subject="m1", modifiers="join")
    assert (runs_of(labels, "Contact (m2)"), runs_of(labels, "Contact (3)")) == ([(2, 5)], [(7, 8)])
    assert runs_of(read(path, subject="m1"), "Contact") == [(2, 5), (7, 8)]
    assert runs_of(read(path, subject="nobody"), "night") == [(0, 20)]


@pytest.mark.parametrize("nobody", [None, 0, "None"])
def test_what_is_written_for_no_animal_is_none(write_labels, nobody):
    labels = read(write_labels(database([("Stop", 1, 2, 1, nobody)])), modifiers="join")
    assert labels.behaviours == ("Stop",)


def test_animals_of_one_name_are_told_by_number(write_labels):
    path = write_labels(database(EVENTS, animals=("mouse", "mouse")))
    assert runs_of(read(path, subject="2"), "Contact") == [(2, 5)]


def test_where_a_shorter_video_begins_is_asked_and_the_rest_left_out(write_labels):
    path = write_labels(database([("Stop", 2, 11, 1), ("Stop", 14, 20, 1), ("Rearing", 1, 3, 1)]))
    with pytest.raises(LabelError, match="holds frames 1 to 20, the recording has 6") as caught:
        read(path, 6)
    assert "first_frame" in caught.value.fix
    labels = read(path, 6, first_frame=10)
    assert (runs_of(labels, "Stop"), runs_of(labels, "Rearing")) == ([(0, 2), (4, 6)], [])
    for beyond in (0, 16):
        with pytest.raises(LabelError, match="holds frames 1 to 20"):
            read(path, 6, first_frame=beyond)


def test_without_a_video_it_has_as_many_frames_as_it_lists(write_labels):
    path = write_labels(database([("Stop", 8, 9, 1)], frames=range(5, 11)))
    labels = plugin.read(path, plugin.settings(), None, ())
    assert labels.marks[:, 0].tolist() == [0, 0, 0, 1, 1, 0]
    assert labels.frames_per_second is None
    with pytest.raises(LabelError, match="claims 1000000000000 frames"):
        plugin.read(write_labels(database([("Stop", 8, 9, 1)], frames=(1, 10**12))), plugin.settings(), None, ())


def test_frames_that_are_missing_or_paused_are_not_labelled_and_told_of(write_labels, caplog):
    frames = [at for at in range(1, 21) if at != 7]
    path = write_labels(database([("Stop", 2, 3, 1), ("Stop", 12, 13, 1)], frames, paused=(12, 15)))
    with caplog.at_level(logging.WARNING):
        labels = read(path)
    assert runs_of(labels, "Stop", -1) == [(6, 7), (14, 15)]
    assert runs_of(labels, "Stop") == [(1, 3), (11, 13)]
    assert "3 frames are missing or paused" in caplog.text


def test_events_can_be_chosen_and_must_be_there(write_labels):
    path = write_labels(database(EVENTS))
    assert read(path, subject="m1", events=("Contact",)).behaviours == ("Contact",)
    with pytest.raises(LabelError, match="holds no event 'Contakt'"):
        read(path, events=("Contact", "Contakt"))
    with pytest.raises(LabelError, match="holds no events"):
        read(write_labels(database([])))


def test_without_a_table_of_frames_the_first_is_asked(write_labels):
    tables = TABLES.replace("'FRAME' (", "'OTHER' (")
    path = write_labels(database([("Stop", 2, 3, 1)], tables=tables))
    with pytest.raises(LabelError, match="does not list its frames"):
        read(path)
    assert runs_of(read(path, first_frame=2), "Stop") == [(0, 2)]


@pytest.mark.parametrize(
    ("event", "said"),
    [
        (("Stop", 5, 3, 1), "starts at frame 5 and ends before, at 3"),
        (("Stop", 5, "six", 1), "a frame with the number 'six'"),
        (("Stop", 5, None, 1), "a frame with the number 'None'"),
        (("Stop", 5, 6.5, 1), "a frame with the number '6.5'"),
        ((b"Stop", 5, 6, 1), "is called b'Stop'"),
        (("Stop", 5, 21, 1), "lies outside the recording"),
        (("Stop", 0, 6, 1), "lies outside the recording"),
        (("Stop", 5, 2**62, 1), "lies outside the recording"),
    ],
)
def test_events_that_cannot_be_are_refused(write_labels, event, said):
    with pytest.raises(LabelError, match=said):
        read(write_labels(database([event])))


def test_another_database_is_another_format(write_labels):
    tables = TABLES.replace("'EVENT' (", "'THING' (")
    with pytest.raises(OtherFormatError, match="without events of Live Mouse Tracker"):
        read(write_labels(database([], tables=tables)))


def test_nothing_in_the_file_is_run(write_labels):
    """A view that never ends, where the events should be."""
    endless = "WITH RECURSIVE a(x) AS (SELECT 1 UNION ALL SELECT x FROM a) SELECT x FROM a"
    names = ", ".join(f"x AS {name}" for name in ("ID", "NAME", "STARTFRAME", "ENDFRAME"))
    names += "".join(f", x AS IDANIMAL{letter}" for letter in "ABCD")
    view = f"DROP TABLE EVENT; CREATE VIEW EVENT AS SELECT {names} FROM ({endless});"
    with pytest.raises(OtherFormatError):
        read(write_labels(database([], more=view)))
    computed = TABLES.replace("'ENDFRAME' INTEGER", "'ENDFRAME' INTEGER AS (length(zeroblob(1000000000)))")
    with pytest.raises(OtherFormatError):
        read(write_labels(database([], tables=computed)))


def test_a_table_of_an_extension_is_none(write_labels):
    more = "DROP TABLE EVENT; CREATE VIRTUAL TABLE EVENT USING fts4(ID, NAME, STARTFRAME, ENDFRAME, IDANIMALA, "
    try:
        content = database(
            [], more=f"{more}IDANIMALB, IDANIMALC, IDANIMALD); INSERT INTO EVENT (NAME) VALUES ('Stop');"
        )
    except sqlite3.OperationalError:
        pytest.skip("this SQLite has no such extension")
    with pytest.raises(OtherFormatError):
        read(write_labels(content))


def test_nothing_is_written_and_what_lies_in_a_journal_is_not_missed(write_labels):
    path = write_labels(database(EVENTS, more="PRAGMA journal_mode=WAL;"), "a b#?.sqlite")
    content = path.read_bytes()
    read(path, subject="m1")
    assert [each.name for each in path.parent.iterdir()] == [path.name]
    assert path.read_bytes() == content
    for ending in ("-wal", "-journal"):
        beside = path.with_name(path.name + ending)
        beside.write_bytes(b"x" * 99)
        with pytest.raises(LabelError, match="not all of it is in the file"):
            read(path, subject="m1")
        beside.write_bytes(b"")  # as it is left behind
        read(path, subject="m1")
