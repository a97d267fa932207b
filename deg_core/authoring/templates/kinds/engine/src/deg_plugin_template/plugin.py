"""What this package offers to deg."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deg_core.api import EnginePlugin, PluginSettings, PreparedNetwork, hookimpl
from pydantic import Field

if TYPE_CHECKING:
    from torch import Tensor, nn


class InPartsSettings(PluginSettings):
    """How much is done at a time."""

    members: int = Field(default=4, ge=1, description="Members of a batch that the network sees at a time.")


def prepare_in_parts(
    settings: InPartsSettings, network: nn.Module, examples: tuple[Tensor, ...], precision: str
) -> PreparedNetwork:
    """Make a network ready; one that is translated would be translated here, for inputs like the examples."""
    import torch  # here, so that listing plugins does not import torch

    from deg_plugin_template.engine import InParts

    return InParts(network, settings.members, torch.bfloat16 if precision == "bf16" else None)


in_parts = EnginePlugin(
    name="template-name",
    summary="torch, for a few members of a batch at a time",
    settings=InPartsSettings,
    bounds={"32": 1e-4, "bf16": 0.05},
    devices=frozenset({"cpu", "cuda"}),
    libraries=("torch",),
    runs_module=True,
    prepare=prepare_in_parts,
)


@hookimpl
def deg_engines() -> Iterator[EnginePlugin[InPartsSettings]]:
    """Offer the engine."""
    yield in_parts
