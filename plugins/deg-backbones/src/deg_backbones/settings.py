"""Settings of the feature extractors."""

from __future__ import annotations

from typing import Annotated

from deg_core.api import PluginSettings
from pydantic import Field

Side = Annotated[int, Field(ge=16)]


class BackboneSettings(PluginSettings):
    """Where the network's weights come from."""

    weights: str = Field(
        default="hub",
        description="What it starts from: hub (the published weights, fetched once and kept), none (random), or the "
        "path of a .safetensors file or a PyTorch state dictionary.",
    )


class PictureSettings(BackboneSettings):
    """Which network sees the picture."""

    arch: str = Field(
        default="resnet50.a1_in1k",
        description="A model of timm, with the tag of its weights where there are several.",
    )
    size: tuple[Side, Side] | None = Field(
        default=None,
        description="Height and width, pixels, that frames are resized to; null: as they come, or where the network "
        "takes one size only, that size.",
    )


class ClipSettings(BackboneSettings):
    """Which network sees the clip around a frame."""

    arch: str = Field(
        default="r3d_18",
        description="A video model of torchvision: r3d_18, mc3_18, r2plus1d_18, s3d, mvit_v1_b, mvit_v2_s, swin3d_t, "
        "swin3d_s, swin3d_b.",
    )
    n_frames: int = Field(
        default=16, ge=2, description="Frames it sees; of an even number one more lies before the frame than after."
    )
    stride: int = Field(default=1, ge=1, description="It sees every so many frames.")
    size: tuple[Side, Side] | None = Field(
        default=None,
        description="Height and width, pixels, that frames are resized to; null: as they come, or where the network "
        "takes one size only, that size.",
    )


class GradientSettings(PluginSettings):
    """What learns by gradient descent."""

    frozen: bool = Field(
        default=False, description="Whether the network stays as it is, and only the last layer learns."
    )
    dropout: float = Field(default=0.25, ge=0, lt=1, description="Share of latents dropped in training.")


class SolverSettings(PluginSettings):
    """How the last layer is fitted to latents of a network that stays as it is."""

    strength: float = Field(
        default=1.0, gt=0, description="C of the logistic regression: more fits the training data more closely."
    )


class TimmImageSettings(PictureSettings, GradientSettings):
    """Which network sees the picture, and how much of it learns."""


class TorchvisionVideoSettings(ClipSettings, GradientSettings):
    """Which network sees the clip around a frame, and how much of it learns."""


class FrozenImageSettings(PictureSettings, SolverSettings):
    """Which network sees the picture, and how the last layer is fitted."""

    arch: str = Field(
        default="vit_small_patch14_dinov2.lvd142m",
        description="A model of timm, with the tag of its weights where there are several.",
    )
    size: tuple[Side, Side] | None = Field(
        default=(224, 224),
        description="Height and width, pixels, that frames are resized to, for a vision transformer a multiple of its "
        "patches; null: as they come, or where the network takes one size only, that size.",
    )


class FrozenVideoSettings(ClipSettings, SolverSettings):
    """Which network sees the clip around a frame, and how the last layer is fitted."""
