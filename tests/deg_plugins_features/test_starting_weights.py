from __future__ import annotations

import urllib.error
from pathlib import Path
from typing import Any

import pytest
import torch
import torchvision
from safetensors.torch import save_file
from torch import Tensor

from deg_core.errors import CheckpointError
from deg_plugins_features.settings import TwoStreamSettings
from deg_plugins_features.two_stream import TwoStream


@pytest.fixture(scope="module")
def resnet() -> dict[str, Tensor]:
    return dict(torchvision.models.resnet18(num_classes=7).state_dict())


def started_from(path: Path, **settings: Any) -> dict[str, Tensor]:
    return TwoStream(TwoStreamSettings(weights=str(path), **settings), 3).state_dict()


@pytest.mark.parametrize("suffix", [".safetensors", ".pth"])
def test_a_resnet_fills_both_streams(resnet: dict[str, Tensor], tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"weights{suffix}"
    (save_file if suffix == ".safetensors" else torch.save)(resnet, path)
    state = started_from(path)
    for stream in ("spatial_classifier.0.", "flow_classifier.0."):
        assert torch.equal(state[stream + "layer4.1.conv2.weight"], resnet["layer4.1.conv2.weight"])
        assert torch.equal(state[stream + "bn1.running_mean"], resnet["bn1.running_mean"])
    assert torch.equal(state["spatial_classifier.0.conv1.weight"], resnet["conv1.weight"])


def test_the_first_layer_for_flow_is_the_mean_over_colours(resnet: dict[str, Tensor], tmp_path: Path) -> None:
    save_file(resnet, tmp_path / "weights.safetensors")
    kernel = started_from(tmp_path / "weights.safetensors")["flow_classifier.0.conv1.weight"]
    assert kernel.shape == (64, 20, 7, 7)
    for channel in (0, 19):
        torch.testing.assert_close(kernel[:, channel], resnet["conv1.weight"].mean(dim=1))


def test_another_two_stream_network_fills_each_stream_from_its_own(tmp_path: Path) -> None:
    other = TwoStream(TwoStreamSettings(), 9).state_dict()
    save_file({name: tensor.contiguous() for name, tensor in other.items()}, tmp_path / "weights.safetensors")
    state = started_from(tmp_path / "weights.safetensors")
    heads = ("spatial_classifier.1", "flow_classifier.1")
    assert all(torch.equal(state[name], other[name]) for name in other if not name.startswith(heads))
    assert state["spatial_classifier.1.weight"].shape == (3, 512)


def test_weights_of_another_resnet_are_refused(resnet: dict[str, Tensor], tmp_path: Path) -> None:
    save_file(resnet, tmp_path / "weights.safetensors")
    with pytest.raises(CheckpointError, match=r"for another network: layer1\.2") as caught:
        started_from(tmp_path / "weights.safetensors", arch="resnet34")
    assert "weights.safetensors" in caught.value.where


@pytest.mark.parametrize("name", ["weights.safetensors", "weights.pth", "missing.pth", "missing.safetensors"])
def test_a_file_that_is_damaged_or_missing_is_refused(tmp_path: Path, name: str) -> None:
    if name.startswith("weights"):
        (tmp_path / name).write_bytes(b"no weights in here, only words")
    with pytest.raises(CheckpointError, match="cannot be read") as caught:
        started_from(tmp_path / name)
    assert name in caught.value.where


def test_a_pickle_that_would_run_code_is_refused_and_not_run(tmp_path: Path) -> None:
    class Trap:
        def __reduce__(self) -> tuple[Any, ...]:
            return Path.touch, (tmp_path / "sprung",)

    torch.save({"conv1.weight": Trap()}, tmp_path / "weights.pth")
    with pytest.raises(CheckpointError, match="cannot be read"):
        started_from(tmp_path / "weights.pth")
    assert not (tmp_path / "sprung").exists()


def test_a_checkpoint_with_more_than_weights_is_refused(resnet: dict[str, Tensor], tmp_path: Path) -> None:
    torch.save({"epoch": 3, "state_dict": resnet}, tmp_path / "weights.pth")
    with pytest.raises(CheckpointError, match="more than weights"):
        started_from(tmp_path / "weights.pth")


def test_imagenet_weights_that_cannot_be_fetched_say_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    def offline(*_arguments: object, **_options: object) -> None:
        raise urllib.error.URLError("Name or service not known")

    monkeypatch.setattr("torchvision.models._api.load_state_dict_from_url", offline)
    with pytest.raises(CheckpointError, match="could not be fetched") as caught:
        TwoStream(TwoStreamSettings(weights="imagenet"), 3)
    assert "weights: none" in caught.value.fix
    assert "resnet18" in caught.value.fix


def test_imagenet_weights_that_can_be_fetched_fill_both_streams(
    monkeypatch: pytest.MonkeyPatch, resnet: dict[str, Tensor]
) -> None:
    monkeypatch.setattr("torchvision.models._api.load_state_dict_from_url", lambda *_a, **_o: resnet)
    state = TwoStream(TwoStreamSettings(weights="imagenet"), 3).state_dict()
    assert torch.equal(state["flow_classifier.0.layer1.0.conv1.weight"], resnet["layer1.0.conv1.weight"])
