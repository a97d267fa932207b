from __future__ import annotations

import pytest
import torch
import torchvision

from deg_core.api import ManifestError
from deg_core.testing.torch_component import random_normal
from deg_plugins_features.backbone import Backbone
from deg_plugins_features.narrow_resnet import build_narrow_resnet
from deg_plugins_features.settings import ImageStreamSettings, TwoStreamSettings
from deg_plugins_features.streams import build_image_stream
from deg_plugins_features.two_stream import TwoStream


@pytest.mark.parametrize("arch", ["resnet18", "resnet34"])
def test_of_full_width_it_is_the_one_of_torchvision(arch: str) -> None:
    layers, n_out = build_narrow_resnet(arch, 3, 1.0)
    resnet = torchvision.models.get_model(arch).eval()
    ours = torch.nn.Sequential(*layers.values()).eval()
    names = {f"{name}.{key}": tensor for name, layer in layers.items() for key, tensor in layer.state_dict().items()}
    theirs = {name: tensor for name, tensor in resnet.state_dict().items() if not name.startswith("fc.")}
    assert {name: tensor.shape for name, tensor in names.items()} == {n: t.shape for n, t in theirs.items()}
    for name, layer in layers.items():
        layer.load_state_dict(resnet.get_submodule(name).state_dict())
    resnet.fc = torch.nn.Identity()
    pictures = random_normal(1, 3, 64, 64)
    torch.testing.assert_close(ours(pictures).flatten(1), resnet(pictures))
    assert n_out == 512


def test_half_the_channels_give_half_the_latents_and_a_quarter_of_the_parameters() -> None:
    half, full = (Backbone("resnet18", 9, 0.0, width) for width in (0.5, 1.0))
    assert (half.n_latents, full.n_latents) == (256, 512)
    assert half(random_normal(2, 9, 32, 32)).shape == (2, 256)
    n_half, n_full = (sum(p.numel() for p in backbone.parameters()) for backbone in (half, full))
    assert 0.24 < n_half / n_full < 0.26


def test_extractors_say_how_many_latents_they_have() -> None:
    assert build_image_stream(ImageStreamSettings(width=0.5), 3).n_latents == 256
    for fusion in ("average", "concatenate"):
        network = TwoStream(TwoStreamSettings(width=0.25, fusion=fusion, n_flows=2), 3).eval()
        assert network.n_latents == 256
        latents, logits = network(random_normal(1, 3, 3, 32, 32), random_normal(1, 1, 2, 2, 16, 16))
        assert (latents.shape, logits.shape) == ((1, 1, 256), (1, 1, 3))


def test_only_those_of_two_layer_blocks_can_be_narrow() -> None:
    with pytest.raises(ManifestError, match="no narrow resnet50"):
        Backbone("resnet50", 3, 0.0, 0.5)
