"""3D ResNets, which convolve over time as well.

As in Hara, Kataoka and Satoh, Can Spatiotemporal 3D CNNs Retrace the History of 2D CNNs and ImageNet? (CVPR 2018),
with projection shortcuts (type B). Names of tensors are those of torchvision's 2D ResNets, as DeepEthogram has them.

Axes: M clips, C channels, S frames, H, W.
"""

from __future__ import annotations

from collections.abc import Iterator

from torch import Tensor, nn

_BLOCKS = {
    "resnet3d_10": (1, 1, 1, 1),
    "resnet3d_18": (2, 2, 2, 2),
    "resnet3d_34": (3, 4, 6, 3),
    "resnet3d_50": (3, 4, 6, 3),
    "resnet3d_101": (3, 4, 23, 3),
    "resnet3d_152": (3, 8, 36, 3),
    "resnet3d_200": (3, 24, 36, 3),
}
_SHALLOW = ("resnet3d_10", "resnet3d_18", "resnet3d_34")
"""Those of blocks with two layers; in the others a block condenses, convolves and widens."""

NAMES = tuple(_BLOCKS)


def build_resnet3d(arch: str, n_channels: int) -> tuple[dict[str, nn.Module], int]:
    """Build the layers of a 3D ResNet, with random weights and without its classifier.

    Args:
        arch: One of `NAMES`.
        n_channels: Channels of its input.

    Returns:
        Layers in their order, by name; and how many channels come out of the last.
    """
    bottleneck = arch not in _SHALLOW
    layers: dict[str, nn.Module] = {
        "conv1": nn.Conv3d(n_channels, 64, 7, stride=(1, 2, 2), padding=3, bias=False),
        "bn1": nn.BatchNorm3d(64),
        "relu": nn.ReLU(inplace=True),
        "maxpool": nn.MaxPool3d(3, stride=2, padding=1),
    }
    n_in = 64
    for stage, n_blocks in enumerate(_BLOCKS[arch]):
        blocks = list(_stage(n_in, 64 * 2**stage, n_blocks, stride=1 if stage == 0 else 2, bottleneck=bottleneck))
        layers[f"layer{stage + 1}"] = nn.Sequential(*blocks)
        n_in = blocks[-1].n_out
    layers["avgpool"] = nn.AdaptiveAvgPool3d(1)
    for convolution in (m for layer in layers.values() for m in layer.modules() if isinstance(m, nn.Conv3d)):
        nn.init.kaiming_normal_(convolution.weight, mode="fan_out", nonlinearity="relu")
    return layers, n_in


def _stage(n_in: int, width: int, n_blocks: int, *, stride: int, bottleneck: bool) -> Iterator[Block]:
    for index in range(n_blocks):
        block = Block(n_in, width, stride if index == 0 else 1, bottleneck=bottleneck)
        n_in = block.n_out
        yield block


class Block(nn.Module):
    """Two or three convolutions beside a shortcut.

    Args:
        n_in: Channels of its input.
        width: Channels of its middle.
        stride: Of the first convolution that is wider than a point, in time, height and width.
        bottleneck: Whether it condenses before it convolves, and widens afterwards.

    Attributes:
        n_out: Channels of its output: `width`, or four times as many.
    """

    def __init__(self, n_in: int, width: int, stride: int, *, bottleneck: bool) -> None:
        super().__init__()
        kernels, widths = ((1, 3, 1), (width, width, 4 * width)) if bottleneck else ((3, 3), (width, width))
        strides = [stride if index == kernels.index(3) else 1 for index in range(len(kernels))]
        self.n_out = widths[-1]
        inputs = (n_in, *widths)
        for index, (kernel, step) in enumerate(zip(kernels, strides, strict=True)):
            convolution = nn.Conv3d(inputs[index], widths[index], kernel, stride=step, padding=kernel // 2, bias=False)
            self.add_module(f"conv{index + 1}", convolution)
            self.add_module(f"bn{index + 1}", nn.BatchNorm3d(widths[index]))
        self.relu = nn.ReLU(inplace=True)
        self.downsample = _shortcut(n_in, self.n_out, stride)
        self._n_layers = len(kernels)

    def forward(self, maps_MCSHW: Tensor) -> Tensor:
        """Answer (M, n_out, S, H, W), the last three divided by the stride and rounded up."""
        seen = maps_MCSHW
        for index in range(1, self._n_layers + 1):
            seen = self.get_submodule(f"bn{index}")(self.get_submodule(f"conv{index}")(seen))
            if index < self._n_layers:
                seen = self.relu(seen)
        answer: Tensor = self.relu(seen + self.downsample(maps_MCSHW))
        return answer


def _shortcut(n_in: int, n_out: int, stride: int) -> nn.Module:
    if n_in == n_out and stride == 1:
        return nn.Identity()
    return nn.Sequential(nn.Conv3d(n_in, n_out, 1, stride=stride, bias=False), nn.BatchNorm3d(n_out))
