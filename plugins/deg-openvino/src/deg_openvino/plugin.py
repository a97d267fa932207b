"""What this package offers to deg."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deg_core.api import EnginePlugin, PreparedNetwork, hookimpl

from deg_openvino.settings import OpenVinoSettings

if TYPE_CHECKING:
    from torch import Tensor, nn


def prepare_openvino(
    settings: OpenVinoSettings,
    network: nn.Module,
    examples: tuple[Tensor, ...],
    precision: str,
) -> PreparedNetwork:
    """Translate a network for OpenVINO."""
    from deg_openvino.engine import prepare

    return prepare(settings, network, examples, precision)


openvino = EnginePlugin(
    name="openvino",
    summary="OpenVINO on a processor, in 32 bit or bf16",
    settings=OpenVinoSettings,
    bounds={"32": 1e-4, "bf16": 0.05},
    devices=frozenset({"cpu"}),
    libraries=("openvino",),
    prepare=prepare_openvino,
)


@hookimpl
def deg_engines() -> Iterator[EnginePlugin[OpenVinoSettings]]:
    """Offer OpenVINO."""
    yield openvino
