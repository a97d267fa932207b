"""Narrow ResNets: those of two-layer blocks with a share of their channels, for live use and without a GPU.

As in He et al., Deep Residual Learning for Image Recognition (CVPR 2016), of torchvision's blocks and with its names.
"""

from __future__ import annotations

from torch import nn
from torchvision.models.resnet import BasicBlock

_BLOCKS = {"resnet18": (2, 2, 2, 2), "resnet34": (3, 4, 6, 3)}
NAMES = tuple(_BLOCKS)


def build_narrow_resnet(arch: str, n_channels: int, width: float) -> tuple[dict[str, nn.Module], int]:
    """Build the layers of a narrow ResNet, with random weights and without its classifier.

    Args:
        arch: One of `NAMES`.
        n_channels: Channels of its input.
        width: Share of a full ResNet's channels in every layer.

    Returns:
        Layers in their order, by name; and how many channels come out of the last.
    """
    n_in = max(1, round(64 * width))
    layers: dict[str, nn.Module] = {
        "conv1": nn.Conv2d(n_channels, n_in, 7, stride=2, padding=3, bias=False),
        "bn1": nn.BatchNorm2d(n_in),
        "relu": nn.ReLU(inplace=True),
        "maxpool": nn.MaxPool2d(3, stride=2, padding=1),
    }
    for stage, n_blocks in enumerate(_BLOCKS[arch]):
        n_out = max(1, round(64 * width)) * 2**stage
        layers[f"layer{stage + 1}"] = _stage(n_in, n_out, n_blocks, stride=1 if stage == 0 else 2)
        n_in = n_out
    layers["avgpool"] = nn.AdaptiveAvgPool2d(1)
    for convolution in (m for layer in layers.values() for m in layer.modules() if isinstance(m, nn.Conv2d)):
        nn.init.kaiming_normal_(convolution.weight, mode="fan_out", nonlinearity="relu")
    return layers, n_in


def _stage(n_in: int, n_out: int, n_blocks: int, *, stride: int) -> nn.Sequential:
    condense = None
    if stride != 1 or n_in != n_out:
        condense = nn.Sequential(nn.Conv2d(n_in, n_out, 1, stride=stride, bias=False), nn.BatchNorm2d(n_out))
    first = BasicBlock(n_in, n_out, stride, condense)
    return nn.Sequential(first, *(BasicBlock(n_out, n_out) for _ in range(n_blocks - 1)))
