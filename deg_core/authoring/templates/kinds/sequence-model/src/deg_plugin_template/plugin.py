"""What this package offers to deg."""

from __future__ import annotations

from collections.abc import Iterator

from deg_core.api import PluginSettings, SequenceModel, SequenceModelPlugin, hookimpl
from pydantic import Field


class GruSettings(PluginSettings):
    """How large the network is."""

    units: int = Field(default=64, ge=1, description="Numbers that it remembers in each direction.")
    dropout: float = Field(default=0.1, ge=0, lt=1, description="Share of latents left out while training.")


def build_gru(settings: GruSettings, n_latents: int, n_outputs: int) -> SequenceModel:
    """Build the network with random weights."""
    from deg_plugin_template.network import Gru  # here, so that listing plugins does not import torch

    return Gru(n_latents, settings.units, n_outputs, settings.dropout)


gru = SequenceModelPlugin(
    name="template-name",
    summary="a recurrent network, forwards and backwards in time",
    settings=GruSettings,
    build=build_gru,
)


@hookimpl
def deg_sequence_models() -> Iterator[SequenceModelPlugin[GruSettings]]:
    """Offer the model."""
    yield gru
