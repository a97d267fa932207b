"""A torchvision ResNet that gives 512 latents.

Axes: N pictures, C channels, H, W, D latents.
"""

from __future__ import annotations

import torchvision
from torch import Tensor, nn
from torchvision.models.resnet import ResNet

from deg_core.api import ManifestError

N_LATENTS = 512


class Backbone(nn.Module):
    """A ResNet without its classifier. Names of tensors are torchvision's.

    A ResNet whose last stage is wider than 512 gets a layer that condenses it.

    Args:
        arch: Name of a ResNet in torchvision.
        n_channels: Channels of its input.
        dropout: Share of latents dropped in training.

    Raises:
        ManifestError: torchvision has no ResNet of this name.
    """

    def __init__(self, arch: str, n_channels: int, dropout: float) -> None:
        super().__init__()
        resnet = build_resnet(arch)
        for name, layer in resnet.named_children():
            if name != "fc":
                self.add_module(name, layer)
        self.conv1 = _with_channels(resnet.conv1, n_channels)
        width = resnet.fc.in_features
        condense = nn.Sequential(nn.Linear(width, N_LATENTS), nn.ReLU()) if width != N_LATENTS else nn.Identity()
        self.compression_fc = condense
        self.dropout = nn.Dropout(dropout)

    def forward(self, pictures_NCHW: Tensor) -> Tensor:
        """Condense pictures, or flow as pictures of many channels, to latents (N, D)."""
        maps = pictures_NCHW
        for name in ("conv1", "bn1", "relu", "maxpool", "layer1", "layer2", "layer3", "layer4", "avgpool"):
            maps = self.get_submodule(name)(maps)
        latents: Tensor = self.dropout(self.compression_fc(maps.flatten(1)))
        return latents


def build_resnet(arch: str) -> ResNet:
    """Build a ResNet of torchvision with random weights.

    Raises:
        ManifestError: It has none of this name.
    """
    known = [name for name in torchvision.models.list_models(torchvision.models) if "res" in name]
    resnet = torchvision.models.get_model(arch, weights=None) if arch in known else None
    if not isinstance(resnet, ResNet):
        raise ManifestError(
            f"torchvision has no ResNet named {arch!r}",
            where="features.settings.arch",
            fix="use resnet18, resnet34, resnet50, resnet101, resnet152, or a wide_resnet or resnext of torchvision",
        )
    return resnet


def _with_channels(conv: nn.Conv2d, n_channels: int) -> nn.Conv2d:
    if conv.in_channels == n_channels:
        return conv
    fresh = nn.Conv2d(n_channels, conv.out_channels, 7, stride=2, padding=3, bias=False)
    nn.init.kaiming_normal_(fresh.weight, mode="fan_out", nonlinearity="relu")  # as torchvision starts its own
    return fresh
