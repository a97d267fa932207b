from __future__ import annotations

import os
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from deg_core.api import CheckpointError
from test_restricted_pickle import Calls

from deg_import_deepethogram.torch_file import read_torch_file


@pytest.fixture(params=[True, False], ids=["zip", "legacy"])
def kind(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


def saved(path: Path, value: Any, kind: bool) -> Path:
    torch.save(value, path, _use_new_zipfile_serialization=kind)
    return path


def test_tensors_come_with_their_numbers_shapes_and_types(kind: bool, tmp_path: Path) -> None:
    tensors = {
        "float": torch.randn(2, 3),
        "double": torch.randn(4, dtype=torch.float64),
        "half": torch.randn(3).half(),
        "count": torch.tensor(7),
        "flags": torch.tensor([True, False]),
        "empty": torch.empty(0, 3),
        "parameter": torch.nn.Parameter(torch.randn(2, 2)),
    }
    found = read_torch_file(saved(tmp_path / "w.pt", tensors, kind))
    assert list(found) == list(tensors)
    for name, tensor in tensors.items():
        assert np.array_equal(found[name], tensor.detach().numpy())
        assert found[name].dtype == tensor.detach().numpy().dtype


def test_views_of_one_storage_come_each_with_their_own_part(kind: bool, tmp_path: Path) -> None:
    whole = torch.arange(24.0).reshape(4, 6)
    views = {"turned": whole.t(), "part": whole[1:3, ::2], "row": whole[2]}
    found = read_torch_file(saved(tmp_path / "w.pt", views, kind))
    for name, view in views.items():
        assert np.array_equal(found[name], view.numpy())


def test_a_call_beside_the_tensors_is_refused_and_not_made(kind: bool, tmp_path: Path) -> None:
    proof = tmp_path / "was-run"
    value = {"state_dict": {"w": torch.ones(2)}, "more": [{"deep": Calls(os.system, f"touch {proof}")}]}
    with pytest.raises(CheckpointError, match=r"(posix|nt)\.system"):
        read_torch_file(saved(tmp_path / "w.pt", value, kind))
    assert not proof.exists()


def test_a_whole_network_is_refused_since_only_its_weights_can_be_read(kind: bool, tmp_path: Path) -> None:
    with pytest.raises(CheckpointError, match=r"torch\.nn\.modules\.linear\.Linear"):
        read_torch_file(saved(tmp_path / "w.pt", torch.nn.Linear(2, 2), kind))


@pytest.mark.parametrize("share", [0.2, 0.5, 0.9])
def test_a_cut_file_is_damaged(share: float, kind: bool, tmp_path: Path) -> None:
    path = saved(tmp_path / "w.pt", {"w": torch.randn(100)}, kind)
    whole = path.read_bytes()
    path.write_bytes(whole[: int(len(whole) * share)])
    with pytest.raises(CheckpointError, match="damaged") as caught:
        read_torch_file(path)
    assert caught.value.where == str(path)


def test_a_tensor_that_reaches_beyond_its_numbers_is_refused(tmp_path: Path) -> None:
    path = saved(tmp_path / "w.pt", {"w": torch.ones(16)}, True)
    spoilt = tmp_path / "spoilt.pt"
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(spoilt, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            # K is a number of one byte: the shape (16,) becomes (17,), the 16 numbers of the storage stay.
            new.writestr(name, content.replace(b"K\x10\x85", b"K\x11\x85") if name.endswith("data.pkl") else content)
    with pytest.raises(CheckpointError, match="reaches beyond"):
        read_torch_file(spoilt)


def test_another_file_is_no_file_of_pytorch(tmp_path: Path) -> None:
    path = tmp_path / "notes.pt"
    path.write_text("my notes")
    with pytest.raises(CheckpointError):
        read_torch_file(path)
