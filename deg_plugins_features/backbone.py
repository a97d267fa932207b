"""A ResNet that gives 512 latents, or fewer where it is narrow, of torchvision for pictures or of deg's own for clips.

Axes: M pictures or clips, C channels, S frames of a clip, H, W, D latents.
"""

from __future__ import annotations

import torchvision
from torch import Tensor, nn
from torchvision.models.resnet import ResNet

from deg_core.api import ManifestError
from deg_plugins_features import narrow_resnet, resnet3d

_MOST_LATENTS = 512


class Backbone(nn.Module):
    """A ResNet without its classifier. Names of tensors are torchvision's.

    A ResNet whose last stage is wider than 512 gets a layer that condenses it; a narrow one has as many latents as that
    stage has channels.

    Args:
        arch: Name of a ResNet in torchvision, or `resnet3d_` and its depth.
        n_channels: Channels of its input.
        dropout: Share of latents dropped in training.
        width: Share of its channels.

    Attributes:
        n_latents: D.

    Raises:
        ManifestError: There is no ResNet of this name, or none that can be narrow.
    """

    def __init__(self, arch: str, n_channels: int, dropout: float, width: float = 1.0) -> None:
        super().__init__()
        if width < 1:
            layers, n_out = narrow_resnet.build_narrow_resnet(_checked_narrow(arch), n_channels, width)
        elif arch in resnet3d.NAMES:
            layers, n_out = resnet3d.build_resnet3d(arch, n_channels)
        else:
            layers, n_out = build_resnet(arch, n_channels)
        for name, layer in layers.items():
            self.add_module(name, layer)
        self._layers = tuple(layers)
        self.n_latents = min(n_out, _MOST_LATENTS)
        condense = nn.Sequential(nn.Linear(n_out, _MOST_LATENTS), nn.ReLU())
        self.compression_fc = condense if n_out > _MOST_LATENTS else nn.Identity()
        self.dropout = nn.Dropout(dropout)

    def forward(self, maps: Tensor) -> Tensor:
        """Condense pictures (M, C, H, W) or clips (M, C, S, H, W) to latents (M, D)."""
        for name in self._layers:
            maps = self.get_submodule(name)(maps)
        latents: Tensor = self.dropout(self.compression_fc(maps.flatten(1)))
        return latents


def build_resnet(arch: str, n_channels: int) -> tuple[dict[str, nn.Module], int]:
    """Build the layers of a torchvision ResNet, with random weights and without its classifier.

    Args:
        arch: Its name in torchvision.
        n_channels: Channels of its input.

    Returns:
        Layers in their order, by name; and how many channels come out of the last.

    Raises:
        ManifestError: There is none of this name.
    """
    known = [name for name in torchvision.models.list_models(torchvision.models) if "res" in name]
    resnet = torchvision.models.get_model(arch, weights=None) if arch in known else None
    if not isinstance(resnet, ResNet):
        raise ManifestError(
            f"there is no ResNet named {arch!r}",
            where="features.settings.arch",
            fix="use resnet18, resnet34, resnet50, resnet101, resnet152, a wide_resnet or resnext of torchvision, or "
            + ", ".join(resnet3d.NAMES),
        )
    layers = {name: layer for name, layer in resnet.named_children() if name != "fc"}
    layers["conv1"] = _with_channels(resnet.conv1, n_channels)
    return layers, resnet.fc.in_features


def _checked_narrow(arch: str) -> str:
    if arch not in narrow_resnet.NAMES:
        raise ManifestError(
            f"there is no narrow {arch}",
            where="features.settings.width",
            fix=f"write `width: 1.0`, or choose {' or '.join(narrow_resnet.NAMES)}",
        )
    return arch


def _with_channels(conv: nn.Conv2d, n_channels: int) -> nn.Conv2d:
    if conv.in_channels == n_channels:
        return conv
    fresh = nn.Conv2d(n_channels, conv.out_channels, 7, stride=2, padding=3, bias=False)
    nn.init.kaiming_normal_(fresh.weight, mode="fan_out", nonlinearity="relu")  # as torchvision starts its own
    return fresh
