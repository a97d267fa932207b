"""Settings of the feature extractors."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from deg_core.api import PluginSettings

Lag = Annotated[int, Field(ge=1)]


class TwoStreamSettings(PluginSettings):
    """Which ResNets see picture and flow, and how their answers are joined."""

    arch: str = Field(
        default="resnet18",
        description="A ResNet of torchvision by name: resnet18, 34, 50, 101, 152, wide_resnet50_2, resnext50_32x4d.",
    )
    n_flows: int = Field(
        default=10, ge=2, multiple_of=2, description="Flow pairs seen around a frame; the window is one frame more."
    )
    fusion: Literal["average", "concatenate"] = Field(
        default="average",
        description="Mean of both streams' logits, flow counting 1.5 times; or one layer on the latents of both.",
    )
    differences: tuple[Lag, ...] = Field(
        default=(),
        description="Distances in frames, such as [1, 3, 5]: the picture's stream also sees how grey levels differ "
        "from frames so much earlier and later. Movements too small for flow show there.",
    )
    dropout: float = Field(default=0.25, ge=0, lt=1, description="Share of latents dropped in training.")
    final_bn: bool = Field(default=False, description="Batch normalisation of each stream's logits.")
    weights: str = Field(
        default="none",
        description="What training starts from: none (random), imagenet, or the path of a ResNet's or of another "
        "two-stream network's weights, .safetensors or a PyTorch state dictionary.",
    )

    @model_validator(mode="after")
    def _consistent(self) -> TwoStreamSettings:
        if any(2 * lag > self.n_flows for lag in self.differences):
            raise ValueError(f"differences reach outside the window of {self.n_flows + 1} frames")
        if self.final_bn and self.fusion == "concatenate":
            raise ValueError("final_bn goes with `fusion: average`; concatenated streams have no logits of their own")
        return self


class PixelPcaSettings(PluginSettings):
    """How much of picture and movement the baseline keeps."""

    size: int = Field(default=24, ge=2, description="Height and width of the small grey pictures it sees, pixels.")
    window: int = Field(
        default=3, ge=3, description="Frames it spans, odd; the last minus the first is the movement it sees."
    )
    n_components: int = Field(
        default=32, ge=1, description="Principal components kept of the picture, and as many of the movement."
    )
    movement: Literal["absolute", "signed"] = Field(
        default="absolute", description="Whether movement is how much grey changes, or which way."
    )
    strength: float = Field(
        default=1.0, gt=0, description="C of the logistic regression: more fits the training data more closely."
    )

    @model_validator(mode="after")
    def _odd_window(self) -> PixelPcaSettings:
        if self.window % 2 == 0:
            raise ValueError(f"window is {self.window}; it has to be odd, so that one frame is in the middle")
        return self


class FrameDifferencesSettings(PluginSettings):
    """Which ResNet sees, and how far back and ahead."""

    arch: str = Field(default="resnet18", description="A ResNet of torchvision by name.")
    lags: tuple[Lag, ...] = Field(
        default=(1, 3, 5),
        min_length=1,
        description="Distances in frames to those before and after whose difference is seen.",
    )
    dropout: float = Field(default=0.25, ge=0, lt=1, description="Share of latents dropped in training.")
