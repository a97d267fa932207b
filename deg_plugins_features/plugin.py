"""What this package offers to deg."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from deg_core.api import FeatureExtractor, FeatureExtractorPlugin, hookimpl
from deg_plugins_features.settings import (
    DeepethogramKeypointsSettings,
    FlowStreamSettings,
    ImageStreamSettings,
    PixelPcaSettings,
    TwoStreamSettings,
)


def build_two_stream(settings: TwoStreamSettings, n_outputs: int) -> FeatureExtractor:
    """Build the network."""
    from deg_plugins_features.two_stream import TwoStream  # here, so that listing plugins stays cheap

    return TwoStream(settings, n_outputs)


def build_image_stream(settings: ImageStreamSettings, n_outputs: int) -> FeatureExtractor:
    """Build the network."""
    from deg_plugins_features import streams

    return streams.build_image_stream(settings, n_outputs)


def build_flow_stream(settings: FlowStreamSettings, n_outputs: int) -> FeatureExtractor:
    """Build the network."""
    from deg_plugins_features import streams

    return streams.build_flow_stream(settings, n_outputs)


def build_pixel_pca(settings: PixelPcaSettings, n_outputs: int) -> FeatureExtractor:
    """Build the baseline, not yet fitted."""
    from deg_plugins_features.pixel_pca import PixelPca

    return PixelPca(settings, n_outputs)


def build_deepethogram_keypoints(settings: DeepethogramKeypointsSettings, n_outputs: int) -> FeatureExtractor:
    """Build the network."""
    from deg_plugins_features.deepethogram_keypoints import DeepethogramKeypoints

    return DeepethogramKeypoints(settings, n_outputs)


two_stream = FeatureExtractorPlugin(
    name="two-stream",
    summary="two ResNets, one for the picture and one for the optical flow around it",
    settings=TwoStreamSettings,
    needs_flow=True,
    build=build_two_stream,
)

image_stream = FeatureExtractorPlugin(
    name="image-stream",
    summary="one ResNet on the picture, and if wanted its differences to frames around it; needs no flow",
    settings=ImageStreamSettings,
    needs_flow=False,
    build=build_image_stream,
)

flow_stream = FeatureExtractorPlugin(
    name="flow-stream",
    summary="one ResNet on the optical flow around a frame; blind to colours and resting animals",
    settings=FlowStreamSettings,
    needs_flow=True,
    build=build_flow_stream,
)

pixel_pca = FeatureExtractorPlugin(
    name="pixel-pca",
    summary="baseline: principal components of picture and movement, logistic regression",
    settings=PixelPcaSettings,
    needs_flow=False,
    build=build_pixel_pca,
)

deepethogram_keypoints = FeatureExtractorPlugin(
    name="deepethogram-keypoints",
    summary="posture of a mouse from seven keypoints in 44 numbers, as in DeepEthogram; looks at pose alone",
    settings=DeepethogramKeypointsSettings,
    needs_flow=False,
    needs_frames=False,
    needs_pose=True,
    build=build_deepethogram_keypoints,
)


@hookimpl
def deg_feature_extractors() -> Iterator[FeatureExtractorPlugin[Any]]:
    """Offer the built-in feature extractors."""
    yield two_stream
    yield image_stream
    yield flow_stream
    yield pixel_pca
    yield deepethogram_keypoints
