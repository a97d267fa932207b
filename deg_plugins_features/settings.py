"""Settings of the feature extractors."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from deg_core.api import PluginSettings

Lag = Annotated[int, Field(ge=1)]


class StreamSettings(PluginSettings):
    """Which ResNet sees."""

    arch: str = Field(
        default="resnet18",
        description="A ResNet of torchvision by name: resnet18, 34, 50, 101, 152, wide_resnet50_2, resnext50_32x4d; or "
        "one that convolves over time: resnet3d_10, 18, 34, 50, 101, 152, 200.",
    )
    width: float = Field(
        default=1.0,
        gt=0,
        le=1,
        description="Share of a full ResNet's channels, of resnet18 and resnet34: half of them are four times as fast.",
    )
    dropout: float = Field(default=0.25, ge=0, lt=1, description="Share of latents dropped in training.")
    final_bn: bool = Field(default=False, description="Batch normalisation of a stream's logits.")
    weights: str = Field(
        default="none",
        description="What training starts from: none (random), imagenet, or the path of a ResNet's or of another "
        "such network's weights, .safetensors or a PyTorch state dictionary.",
    )

    @property
    def is_3d(self) -> bool:
        """Whether the ResNet sees clips, and not pictures."""
        return self.arch.startswith("resnet3d_")


class ImageStreamSettings(StreamSettings):
    """Which ResNet sees the picture, and how much around it."""

    window: int = Field(default=11, ge=1, description="Frames that a ResNet over time sees around a frame; odd.")
    differences: tuple[Lag, ...] = Field(
        default=(),
        description="Distances in frames, such as [1, 3, 5]: it also sees how grey levels differ from frames so much "
        "earlier and later.",
    )
    look_ahead: int | None = Field(
        default=None,
        ge=0,
        description="Frames after its own that differences reach at most: live, an answer comes so much later; 0 looks "
        "at the past alone, null at every difference either way.",
    )

    @model_validator(mode="after")
    def _consistent(self) -> ImageStreamSettings:
        if self.window % 2 == 0:
            raise ValueError(f"window is {self.window}; it has to be odd, so that one frame is in the middle")
        if self.is_3d and self.differences:
            raise ValueError("differences go with a ResNet that sees one picture, not with one over time")
        if self.is_3d and self.look_ahead is not None:
            raise ValueError("look_ahead goes with a ResNet that sees one picture; one over time sees its whole window")
        return self


class FlowStreamSettings(StreamSettings):
    """Which ResNet sees the flow, and how much around a frame."""

    n_flows: int = Field(
        default=10, ge=2, multiple_of=2, description="Flow pairs seen around a frame; the window is one frame more."
    )


class TwoStreamSettings(FlowStreamSettings):
    """Which ResNets see picture and flow, and how their answers are joined."""

    fusion: Literal["average", "weighted-average", "concatenate"] = Field(
        default="average",
        description="Mean of both streams' logits, flow counting 1.5 times; the same with a learned share; or one "
        "layer on the latents of both.",
    )
    differences: tuple[Lag, ...] = Field(
        default=(),
        description="Distances in frames, such as [1, 3, 5]: the picture's stream also sees how grey levels differ "
        "from frames so much earlier and later. Movements too small for flow show there.",
    )
    original_channels: bool = Field(
        default=False,
        description="Whether the picture's stream sees green and blue of its frame and red of the next, as in "
        "DeepEthogram 0.5 and before. Only for weights that were trained so.",
    )

    @model_validator(mode="after")
    def _consistent(self) -> TwoStreamSettings:
        if any(2 * lag > self.n_flows for lag in self.differences):
            raise ValueError(f"differences reach outside the window of {self.n_flows + 1} frames")
        if self.final_bn and self.fusion == "concatenate":
            raise ValueError("final_bn goes with logits of both streams; concatenated streams have none of their own")
        if self.differences and (self.is_3d or self.original_channels):
            raise ValueError("differences go with a ResNet that sees one picture, and not with original_channels")
        if self.is_3d and self.original_channels:
            raise ValueError("original_channels go with 2D ResNets; those over time always saw whole frames")
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


class DeepethogramKeypointsSettings(PluginSettings):
    """What the tracker calls the seven keypoints, and how sure it has to be."""

    keypoints: tuple[str, str, str, str, str, str, str] = Field(
        default=("nose", "left_forepaw", "right_forepaw", "left_hindpaw", "right_hindpaw", "tail_base", "tail_tip"),
        description="Names in the pose of nose, forepaws, hindpaws, tail base and tail tip, in this order.",
    )
    least_confidence: float = Field(
        default=0.9, ge=0, le=1, description="Confidence of the tracker below which a position is interpolated in time."
    )

    @model_validator(mode="after")
    def _distinct(self) -> DeepethogramKeypointsSettings:
        if len(set(self.keypoints)) < len(self.keypoints):
            raise ValueError("a keypoint is named twice")
        return self
