"""What this package offers to deg."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deg_core.api import EnginePlugin, PreparedNetwork, hookimpl
from deg_plugins_engines.settings import TorchSettings

if TYPE_CHECKING:
    from torch import Tensor, nn


def prepare_torch(
    settings: TorchSettings, network: nn.Module, examples: tuple[Tensor, ...], precision: str
) -> PreparedNetwork:
    """Make a network ready to be run by torch."""
    from deg_plugins_engines.torch_engine import prepare

    return prepare(settings, network, examples, precision)


torch_engine = EnginePlugin(
    name="torch",
    summary="torch itself, in 32 bit as in training, or in less",
    settings=TorchSettings,
    bounds={"32": 1e-4, "bf16": 0.05, "16": 0.01},
    devices=frozenset({"cpu", "cuda", "mps"}),
    libraries=("torch",),
    runs_module=True,
    prepare=prepare_torch,
)


@hookimpl
def deg_engines() -> Iterator[EnginePlugin[TorchSettings]]:
    """Offer torch."""
    yield torch_engine
