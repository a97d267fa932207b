"""Runs a network for a few members of a batch at a time, which takes less memory than all at once."""

from __future__ import annotations

import torch
from torch import Tensor, nn


class InParts:
    """A network, called as often as need be.

    Args:
        network: In `eval` mode.
        members: How many of a batch it sees at a time.
        dtype: Numbers of its convolutions and products; None leaves them at 32 bit.
    """

    def __init__(self, network: nn.Module, members: int, dtype: torch.dtype | None) -> None:
        self._network, self._members, self._dtype = network, members, dtype

    @torch.inference_mode()
    def __call__(self, *inputs: Tensor) -> tuple[Tensor, ...]:
        """See `deg_core.api.PreparedNetwork`."""
        parts = zip(*(each.split(self._members) for each in inputs), strict=True)
        with torch.autocast(inputs[0].device.type, dtype=self._dtype, enabled=self._dtype is not None):
            answers = [self._network(*part) for part in parts]
        return tuple(torch.cat(each) for each in zip(*answers, strict=True))
