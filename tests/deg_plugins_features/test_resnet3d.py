from __future__ import annotations

import pytest
import torch
from torch import nn

from deg_core.testing.torch_component import random_normal
from deg_plugins_features.backbone import Backbone
from deg_plugins_features.resnet3d import NAMES, Block


def n_parameters(arch: str, n_channels: int) -> int:
    with torch.device("meta"):
        backbone = Backbone(arch, n_channels, 0.0)
    return sum(parameter.numel() for parameter in backbone.parameters())


def test_a_stream_of_34_layers_is_as_large_as_published() -> None:
    last_layer = 512 * 5 + 5
    assert n_parameters("resnet3d_34", 3) + last_layer == 63_516_101
    assert n_parameters("resnet3d_34", 2) + last_layer == 63_494_149


@pytest.mark.parametrize("arch", NAMES)
def test_a_resnet_has_as_many_layers_as_its_name_says(arch: str) -> None:
    with torch.device("meta"):
        modules = dict(Backbone(arch, 3, 0.0).named_modules())
    convolutions = [name for name, one in modules.items() if isinstance(one, nn.Conv3d) and "downsample" not in name]
    assert len(convolutions) + 1 == int(arch.removeprefix("resnet3d_"))  # the classifier counts too


@pytest.mark.parametrize("arch", ["resnet3d_10", "resnet3d_50"])
@torch.no_grad()
def test_every_resnet_gives_512_latents_of_clips(arch: str) -> None:
    latents = Backbone(arch, 2, 0.0)(random_normal(2, 2, 10, 32, 32))
    assert latents.shape == (2, 512)
    assert torch.isfinite(latents).all()


@pytest.mark.parametrize(("bottleneck", "n_out"), [(False, 8), (True, 32)])
@torch.no_grad()
def test_a_block_that_strides_does_so_in_time_too(bottleneck: bool, n_out: int) -> None:
    block = Block(4, 8, 2, bottleneck=bottleneck)
    assert block(random_normal(1, 4, 11, 6, 7)).shape == (1, n_out, 6, 3, 4)
    assert block.n_out == n_out


def test_a_block_that_condenses_strides_where_it_sees_more_than_a_point() -> None:
    strides = [one.stride[0] for one in Block(4, 8, 2, bottleneck=True).children() if isinstance(one, nn.Conv3d)]
    assert strides == [1, 2, 1]


@torch.no_grad()
def test_a_block_adds_to_its_input() -> None:
    block = Block(8, 8, 1, bottleneck=False).eval()
    block.get_parameter("bn2.weight").zero_()
    clips = random_normal(1, 8, 3, 6, 6).abs()
    assert torch.equal(block(clips), clips)
