from __future__ import annotations

from pathlib import Path

import pytest
import torch
from torch import nn

from deg_core.errors import CheckpointError
from deg_core.networks.weights import count_parameters, load_weights, save_weights


def net(width: int = 3, *, more: bool = False, normalised: bool = True) -> nn.Module:
    layers: list[nn.Module] = [nn.Linear(2, width), nn.BatchNorm1d(width) if normalised else nn.Identity()]
    return nn.Sequential(*layers, *([nn.Linear(width, 1)] if more else []))


def test_every_tensor_comes_back(tmp_path: Path) -> None:
    saved, loaded = net(), net()
    saved(torch.rand(8, 2))  # moves the batch statistics
    save_weights(saved, tmp_path / "w.safetensors")
    load_weights(loaded, tmp_path / "w.safetensors")
    for name, tensor in saved.state_dict().items():
        assert torch.equal(loaded.state_dict()[name], tensor), name


def test_tied_and_strided_weights_can_be_saved(tmp_path: Path) -> None:
    model = nn.Sequential(nn.Linear(3, 3), nn.Linear(3, 3))
    model[1].weight = model[0].weight
    model[0].bias.data = torch.arange(6.0)[::2]
    save_weights(model, tmp_path / "w.safetensors")
    load_weights(model, tmp_path / "w.safetensors")
    assert model[0].bias.tolist() == [0, 2, 4]


@pytest.mark.parametrize(
    ("other", "difference"),
    [
        (net(4), "0.weight has shape (3, 2), not (4, 2)"),
        (net(more=True), "2.weight is missing"),
        (net(normalised=False), "1.running_mean is unknown"),
    ],
    ids=["shape", "missing", "extra"],
)
def test_weights_are_loaded_whole_or_not_at_all(tmp_path: Path, other: nn.Module, difference: str) -> None:
    path = tmp_path / "w.safetensors"
    save_weights(net(), path)
    before = {name: tensor.clone() for name, tensor in other.state_dict().items()}
    with pytest.raises(CheckpointError, match="for other settings") as caught:
        load_weights(other, path)
    assert difference in caught.value.problem or " more" in caught.value.problem
    assert caught.value.where == str(path)
    assert all(torch.equal(tensor, before[name]) for name, tensor in other.state_dict().items())


@pytest.mark.parametrize("keep", [0, 5, 100])
def test_damaged_weights_are_refused(tmp_path: Path, keep: int) -> None:
    path = tmp_path / "w.safetensors"
    save_weights(net(), path)
    path.write_bytes(path.read_bytes()[:keep])
    with pytest.raises(CheckpointError, match="damaged weights"):
        load_weights(net(), path)


def test_a_pickle_is_never_opened(tmp_path: Path) -> None:
    torch.save(net().state_dict(), tmp_path / "w.safetensors")
    with pytest.raises(CheckpointError, match="damaged weights"):
        load_weights(net(), tmp_path / "w.safetensors")


def test_parameters_are_counted() -> None:
    assert count_parameters(net()) == 2 * 3 + 3 + 3 + 3
