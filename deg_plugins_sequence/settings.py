"""Settings of the sequence models."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, PositiveInt, model_validator

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


class ConvSettings(PluginSettings):
    """How the two convolutions are sized; defaults are DeepEthogram's."""

    n_hidden: int = Field(default=64, ge=1, description="Units between the two convolutions.")
    filter_length: int = Field(default=7, ge=1, description="Frames, odd, that the first one spans; the second has 3.")
    dropout: float = Field(default=0.5, ge=0, lt=1, description="Share of the units dropped in training.")

    @model_validator(mode="after")
    def _odd_filter(self) -> ConvSettings:
        if self.filter_length % 2 == 0:
            raise ValueError(
                f"filter_length is {self.filter_length}; it has to be odd, so that one frame is in the middle"
            )
        return self


class TcnSettings(PluginSettings):
    """How far the dilated convolutions see, and how they are sized."""

    n_layers: int = Field(
        default=4, ge=1, le=12, description="Layers; the first looks 1 frame either way, each other twice as far."
    )
    n_hidden: int = Field(default=64, ge=1, description="Units of a layer.")
    look_ahead: int | None = Field(
        default=None,
        ge=0,
        description="Frames after its own that an answer depends on, at most: live, it comes so much later; 0 looks at "
        "the past alone, null as far ahead as back.",
    )
    input_dropout: float = Field(default=0.25, ge=0, lt=1, description="Share of latents dropped in training.")
    dropout: float = Field(default=0.25, ge=0, lt=1, description="Share of a layer's answers dropped in training.")


class RecurrentSettings(PluginSettings):
    """How the recurrent network is sized; defaults are DeepEthogram's."""

    n_layers: int = Field(default=3, ge=1, description="Recurrent layers.")
    n_hidden: int = Field(default=64, ge=1, description="Units of a layer, in each direction.")
    bidirectional: bool = Field(default=False, description="Whether it also reads from the end to the beginning.")
    hidden_dropout: float = Field(default=0.0, ge=0, lt=1, description="Share dropped between layers, in training.")
    dropout: float = Field(default=0.5, ge=0, lt=1, description="Share dropped before the last layer, in training.")


class MlpSettings(PluginSettings):
    """What the perceptron sees, and how it is sized."""

    window: int = Field(
        default=15,
        ge=1,
        description="Frames seen around one; the first layer grows with it. 180 in DeepEthogram.",
    )
    n_hidden: tuple[PositiveInt, ...] = Field(default=(256, 128), description="Units of each hidden layer.")
    dropout: float = Field(default=0.5, ge=0, lt=1, description="Share dropped after each hidden layer, in training.")


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


class TreesSettings(PluginSettings):
    """What trees see, and how many and how large they are."""

    contexts: tuple[PositiveInt, ...] = Field(
        default=(7, 31), description="Frames, odd, over which latents are described by mean, extremes and change."
    )
    n_trees: int = Field(default=100, ge=1, description="Trees for each behaviour.")
    max_leaves: int = Field(default=31, ge=2, description="Leaves of a tree at most.")
    max_depth: int = Field(default=8, ge=1, description="Questions from the root to a leaf at most.")
    least_frames: int = Field(default=20, ge=1, description="Frames that a leaf is made of, at least.")
    max_frames: int = Field(
        default=200_000, ge=1, description="Labelled frames to learn from; of more, evenly spread ones are used."
    )

    @model_validator(mode="after")
    def _odd_contexts(self) -> TreesSettings:
        for context in self.contexts:
            if context % 2 == 0 or context == 1:
                raise ValueError(
                    f"contexts: {context} has to be odd and at least 3, so that one frame is in the middle"
                )
        return self


class GradientBoostingSettings(TreesSettings):
    """How trees correct each other."""

    learning_rate: float = Field(default=0.1, gt=0, le=1, description="How much of an error each tree corrects.")


class RandomForestSettings(TreesSettings):
    """How many trees vote, and how large they are."""

    n_trees: int = Field(default=200, ge=1, description="Trees for each behaviour.")
    max_leaves: int = Field(default=256, ge=2, description="Leaves of a tree at most.")
    max_depth: int = Field(default=16, ge=1, description="Questions from the root to a leaf at most.")
    least_frames: int = Field(default=5, ge=1, description="Frames that a leaf is made of, at least.")
