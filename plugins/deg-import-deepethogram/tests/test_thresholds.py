from __future__ import annotations

from pathlib import Path

import h5py
import numpy as np
import pytest
from deg_core.api import CheckpointError

from deg_import_deepethogram.thresholds import read_thresholds

ROWS = np.array([[0.1, 0.2], [0.3, 0.004], [0.5, 0.6]])


def write(folder: Path, place: str = "val/metrics_by_threshold/optimum") -> Path:
    with h5py.File(folder / "classification_metrics.h5", "w") as file:
        file[place] = ROWS
    return folder


@pytest.mark.parametrize("place", ["val/metrics_by_threshold/optimum", "threshold_curves/val/optimum"])
def test_they_are_of_the_epoch_and_the_last_is_minus_one(place: str, tmp_path: Path) -> None:
    write(tmp_path, place)
    assert read_thresholds(tmp_path, 0, 2).tolist() == [0.1, 0.2]
    assert read_thresholds(tmp_path, -1, 2).tolist() == [0.5, 0.6]


def test_they_are_raised_to_a_hundredth(tmp_path: Path) -> None:
    assert read_thresholds(write(tmp_path), 1, 2).tolist() == [0.3, 0.01]


def test_a_run_may_have_none(tmp_path: Path) -> None:
    assert read_thresholds(tmp_path, 0, 2) is None
    assert read_thresholds(write(tmp_path, "val/loss"), 0, 2) is None


@pytest.mark.parametrize(("epoch", "n_classes"), [(3, 2), (-4, 2), (0, 3)])
def test_those_of_another_run_are_refused(epoch: int, n_classes: int, tmp_path: Path) -> None:
    with pytest.raises(CheckpointError, match="hold nothing for epoch"):
        read_thresholds(write(tmp_path), epoch, n_classes)


def test_a_damaged_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "classification_metrics.h5").write_bytes(b"no HDF5")
    with pytest.raises(CheckpointError, match="damaged") as caught:
        read_thresholds(tmp_path, 0, 2)
    assert "classification_metrics.h5" in caught.value.where
