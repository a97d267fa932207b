from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from made_animals import tracks_from

from deg_animals.errors import TracksError
from deg_animals.tracks import is_table, read_tracks, write_tracks


def table(folder: Path, *rows: str, header: str = "frame,individual,x,y") -> Path:
    path = folder / "tracks.csv"
    path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    return path


def test_rows_come_in_any_order_with_columns_in_any_order(tmp_path: Path) -> None:
    path = table(tmp_path, "2,5,b,1,90", "4,3,a,0,", header="X,y,individual,frame,heading")
    tracks = read_tracks(path)
    assert tracks.individuals == ("b", "a")
    np.testing.assert_array_equal(tracks.positions_TM2[1, 0], [2, 5])
    np.testing.assert_array_equal(tracks.positions_TM2[0, 1], [4, 3])
    assert tracks.headings_TM[1, 0] == 90
    assert np.isnan(tracks.positions_TM2[0, 0]).all()


def test_a_row_without_a_place_says_that_the_animal_was_looked_for(tmp_path: Path) -> None:
    tracks = read_tracks(table(tmp_path, "0,a,1,1", "7,a,,"))
    assert tracks.n_frames == 8
    assert np.isnan(tracks.positions_TM2[1:]).all()


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    tracks = tracks_from(
        [[[1.25, 2], [np.nan] * 2], [[3, 4], [5, 6]], [[np.nan] * 2] * 2], [[0, 90], [np.nan] * 2, [1, 2]]
    )
    write_tracks(tmp_path / "t.csv", tracks)
    again = read_tracks(tmp_path / "t.csv")
    assert again.individuals == tracks.individuals
    np.testing.assert_array_equal(again.positions_TM2, tracks.positions_TM2)
    np.testing.assert_array_equal(again.headings_TM, tracks.headings_TM)


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ("-1,a,1,1", "count from 0"),
        ("0.5,a,1,1", "cannot be understood"),
        ("0,,1,1", "no individual"),
        ("0,a,1,", "two numbers"),
        ("0,a,inf,1", "two numbers"),
        ("0,a,left,1", "left"),
        ("0,a", None),
    ],
)
def test_a_row_that_cannot_be_is_refused_by_its_line(tmp_path: Path, row: str, problem: str | None) -> None:
    path = table(tmp_path, "1,a,1,1", row)
    if problem is None:  # cells that are left out are empty
        assert read_tracks(path).n_frames == 2
        return
    with pytest.raises(TracksError, match=problem) as refused:
        read_tracks(path)
    assert "line 3" in refused.value.where


def test_an_animal_in_two_places_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TracksError, match="in frame 1 twice"):
        read_tracks(table(tmp_path, "1,a,1,1", "1,a,2,2"))


@pytest.mark.parametrize(
    ("text", "problem"), [("frame,x,y\n", "'individual'"), ("frame,individual,x,y\n", "without a row")]
)
def test_a_table_without_what_it_needs_is_refused(tmp_path: Path, text: str, problem: str) -> None:
    path = tmp_path / "t.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(TracksError, match=problem):
        read_tracks(path)


def test_a_name_near_a_known_one_is_suggested() -> None:
    with pytest.raises(TracksError) as refused:
        tracks_from(np.zeros((1, 2, 2)), names=("mouse", "rat")).column("mouze", where="here")
    assert "'mouse'" in refused.value.fix


def test_other_tables_are_told_apart(tmp_path: Path) -> None:
    assert is_table(table(tmp_path, "0,a,1,1"))
    assert not is_table(table(tmp_path, header="scorer,net,net"))
    (tmp_path / "pose.h5").write_bytes(b"\x89HDF\r\n\xff\xfe")
    assert not is_table(tmp_path / "pose.h5")
