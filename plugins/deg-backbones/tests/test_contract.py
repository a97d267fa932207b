from __future__ import annotations

from deg_core.api import PluginSettings
from deg_core.testing import FeatureExtractorContract

from deg_backbones.plugin import frozen_image, timm_image, torchvision_video
from deg_backbones.settings import (
    FrozenImageSettings,
    TimmImageSettings,
    TorchvisionVideoSettings,
)


class TestConvolutionalNetwork(FeatureExtractorContract):
    plugin = timm_image
    size = (32, 48)

    def settings(self) -> PluginSettings:
        return TimmImageSettings(arch="test_efficientnet")


class TestFrozenVisionTransformer(FeatureExtractorContract):
    plugin = timm_image
    size = (24, 40)

    def settings(self) -> PluginSettings:
        return TimmImageSettings(arch="test_vit.r160_in1k", size=(32, 48), frozen=True)


class TestVideoNetwork(FeatureExtractorContract):
    plugin = torchvision_video
    size = (16, 16)

    def settings(self) -> PluginSettings:
        return TorchvisionVideoSettings(arch="r3d_18", n_frames=4, stride=2)


class TestFrozenImage(FeatureExtractorContract):
    plugin = frozen_image
    size = (32, 32)

    def settings(self) -> PluginSettings:
        return FrozenImageSettings(arch="test_vit", size=(32, 32))
