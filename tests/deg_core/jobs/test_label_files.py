"""Label files without a project."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import deg_core
from deg_core.api import LabelError, Labels, Timeline
from deg_core.jobs.label_files import read_labels, write_labels
from deg_core.testing import FAKES, only_plugins

CATALOG = only_plugins(*FAKES)
TWO_HZ = Timeline.regular("cage", 4, 2.0)


def test_both_are_public() -> None:
    assert (deg_core.read_labels, deg_core.write_labels) == (read_labels, write_labels)


def test_labels_are_read_by_the_format_that_fits(tmp_path: Path) -> None:
    path = tmp_path / "cage.csv"
    path.write_text("start_s,stop_s,behaviour\n0.5,1.0,groom\n")
    labels = read_labels(path, TWO_HZ, behaviours=("dig",))
    assert labels.behaviours == ("dig", "groom")
    assert labels.marks.tolist() == [[0, 0], [0, 1], [0, 0], [0, 0]]
    with pytest.raises(LabelError, match="how long"):
        read_labels(path, None, "bouts-csv")
    with pytest.raises(LabelError, match="not marks"):
        read_labels(path, TWO_HZ, catalog=CATALOG)


def test_labels_are_written_and_what_is_lost_is_given_back(tmp_path: Path) -> None:
    labels = Labels(np.array([[1], [0], [-1], [1]], dtype=np.int8), ("groom",), 2.0)
    assert write_labels(tmp_path / "a.csv", labels, TWO_HZ, "deg-csv") == ()
    assert read_labels(tmp_path / "a.csv").marks.tolist() == labels.marks.tolist()
    (note,) = write_labels(tmp_path / "a.tsv", labels, TWO_HZ, "boris-tsv", {"subject": "m1"})
    assert note.startswith("1 frames are not labelled")
    with pytest.raises(LabelError, match="does not write 'simba-csv'"):
        write_labels(tmp_path / "b.csv", labels, TWO_HZ, "simba-csv")
