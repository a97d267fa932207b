"""Turns frames that are z-scored with a project's colours into what published weights expect.

Axes: C channels.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from deg_backbones.published import Colour


class Colours(nn.Module):
    """Undoes one normalisation and does another.

    Until it is told otherwise, it takes frames for normalised as the weights expect.

    Args:
        mean: That the weights expect to be taken off.
        std: By which they expect colours to be divided.
    """

    given_mean: Tensor
    given_std: Tensor
    wanted_mean: Tensor
    wanted_std: Tensor

    def __init__(self, mean: Colour, std: Colour) -> None:
        super().__init__()
        for name, colour in (("given_mean", mean), ("given_std", std), ("wanted_mean", mean), ("wanted_std", std)):
            self.register_buffer(name, torch.tensor(colour))

    def take_statistics(self, mean_C: Tensor, std_C: Tensor) -> None:
        """Note how frames are z-scored."""
        self.given_mean.copy_(mean_C)
        self.given_std.copy_(std_C)

    def forward(self, frames: Tensor) -> Tensor:
        """Normalise z-scored frames (M, 3, ...) as the weights expect; a new tensor of the same shape."""
        scale = self.given_std / self.wanted_std
        shift = (self.given_mean - self.wanted_mean) / self.wanted_std
        ones = (1,) * (frames.ndim - 2)
        return frames * scale.view(3, *ones) + shift.view(3, *ones)
