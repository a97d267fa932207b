from __future__ import annotations

import pickle
from pathlib import Path

import pytest
import timm
import torch
from deg_core.api import CheckpointError
from safetensors.torch import save_file

from deg_backbones.plugin import build_timm_image
from deg_backbones.settings import TimmImageSettings
from deg_backbones.timm_pictures import build_timm
from deg_backbones.torchvision_clips import build_torchvision
from deg_backbones.weights import load_published, read_tensors

ARCH = "test_vit.r160_in1k"


@pytest.fixture(scope="module")
def whole() -> torch.nn.Module:
    """A network with its classifier, as people publish it."""
    torch.manual_seed(1)
    return timm.create_model(ARCH)


def written(whole: torch.nn.Module, path: Path, form: str) -> Path:
    tensors = whole.state_dict()
    if form == "safetensors":
        save_file(tensors, path.with_suffix(".safetensors"))
        return path.with_suffix(".safetensors")
    wrapped = {"plain": tensors, "checkpoint": {"state_dict": tensors, "epoch": 3}, "model": {"model": tensors}}
    wrapped["parallel"] = {f"module.{name}": tensor for name, tensor in tensors.items()}
    torch.save(wrapped[form], path.with_suffix(".pth"))
    return path.with_suffix(".pth")


@pytest.mark.parametrize("form", ["safetensors", "plain", "checkpoint", "model", "parallel"])
def test_a_file_fills_the_whole_network(whole: torch.nn.Module, tmp_path: Path, form: str) -> None:
    published = build_timm(ARCH, None)
    path = written(whole, tmp_path / "weights", form)
    (told,) = load_published(published, str(path))
    for name, tensor in published.network.state_dict().items():
        assert torch.equal(tensor, whole.state_dict()[name]), name
    assert str(path) in told
    assert "without its classifier (head.bias, head.weight)" in told


def test_positions_of_a_vision_transformer_are_brought_to_the_size_it_sees(
    whole: torch.nn.Module, tmp_path: Path
) -> None:
    published = build_timm(ARCH, (32, 48))
    load_published(published, str(written(whole, tmp_path / "weights", "safetensors")))
    positions = published.network.state_dict()["pos_embed"]
    assert positions.shape[1] < whole.state_dict()["pos_embed"].shape[1]
    assert torch.equal(published.network.state_dict()["patch_embed.proj.weight"], whole.patch_embed.proj.weight)


def test_none_leaves_it_random() -> None:
    published = build_timm(ARCH, None)
    before = {name: tensor.clone() for name, tensor in published.network.state_dict().items()}
    assert load_published(published, "none") == []
    assert all(torch.equal(tensor, before[name]) for name, tensor in published.network.state_dict().items())


def test_a_run_of_deg_gives_its_network_to_another(tmp_path: Path) -> None:
    one = build_timm_image(TimmImageSettings(arch=ARCH), 4)
    save_file(one.state_dict(), tmp_path / "weights.safetensors")
    other = build_timm_image(TimmImageSettings(arch=ARCH, weights=str(tmp_path / "weights.safetensors")), 2)
    other.load_starting_weights()
    assert all(torch.equal(t, one.backbone.state_dict()[n]) for n, t in other.backbone.state_dict().items())


def test_weights_of_another_network_are_refused_and_nothing_is_filled(whole: torch.nn.Module, tmp_path: Path) -> None:
    path = written(whole, tmp_path / "weights", "safetensors")
    published = build_timm("test_resnet", None)
    before = {name: tensor.clone() for name, tensor in published.network.state_dict().items()}
    with pytest.raises(CheckpointError, match="not for test_resnet"):
        load_published(published, str(path))
    assert all(torch.equal(tensor, before[name]) for name, tensor in published.network.state_dict().items())


@pytest.mark.parametrize("arch", ["test_convnext", "test_vit2", "test_mambaout"])
def test_those_that_timm_cannot_bring_into_form_are_refused_too(
    whole: torch.nn.Module, tmp_path: Path, arch: str
) -> None:
    with pytest.raises(CheckpointError, match=f"not for {arch}"):
        load_published(build_timm(arch, None), str(written(whole, tmp_path / "weights", "safetensors")))


def test_a_tensor_that_is_missing_is_named(whole: torch.nn.Module, tmp_path: Path) -> None:
    tensors = {name: tensor for name, tensor in whole.state_dict().items() if name != "cls_token"}
    save_file(tensors, tmp_path / "weights.safetensors")
    with pytest.raises(CheckpointError, match="cls_token is missing"):
        load_published(build_timm(ARCH, None), str(tmp_path / "weights.safetensors"))


def test_video_weights_come_from_a_file_without_their_classifier(tmp_path: Path) -> None:
    import torchvision

    whole = torchvision.models.get_model("mc3_18", weights=None)
    torch.save(whole.state_dict(), tmp_path / "weights.pth")
    published = build_torchvision("mc3_18", 4, None)
    load_published(published, str(tmp_path / "weights.pth"))
    name = "layer4.1.conv2.0.weight"
    assert torch.equal(published.network.state_dict()[name], whole.state_dict()[name])
    assert "fc.weight" not in published.network.state_dict()


class Trap:
    """Would write a file if it was unpickled."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, ...]:
        return Path.touch, (self.path,)


def test_a_pickle_is_never_run(tmp_path: Path) -> None:
    torch.save({"weight": Trap(tmp_path / "sprung")}, tmp_path / "weights.pth")
    (tmp_path / "plain.pth").write_bytes(pickle.dumps(Trap(tmp_path / "sprung")))
    for name in ("weights.pth", "plain.pth"):
        with pytest.raises(CheckpointError, match="cannot be read"):
            read_tensors(tmp_path / name)
    assert not (tmp_path / "sprung").exists()


@pytest.mark.parametrize("content", [{"epoch": 3}, [1, 2]])
def test_a_file_of_something_else_is_refused(tmp_path: Path, content: object) -> None:
    torch.save(content, tmp_path / "weights.pth")
    with pytest.raises(CheckpointError, match="more than weights"):
        read_tensors(tmp_path / "weights.pth")


@pytest.mark.parametrize("name", ["weights.pth", "weights.safetensors"])
@pytest.mark.parametrize("content", [None, b"", b"no weights"])
def test_a_missing_or_damaged_file_is_refused(tmp_path: Path, name: str, content: bytes | None) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(CheckpointError, match="cannot be read") as caught:
        read_tensors(tmp_path / name)
    assert str(tmp_path / name) in caught.value.where
