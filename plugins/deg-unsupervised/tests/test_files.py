from __future__ import annotations

import csv
import json
from pathlib import Path

import h5py
import numpy as np
import pytest

from deg_unsupervised.files import remove_earlier_sheets, write_clusters, write_table
from deg_unsupervised.suggestions import Assigned

ASSIGNED = Assigned(np.array([0, 1, 1], np.int16), np.array([1, 0.5, 0.25], np.float32), 20.0)


def test_clusters_of_every_recording_are_in_one_file(tmp_path: Path) -> None:
    write_clusters(tmp_path / "new" / "clusters.h5", {"a": ASSIGNED, "b c": ASSIGNED}, ["groom", None])
    with h5py.File(tmp_path / "new" / "clusters.h5") as file:
        assert list(file) == ["a", "b c"]
        assert list(file.attrs["stands_for"]) == ["groom", ""]
        assert file["a/cluster"][:].tolist() == [0, 1, 1]
        assert file["a/confidence"][:].tolist() == [1, 0.5, 0.25]
        assert file["b c"].attrs["frames_per_second"] == 20


def test_a_table_has_a_row_per_frame(tmp_path: Path) -> None:
    write_table(tmp_path / "a.csv", ASSIGNED, [None, "groom"])
    rows = list(csv.DictReader((tmp_path / "a.csv").read_text(encoding="utf-8").splitlines()))
    assert [row["frame"] for row in rows] == ["0", "1", "2"]
    assert rows[1] == {"frame": "1", "time_s": "0.0500", "cluster": "1", "confidence": "0.5000", "stands_for": "groom"}
    assert rows[0]["stands_for"] == ""


@pytest.mark.parametrize("report", [None, "damaged", "[]", '{"suggestions": 3}'])
def test_only_pictures_of_the_earlier_search_are_removed(tmp_path: Path, report: str | None) -> None:
    for name in ("cluster-01.png", "cluster-02.png"):
        (tmp_path / name).write_bytes(b"")
    if report is not None:
        (tmp_path / "report.json").write_text(report, encoding="utf-8")
    remove_earlier_sheets(tmp_path)
    assert (tmp_path / "cluster-01.png").exists()
    sheets = {"suggestions": [{"sheet": "cluster-01.png"}, {"sheet": None}, {"sheet": "gone.png"}]}
    (tmp_path / "report.json").write_text(json.dumps(sheets), encoding="utf-8")
    remove_earlier_sheets(tmp_path)
    assert [path.name for path in sorted(tmp_path.glob("*.png"))] == ["cluster-02.png"]
