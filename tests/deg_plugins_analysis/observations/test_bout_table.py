"""Tables of bouts onto frames."""

from __future__ import annotations

from pathlib import Path

import pytest

from deg_core.api import LabelError
from deg_plugins_analysis.observations.bout_table import read_bout_tables
from deg_plugins_analysis.observations.gridding import Grid, grid_bouts

HEADER = "ID;Experimenter;from;to;type"


def write(tmp_path: Path, *rows: str, header: str = HEADER) -> list[Path]:
    path = tmp_path / "scores.csv"
    path.write_text("\n".join([header, *rows]) + "\n")
    return [path]


def grid_of(paths: list[Path], ignored: tuple[str, ...] = (), **options):
    bouts = read_bout_tables(paths, {}, ignored)
    return grid_bouts(bouts, Grid(**{"frames_per_second": 2.0, **options}))


def marks(observations, rater: str) -> str:
    (found,) = [each for each in observations if each.rater == rater]
    return "".join({1: "#", 0: ".", -1: " "}[int(mark)] for mark in found.labels.marks[:, 0])


def test_recordings_and_raters_are_told_apart_and_silence_is_absence(tmp_path: Path) -> None:
    observations, notes = grid_of(write(tmp_path, "m1;Anna;0.5;1.5;groom", "m1;Ben;1;2;rear"), duration_s=3.0)
    assert [(each.recording, each.rater) for each in observations] == [("m1", "Anna"), ("m1", "Ben")]
    assert marks(observations, "Anna") == ".##..."
    assert marks(observations, "Ben") == "......"
    assert notes == []


def test_overlapping_bouts_are_united_and_told(tmp_path: Path) -> None:
    observations, notes = grid_of(write(tmp_path, "m1;Anna;0;1.5;groom", "m1;Anna;1;2;groom"), duration_s=3.0)
    assert marks(observations, "Anna") == "####.."
    assert notes[0].startswith("1 bouts overlap another of the same behaviour and rater; they are united")


def test_a_session_is_from_its_first_mark_to_its_last(tmp_path: Path) -> None:
    rows = ["m1;Anna;1;1.5;Start/End", "m1;Anna;0;3;groom", "m1;Anna;4;4.5;StartEnd", "m1;Ben;0;5;groom"]
    options = {"sessions": ("Start/End",), "same": {"StartEnd": "Start/End"}}
    observations, notes = grid_of(write(tmp_path, *rows), **options)
    assert marks(observations, "Anna") == "  ####... "
    assert marks(observations, "Ben") == "##########"
    assert sum("did not mark" in note for note in notes) == 2
    assert any("outside the rater's session" in note for note in notes)


def test_without_a_length_or_a_rate_nothing_is_assumed(tmp_path: Path) -> None:
    paths = write(tmp_path, "m1;Anna;0;1;groom")
    with pytest.raises(LabelError, match="how long the recording is") as refused:
        grid_of(paths)
    assert "--until-last-bout" in refused.value.fix
    with pytest.raises(LabelError, match="how many there are in a second"):
        grid_of(paths, frames_per_second=None)
    assert grid_of(paths, until_last_bout=True)[0][0].labels.n_frames == 2
    assert grid_of(paths, duration_s=9.0, durations_s={"m1": 4.0})[0][0].labels.n_frames == 8


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ("m1;Anna;0;NA;groom", "to is 'NA', not a number"),
        ("m1;Anna;2;1;groom", "from 2 to 1"),
        ("m1;Anna;0;1;", "no behaviour"),
        ("m1;Anna;0;99;groom", "ends at 99.000 s of a recording of 3 s"),
        ("m1;Anna;0;1", "4 cells below a header of 5"),
    ],
)
def test_a_row_that_makes_no_sense_is_refused_with_its_place(tmp_path: Path, row: str, problem: str) -> None:
    with pytest.raises(LabelError, match=problem) as refused:
        grid_of(write(tmp_path, "m1;Anna;0;1;groom", row), duration_s=3.0)
    assert "line 3" in refused.value.where


def test_rows_of_a_behaviour_that_is_left_out_are_not_read(tmp_path: Path) -> None:
    observations, _ = grid_of(write(tmp_path, "m1;Anna;0;1;groom", "m1;Anna;0;NA;NA"), ignored=("NA",), duration_s=3.0)
    assert observations[0].labels.behaviours == ("groom",)


def test_a_column_that_is_not_there_is_asked_for(tmp_path: Path) -> None:
    paths = write(tmp_path, "groom,0,1", header="what,start,stop")
    with pytest.raises(LabelError, match="which column holds the behaviour"):
        read_bout_tables(paths, {}, ())
    with pytest.raises(LabelError, match="no column 'wat'"):
        read_bout_tables(paths, {"behaviour": "wat"}, ())
    (bout,) = read_bout_tables(paths, {"behaviour": "what"}, ())
    assert (bout.recording, bout.rater, bout.behaviour) == ("scores", "labels", "groom")
