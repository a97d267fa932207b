"""What this package offers to deg."""

from __future__ import annotations

from collections.abc import Iterator

from deg_core.api import FeatureExtractor, FeatureExtractorPlugin, PluginSettings, hookimpl
from pydantic import Field


class ExtractorSettings(PluginSettings):
    """How large the network is."""

    window: int = Field(default=5, ge=1, description="Frames it sees around each one; an even number is made odd.")
    latents: int = Field(default=32, ge=1, description="Numbers that it condenses a window into.")


def build_extractor(settings: ExtractorSettings, n_outputs: int) -> FeatureExtractor:
    """Build the network with random weights."""
    from deg_plugin_template.network import Condenser  # here, so that listing plugins does not import torch

    return Condenser(settings.window, settings.latents, n_outputs)


extractor = FeatureExtractorPlugin(
    name="template-name",
    summary="three convolutions on each frame, averaged over the window around it",
    settings=ExtractorSettings,
    needs_flow=False,
    build=build_extractor,
)


@hookimpl
def deg_feature_extractors() -> Iterator[FeatureExtractorPlugin[ExtractorSettings]]:
    """Offer the network."""
    yield extractor
