from __future__ import annotations

from pathlib import Path

import pytest

from deg_core.api import LabelError
from deg_plugins_analysis.observations.groups import clock_starts, column_of, durations, merge_groups, read_groups


def test_a_table_has_a_row_for_each_recording(tmp_path: Path) -> None:
    path = tmp_path / "groups.csv"
    path.write_text("recording,animal,duration_s,start\none,m1,600,2024-05-01T07:30\ntwo,m2,,\n")
    groups = read_groups(path)
    assert durations(groups) == {"one": 600.0}
    assert clock_starts(groups)["one"].hour == 7
    assert column_of(groups, "animal", ["two"]) == {"two": "m2"}


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("animal\nm1\n", "no column"),
        ("recording,sex\none,f\none,m\n", "'one' is there twice"),
        ("recording\n", "without rows"),
    ],
)
def test_a_table_that_makes_no_sense_is_refused(tmp_path: Path, text: str, problem: str) -> None:
    path = tmp_path / "groups.csv"
    path.write_text(text)
    with pytest.raises(LabelError, match=problem):
        read_groups(path)


def test_table_and_project_must_not_contradict_each_other() -> None:
    assert merge_groups({"one": {"sex": "f"}}, {"one": {"drug": "x"}}) == {"one": {"sex": "f", "drug": "x"}}
    with pytest.raises(LabelError, match="sex is 'm' in the table, and 'f' in the project"):
        merge_groups({"one": {"sex": "f"}}, {"one": {"sex": "m"}})


def test_a_recording_without_a_group_is_named() -> None:
    with pytest.raises(LabelError, match="no drug is given for 1 of 2") as refused:
        column_of({"one": {"drug": "x"}}, "drug", ["one", "two"])
    assert refused.value.where == "two"


@pytest.mark.parametrize(("read", "values"), [(durations, {"duration_s": "long"}), (clock_starts, {"start": "noon"})])
def test_numbers_and_times_must_be_such(read, values) -> None:
    with pytest.raises(LabelError, match=r"long|noon"):
        read({"one": values})
