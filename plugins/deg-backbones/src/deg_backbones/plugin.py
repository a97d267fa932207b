"""What this package offers to deg."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from deg_core.api import FeatureExtractor, FeatureExtractorPlugin, hookimpl

from deg_backbones.settings import (
    FrozenImageSettings,
    FrozenVideoSettings,
    TimmImageSettings,
    TorchvisionVideoSettings,
)


def build_timm_image(settings: TimmImageSettings, n_outputs: int) -> FeatureExtractor:
    """Build the network."""
    from deg_backbones import building  # here, so that listing plugins stays cheap

    return building.build_timm_image(settings, n_outputs)


def build_torchvision_video(settings: TorchvisionVideoSettings, n_outputs: int) -> FeatureExtractor:
    """Build the network."""
    from deg_backbones import building

    return building.build_torchvision_video(settings, n_outputs)


def build_frozen_image(settings: FrozenImageSettings, n_outputs: int) -> FeatureExtractor:
    """Build the network, its last layer not yet fitted."""
    from deg_backbones import building

    return building.build_frozen_image(settings, n_outputs)


def build_frozen_video(settings: FrozenVideoSettings, n_outputs: int) -> FeatureExtractor:
    """Build the network, its last layer not yet fitted."""
    from deg_backbones import building

    return building.build_frozen_video(settings, n_outputs)


timm_image = FeatureExtractorPlugin(
    name="timm-image",
    summary="any image model of timm on the picture, all of it or its last layer trained by gradient descent",
    settings=TimmImageSettings,
    needs_flow=False,
    build=build_timm_image,
)

torchvision_video = FeatureExtractorPlugin(
    name="torchvision-video",
    summary="a video model of torchvision on the clip around a frame, all of it or its last layer trained",
    settings=TorchvisionVideoSettings,
    needs_flow=False,
    build=build_torchvision_video,
)

frozen_image = FeatureExtractorPlugin(
    name="frozen-image",
    summary="latents of an image model of timm as it is, such as DINOv2, and a logistic regression on them",
    settings=FrozenImageSettings,
    needs_flow=False,
    build=build_frozen_image,
)

frozen_video = FeatureExtractorPlugin(
    name="frozen-video",
    summary="latents of a video model of torchvision as it is, and a logistic regression on them",
    settings=FrozenVideoSettings,
    needs_flow=False,
    build=build_frozen_video,
)


@hookimpl
def deg_feature_extractors() -> Iterator[FeatureExtractorPlugin[Any]]:
    """Offer the feature extractors."""
    yield timm_image
    yield torchvision_video
    yield frozen_image
    yield frozen_video
