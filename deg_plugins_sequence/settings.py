"""Settings of the sequence models."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from deg_core.api import PluginSettings


class TgmSettings(PluginSettings):
    """How temporal filters smooth the latents; defaults are DeepEthogram's."""

    n_layers: int = Field(default=3, ge=1, description="Layers of temporal filters.")
    filter_length: int = Field(default=15, ge=1, description="Frames that one filter spans.")
    n_filters: int = Field(default=8, ge=1, description="Filters of a layer, mixed into its kernels.")
    n_views: int = Field(default=8, ge=1, description="Smoothed versions of the latents between layers.")
    soft_attention: bool = Field(
        default=True, description="Whether versions are joined by learned means, or by a linear layer and ReLU."
    )
    reduction: Literal["max", "mean", "conv1x1"] = Field(
        default="max", description="How the last layer's versions become one."
    )
    dropout: float = Field(default=0.5, ge=0, lt=1, description="Share dropped before the last layer, in training.")


class TgmjSettings(TgmSettings):
    """How latents are smoothed and classified; defaults are DeepEthogram's."""

    input_dropout: float = Field(default=0.5, ge=0, lt=1, description="Share of latents dropped in training.")
    nonlinear: bool = Field(default=True, description="Whether a hidden layer comes before the last.")
    n_hidden: int = Field(default=128, ge=1, description="Units of the hidden layer.")
    final_bn: bool = Field(default=True, description="Batch normalisation of each branch's logits.")


class LogisticSettings(PluginSettings):
    """What the logistic regression sees."""

    context: int = Field(
        default=0, ge=0, description="Frames, odd, whose mean latents stand beside those of the frame; 0: none."
    )
    strength: float = Field(
        default=0.01, gt=0, description="C of the logistic regression: more fits the training data more closely."
    )

    @model_validator(mode="after")
    def _odd_context(self) -> LogisticSettings:
        if self.context and self.context % 2 == 0:
            raise ValueError(f"context is {self.context}; it has to be odd, so that one frame is in the middle")
        return self
