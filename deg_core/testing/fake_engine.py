"""The fake of what runs networks; see `fakes`."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from deg_core.descriptors import EnginePlugin, NoSettings
from deg_core.interfaces import PreparedNetwork


def prepare_fake(
    settings: NoSettings, network: nn.Module, examples: tuple[Tensor, ...], precision: str
) -> PreparedNetwork:
    """Call the network, and round what it says to bf16 where that is asked for."""
    del settings, examples

    def answer(*inputs: Tensor) -> tuple[Tensor, ...]:
        with torch.inference_mode():
            answers: tuple[Tensor, ...] = network(*inputs)
        return answers if precision == "32" else tuple(each.bfloat16().float() for each in answers)

    return answer


fake_engine = EnginePlugin(
    name="fake-engine",
    summary="torch, with nothing to it",
    settings=NoSettings,
    bounds={"32": 1e-4, "bf16": 0.01},
    runs_module=True,
    prepare=prepare_fake,
)
