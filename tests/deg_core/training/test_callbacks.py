from __future__ import annotations

import math
import os
from pathlib import Path
from typing import Any

import pytest
import torch

from deg_core.errors import CheckpointError, ProjectError
from deg_core.training.callbacks import SafeCheckpoints, curves_csv
from deg_core.training.tally import EpochRow

ROWS = [EpochRow(1, 0.5, 0.0, 0.6, 0.7, 1e-3, 2.5), EpochRow(2, 0.25, 0.1, math.nan, math.nan, 1e-4, 2.0)]


def test_curves_are_a_table_with_a_row_for_each_epoch() -> None:
    assert curves_csv(ROWS, scored=True).splitlines() == [
        "epoch,train_loss,penalty,validation_loss,score,learning_rate,seconds",
        "1,0.5,0.0,0.6,0.7,0.001,2.5",
        "2,0.25,0.1,,,0.0001,2.0",
    ]


def test_a_score_that_is_a_loss_again_is_left_out() -> None:
    assert curves_csv(ROWS, scored=False).splitlines()[1] == "1,0.5,0.0,0.6,,0.001,2.5"


def test_a_checkpoint_comes_back_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "run" / "resume.ckpt"
    SafeCheckpoints().save_checkpoint({"weights": torch.arange(3), "rows": [{"epoch": 1}], "best": math.inf}, path)
    loaded = SafeCheckpoints().load_checkpoint(path, weights_only=False)
    assert torch.equal(loaded["weights"], torch.arange(3))
    assert (loaded["rows"], loaded["best"]) == ([{"epoch": 1}], math.inf)
    assert [entry.name for entry in path.parent.iterdir()] == ["resume.ckpt"]


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), RuntimeError("[enforce fail] failed")])
def test_a_full_disk_is_told_and_the_old_checkpoint_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    path = tmp_path / "resume.ckpt"
    path.write_bytes(b"old")

    def fail(checkpoint: Any, part: Path) -> None:
        part.write_bytes(b"half")
        raise error

    monkeypatch.setattr(torch, "save", fail)
    with pytest.raises(ProjectError, match="cannot write"):
        SafeCheckpoints().save_checkpoint({}, path)
    assert path.read_bytes() == b"old"
    assert [entry.name for entry in tmp_path.iterdir()] == ["resume.ckpt"]


def test_nothing_in_a_checkpoint_is_run(tmp_path: Path) -> None:
    class Bomb:
        def __reduce__(self) -> Any:
            return os.mkdir, (str(tmp_path / "exploded"),)

    torch.save({"bomb": Bomb()}, tmp_path / "resume.ckpt")
    with pytest.raises(CheckpointError, match="damaged"):
        SafeCheckpoints().load_checkpoint(tmp_path / "resume.ckpt")
    assert not (tmp_path / "exploded").exists()
