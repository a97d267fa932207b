"""A network for one member of a batch at a time."""

from __future__ import annotations

import torch
from torch import Tensor, nn


class OneByOne:
    """What is called in place of the network."""

    def __init__(self, network: nn.Module) -> None:
        self.network = network

    @torch.inference_mode()
    def __call__(self, *inputs: Tensor) -> tuple[Tensor, ...]:
        members = zip(*(each.split(1) for each in inputs), strict=True)
        answers = [self.network(*member) for member in members]
        return tuple(torch.cat(each) for each in zip(*answers, strict=True))
