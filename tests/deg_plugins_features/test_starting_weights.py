from __future__ import annotations

import urllib.error
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import torch
import torchvision
from safetensors.torch import load_file, save_file
from torch import Tensor

from deg_core.errors import CheckpointError
from deg_core.networks.weights import save_weights
from deg_plugins_features.settings import FlowStreamSettings, ImageStreamSettings, TwoStreamSettings
from deg_plugins_features.streams import build_flow_stream, build_image_stream
from deg_plugins_features.two_stream import TwoStream

KINETICS = 700


@pytest.fixture(scope="module")
def resnet() -> dict[str, Tensor]:
    return dict(torchvision.models.resnet18(num_classes=7).state_dict())


@pytest.fixture(scope="module")
def kinetics(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Weights of two streams that tell 700 things apart, with a flow generator in the same file."""
    path = tmp_path_factory.mktemp("weights") / "kinetics.safetensors"
    tensors = {
        name: tensor.contiguous() for name, tensor in TwoStream(TwoStreamSettings(), KINETICS).state_dict().items()
    }
    save_file({**tensors, "flow_generator.conv1.0.bias": torch.zeros(64)}, path)
    return path


def started(path: Path | str, **settings: Any) -> tuple[dict[str, Tensor], str]:
    """Tensors of a two-stream network, and what it said."""
    model = TwoStream(TwoStreamSettings(weights=str(path), **settings), 3)
    said = "\n".join(model.load_starting_weights())
    return model.state_dict(), said


def refusal(weights: Path | str, **settings: Any) -> CheckpointError:
    """What a network says to weights that will not do."""
    with torch.device("meta"):  # it never comes to numbers
        model = TwoStream(TwoStreamSettings(weights=str(weights), **settings), 3)
    with pytest.raises(CheckpointError) as caught:
        model.load_starting_weights()
    return caught.value


def keep(tensors: Mapping[str, Tensor], path: Path) -> Path:
    save_file({name: tensor.contiguous() for name, tensor in tensors.items()}, path)
    return path


@pytest.mark.parametrize("suffix", [".safetensors", ".pth"])
def test_a_resnet_fills_both_streams(resnet: dict[str, Tensor], tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"weights{suffix}"
    (save_file if suffix == ".safetensors" else torch.save)(resnet, path)
    state, said = started(path)
    for stream in ("spatial_classifier.0.", "flow_classifier.0."):
        assert torch.equal(state[stream + "layer4.1.conv2.weight"], resnet["layer4.1.conv2.weight"])
        assert torch.equal(state[stream + "bn1.running_mean"], resnet["bn1.running_mean"])
    assert torch.equal(state["spatial_classifier.0.conv1.weight"], resnet["conv1.weight"])
    assert said.splitlines() == [
        f"spatial_classifier: 120 tensors from {path}; random, as the file has none that fit: 1.weight, 1.bias",
        f"flow_classifier: 120 tensors from {path}, the first layer turned from 3 to 20 channels; "
        "random, as the file has none that fit: 1.weight, 1.bias",
    ]


def test_the_first_layer_for_flow_is_the_mean_over_colours(resnet: dict[str, Tensor], tmp_path: Path) -> None:
    kernel = started(keep(resnet, tmp_path / "weights.safetensors"))[0]["flow_classifier.0.conv1.weight"]
    assert kernel.shape == (64, 20, 7, 7)
    for channel in (0, 19):
        torch.testing.assert_close(kernel[:, channel], resnet["conv1.weight"].mean(dim=1))


def test_the_first_layer_over_time_is_adapted_too(tmp_path: Path) -> None:
    seen = build_image_stream(ImageStreamSettings(arch="resnet3d_10"), 9).state_dict()
    resnet3d = {name.removeprefix("spatial_classifier.0."): tensor for name, tensor in seen.items() if ".0." in name}
    path = keep(resnet3d, tmp_path / "weights.safetensors")
    model = build_flow_stream(FlowStreamSettings(arch="resnet3d_10", weights=str(path)), 3)
    (said,) = model.load_starting_weights()
    kernel = model.get_parameter("flow_classifier.0.conv1.weight")
    assert kernel.shape == (64, 2, 7, 7, 7)
    for channel in (0, 1):
        torch.testing.assert_close(kernel[:, channel].detach(), resnet3d["conv1.weight"].mean(dim=1))
    assert "turned from 3 to 2 channels" in said


def test_another_two_stream_network_fills_each_stream_from_its_own(kinetics: Path) -> None:
    state, given = started(kinetics)[0], load_file(kinetics)
    assert all(torch.equal(tensor, given[name]) for name, tensor in state.items() if "classifier.0." in name)


def test_last_layers_of_kinetics_are_left_out_and_that_is_told(kinetics: Path) -> None:
    state, said = started(kinetics)
    assert state["spatial_classifier.1.weight"].shape == (3, 512)
    assert said.splitlines() == [
        f"spatial_classifier: 120 tensors from {kinetics}; random, as the file has none that fit: 1.weight, 1.bias",
        f"flow_classifier: 120 tensors from {kinetics}; random, as the file has none that fit: 1.weight, 1.bias",
        f"left out of {kinetics}: flow_generator",
    ]


@pytest.mark.parametrize("fusion", ["concatenate", "weighted-average"])
def test_a_network_of_as_many_outputs_is_filled_whole(tmp_path: Path, fusion: Any) -> None:
    other = TwoStream(TwoStreamSettings(fusion=fusion), 3)
    with torch.no_grad():
        next(other.fusion.parameters()).fill_(0.8)
    save_weights(other, tmp_path / "weights.safetensors")
    state, said = started(tmp_path / "weights.safetensors", fusion=fusion)
    assert all(torch.equal(state[name], tensor) for name, tensor in other.state_dict().items())
    assert "random" not in said
    assert said.count("tensors from") == 3


def test_one_stream_takes_its_own_from_a_file_of_two(kinetics: Path) -> None:
    model = build_flow_stream(FlowStreamSettings(weights=str(kinetics)), 2)
    said = model.load_starting_weights()
    expected, _ = started(kinetics)
    name = "flow_classifier.0.layer3.0.conv1.weight"
    assert torch.equal(model.get_parameter(name), expected[name])
    assert len(said) == 2


def test_a_stream_that_is_not_in_the_file_is_refused(tmp_path: Path) -> None:
    save_weights(build_image_stream(ImageStreamSettings(), 2), tmp_path / "weights.safetensors")
    with pytest.raises(CheckpointError, match="another network: bn1"):
        started(tmp_path / "weights.safetensors")


def test_a_run_whose_flow_learned_along_can_be_started_from(tmp_path: Path) -> None:
    other = TwoStream(TwoStreamSettings(), 3).state_dict()
    path = keep({f"extractor.{name}": tensor for name, tensor in other.items()}, tmp_path / "weights.safetensors")
    state, _ = started(path)
    assert all(torch.equal(state[name], tensor) for name, tensor in other.items())


def test_older_files_without_counts_of_batches_will_do(resnet: dict[str, Tensor], tmp_path: Path) -> None:
    older = {name: tensor for name, tensor in resnet.items() if not name.endswith("num_batches_tracked")}
    _, said = started(keep(older, tmp_path / "weights.safetensors"))
    assert "100 tensors" in said
    assert "num_batches_tracked" not in said


def test_a_layer_that_condenses_latents_is_new_where_the_file_has_none(tmp_path: Path) -> None:
    resnet50 = dict(torchvision.models.resnet50().state_dict())
    model = build_image_stream(
        ImageStreamSettings(arch="resnet50", weights=str(keep(resnet50, tmp_path / "weights.safetensors"))), 2
    )
    (said,) = model.load_starting_weights()
    assert "random, as the file has none that fit: 0.compression_fc.0.weight, 0.compression_fc.0.bias, 1." in said
    name = "layer4.2.conv3.weight"
    assert torch.equal(model.get_parameter(f"spatial_classifier.0.{name}"), resnet50[name])


def test_without_weights_nothing_is_said_and_nothing_changed() -> None:
    model = TwoStream(TwoStreamSettings(), 3)
    before = {name: tensor.clone() for name, tensor in model.state_dict().items()}
    assert model.load_starting_weights() == []
    assert all(torch.equal(tensor, before[name]) for name, tensor in model.state_dict().items())


@pytest.mark.parametrize("arch", ["resnet34", "resnet50", "resnet3d_18"])
def test_weights_of_another_resnet_are_refused(resnet: dict[str, Tensor], tmp_path: Path, arch: str) -> None:
    error = refusal(keep(resnet, tmp_path / "weights.safetensors"), arch=arch)
    assert "for another network: " in error.problem
    assert "weights.safetensors" in error.where


def test_a_shallower_resnet_is_refused_too(tmp_path: Path) -> None:
    keep(dict(torchvision.models.resnet34().state_dict()), tmp_path / "weights.safetensors")
    assert "for another network: layer1.2" in refusal(tmp_path / "weights.safetensors").problem


@pytest.mark.parametrize("name", ["weights.safetensors", "weights.pth", "missing.pth", "missing.safetensors"])
def test_a_file_that_is_damaged_or_missing_is_refused(tmp_path: Path, name: str) -> None:
    if name.startswith("weights"):
        (tmp_path / name).write_bytes(b"no weights in here, only words")
    error = refusal(tmp_path / name)
    assert "cannot be read" in error.problem
    assert name in error.where


def test_a_pickle_that_would_run_code_is_refused_and_not_run(tmp_path: Path) -> None:
    class Trap:
        def __reduce__(self) -> tuple[Any, ...]:
            return Path.touch, (tmp_path / "sprung",)

    torch.save({"conv1.weight": Trap()}, tmp_path / "weights.pth")
    assert "cannot be read" in refusal(tmp_path / "weights.pth").problem
    assert not (tmp_path / "sprung").exists()


def test_a_checkpoint_with_more_than_weights_is_refused(resnet: dict[str, Tensor], tmp_path: Path) -> None:
    torch.save({"epoch": 3, "state_dict": resnet}, tmp_path / "weights.pth")
    assert "more than weights" in refusal(tmp_path / "weights.pth").problem


def test_imagenet_weights_that_cannot_be_fetched_say_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    def offline(*_arguments: object, **_options: object) -> None:
        raise urllib.error.URLError("Name or service not known")

    monkeypatch.setattr("torchvision.models._api.load_state_dict_from_url", offline)
    error = refusal("imagenet")
    assert "could not be fetched" in error.problem
    assert "weights: none" in error.fix
    assert "resnet18" in error.fix


def test_imagenet_has_no_clips() -> None:
    error = refusal("imagenet", arch="resnet3d_10")
    assert "no weights of resnet3d_10" in error.problem
    assert "Kinetics" in error.fix


def test_imagenet_weights_that_can_be_fetched_fill_both_streams(
    monkeypatch: pytest.MonkeyPatch, resnet: dict[str, Tensor]
) -> None:
    monkeypatch.setattr("torchvision.models._api.load_state_dict_from_url", lambda *_a, **_o: resnet)
    state, said = started("imagenet")
    assert torch.equal(state["flow_classifier.0.layer1.0.conv1.weight"], resnet["layer1.0.conv1.weight"])
    assert "spatial_classifier: 120 tensors from imagenet" in said


def test_building_does_not_ask_for_the_file() -> None:
    TwoStream(TwoStreamSettings(weights="long/gone.safetensors"), 3)
