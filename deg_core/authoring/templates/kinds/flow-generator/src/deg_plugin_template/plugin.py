"""What this package offers to deg."""

from __future__ import annotations

from collections.abc import Iterator

from deg_core.api import FlowGenerator, FlowGeneratorPlugin, PluginSettings, hookimpl
from pydantic import Field


class FlowSettings(PluginSettings):
    """How large the network is, and what it strives for."""

    channels: int = Field(default=16, ge=1, description="Channels of its hidden layers.")
    smoothness: float = Field(default=0.1, ge=0, description="Weight of how little neighbouring pixels differ.")


def build_flow(settings: FlowSettings) -> FlowGenerator:
    """Build the network with random weights."""
    from deg_plugin_template.network import PairFlow  # here, so that listing plugins does not import torch

    return PairFlow(settings.channels, settings.smoothness)


flow = FlowGeneratorPlugin(
    name="template-name",
    summary="three convolutions on each pair of frames; flow at half resolution",
    settings=FlowSettings,
    build=build_flow,
)


@hookimpl
def deg_flow_generators() -> Iterator[FlowGeneratorPlugin[FlowSettings]]:
    """Offer the network."""
    yield flow
