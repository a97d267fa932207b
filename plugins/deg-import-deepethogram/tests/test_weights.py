from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from deg_core.api import CheckpointError

from deg_import_deepethogram.weights import Checkpoint, check_tensors, read_checkpoint, weight_file


def saved(path: Path, state: dict[str, torch.Tensor], **others: object) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    torch.save({"state_dict": state, **others}, path)
    return path


def test_the_best_weights_come_before_the_last_and_those_before_the_plain_ones(tmp_path: Path) -> None:
    assert weight_file(tmp_path) is None
    state = {"a": torch.ones(1)}
    plain = saved(tmp_path / "checkpoint.pt", state)
    assert weight_file(tmp_path) == plain
    last = saved(tmp_path / "lightning_checkpoints" / "last.ckpt", state)
    assert weight_file(tmp_path) == last
    best = saved(tmp_path / "lightning_checkpoints" / "epoch=3-step=400.ckpt", state)
    assert weight_file(tmp_path) == best


@pytest.mark.parametrize(("name", "epoch"), [("epoch=12-step=9.ckpt", 12), ("last.ckpt", -1), ("checkpoint.pt", -1)])
def test_the_epoch_stands_in_the_name(name: str, epoch: int) -> None:
    assert Checkpoint(Path(name), {}, None).epoch == epoch


def test_buffers_of_losses_are_dropped(tmp_path: Path) -> None:
    state = {"model.a": torch.ones(1), "criterion.data_criterion.pos_weight": torch.ones(2)}
    assert list(read_checkpoint(saved(tmp_path / "w.ckpt", state)).tensors) == ["model.a"]


@pytest.mark.parametrize("prefix", ["model.", "module.", ""])
def test_one_prefix_before_every_name_goes(prefix: str) -> None:
    checkpoint = Checkpoint(Path("w"), {f"{prefix}a.b": np.ones(1), f"{prefix}c": np.ones(1)}, None)
    assert list(checkpoint.named_as({"a.b", "c"})) == ["a.b", "c"]


def test_a_network_whose_own_names_begin_like_a_prefix_keeps_them() -> None:
    expected = {"model.0.weight"}
    for names in (["model.0.weight"], ["model.model.0.weight"]):
        checkpoint = Checkpoint(Path("w"), dict.fromkeys(names, np.ones(1)), None)
        assert list(checkpoint.named_as(expected)) == ["model.0.weight"]


def test_settings_kept_with_the_weights_are_read_in_either_form(parity: Path) -> None:
    plain = parity / "original/mouse_deepethogram/models/210311_012300_sequence_train_tiny"
    node = parity / "run_200101_000000_sequence_train"
    for folder, name, size in ((plain, "epoch=2-step=3.ckpt", 2), (node, "epoch=3-step=400.ckpt", 8)):
        config = read_checkpoint(folder / "lightning_checkpoints" / name).config
        assert config is not None
        assert config.get("sequence.latent_name") == "resnet18"
        assert config.get("sequence.num_features") == size


def test_every_tensor_that_does_not_fit_is_named() -> None:
    tensors = {"kept": np.ones((2, 3)), "other": np.ones(4), "more": np.ones(1)}
    expected = {"kept": (2, 3), "other": (5,), "gone": (1,), "lost": (2,), "away": (3,), "missed": (4,)}
    with pytest.raises(CheckpointError) as caught:
        check_tensors(tensors, expected, "w.ckpt")
    problem = caught.value.problem
    for name in ("gone is missing", "lost is missing", "away is missing", "missed is missing", "more is unknown"):
        assert name in problem
    assert "other has shape (4,), not (5,)" in problem
    assert "kept" not in problem
    check_tensors({"kept": np.ones((2, 3))}, {"kept": (2, 3)}, "w.ckpt")


@pytest.mark.parametrize("value", [{}, [1, 2], {"state_dict": {}}, {"state_dict": {"a": 1}}])
def test_a_file_without_weights_says_so(value: object, tmp_path: Path) -> None:
    torch.save(value, tmp_path / "w.pt")
    with pytest.raises(CheckpointError, match="holds no weights"):
        read_checkpoint(tmp_path / "w.pt")
