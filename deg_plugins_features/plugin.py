"""What this package offers to deg."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from deg_core.api import FeatureExtractor, FeatureExtractorPlugin, hookimpl
from deg_plugins_features.settings import FrameDifferencesSettings, PixelPcaSettings, TwoStreamSettings


def build_two_stream(settings: TwoStreamSettings, n_outputs: int) -> FeatureExtractor:
    """Build the network, with starting weights where the settings name some."""
    from deg_plugins_features.two_stream import TwoStream  # here, so that listing plugins stays cheap

    return TwoStream(settings, n_outputs)


def build_frame_differences(settings: FrameDifferencesSettings, n_outputs: int) -> FeatureExtractor:
    """Build the network."""
    from deg_plugins_features.frame_differences import FrameDifferences

    return FrameDifferences(settings, n_outputs)


def build_pixel_pca(settings: PixelPcaSettings, n_outputs: int) -> FeatureExtractor:
    """Build the baseline, not yet fitted."""
    from deg_plugins_features.pixel_pca import PixelPca

    return PixelPca(settings, n_outputs)


two_stream = FeatureExtractorPlugin(
    name="two-stream",
    summary="two ResNets, one for the picture and one for the optical flow around it",
    settings=TwoStreamSettings,
    needs_flow=True,
    build=build_two_stream,
)

frame_differences = FeatureExtractorPlugin(
    name="frame-differences",
    summary="one ResNet on the picture and its differences to neighbouring frames; fast, needs no flow",
    settings=FrameDifferencesSettings,
    needs_flow=False,
    build=build_frame_differences,
)

pixel_pca = FeatureExtractorPlugin(
    name="pixel-pca",
    summary="baseline: principal components of picture and movement, logistic regression",
    settings=PixelPcaSettings,
    needs_flow=False,
    build=build_pixel_pca,
)


@hookimpl
def deg_feature_extractors() -> Iterator[FeatureExtractorPlugin[Any]]:
    """Offer the built-in feature extractors."""
    yield two_stream
    yield frame_differences
    yield pixel_pca
