"""Networks run by torch: in 32 bit or less, translated by its compiler or not."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from deg_core.api import PreparedNetwork
from deg_plugins_engines.settings import TorchSettings

_DTYPES = {"bf16": torch.bfloat16, "16": torch.float16}


def prepare(
    settings: TorchSettings, network: nn.Module, examples: tuple[Tensor, ...], precision: str
) -> PreparedNetwork:
    """Make a network ready. See `deg_core.api.EnginePlugin`; the examples only say on what device it runs."""
    run = network if settings.compile == "off" else torch.compile(network, mode=settings.compile)
    device, dtype = examples[0].device.type, _DTYPES.get(precision)

    @torch.inference_mode()
    def answer(*inputs: Tensor) -> tuple[Tensor, ...]:
        with torch.autocast(device, dtype=dtype, enabled=dtype is not None):
            answers: tuple[Tensor, ...] = run(*inputs)
        return answers

    return answer
