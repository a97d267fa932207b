"""Settings of the losses and post-processors."""

from __future__ import annotations

from pydantic import Field, field_validator

from deg_core.api import PluginSettings


class FocalBceSettings(PluginSettings):
    """How much rare behaviours and hard frames weigh; defaults are DeepEthogram's."""

    gamma: float = Field(
        default=1.0, ge=0, description="How much less frames weigh that are already right; 0: all alike."
    )
    label_smoothing: float = Field(
        default=0.05, ge=0, lt=0.5, description="By how much labels are moved from 0 and 1 towards each other."
    )
    class_weight_exponent: float = Field(
        default=0.25, ge=0, description="Present frames weigh (absent / present) to this power; 0: 1."
    )


class BceSettings(PluginSettings):
    """How much rare behaviours weigh."""

    class_weight_exponent: float = Field(
        default=0.0, ge=0, description="Present frames weigh (absent / present) to this power; 0: 1."
    )


class CrossEntropySettings(PluginSettings):
    """How much rare behaviours weigh."""

    class_weight_exponent: float = Field(
        default=0.25, ge=0, description="Frames of a behaviour weigh (1 / its frames) to this power; 0: all alike."
    )


class MinBoutSettings(PluginSettings):
    """How short a bout may be."""

    frames: int = Field(default=2, ge=1, description="Bouts shorter than this are dropped; 1 keeps all.")
    fill_gaps: bool = Field(
        default=False,
        description="Fill shorter gaps too, length by length before bouts are dropped, at the ends of the recording "
        "too; with `frames: n + 1` this is DeepEthogram's `min_bout` of n.",
    )


class MinBoutPerBehaviourSettings(PluginSettings):
    """How short a bout may be beside those that people labelled."""

    percentile: float = Field(
        default=1.0,
        ge=0,
        le=100,
        description="Bouts are dropped that are shorter than this percentile of labelled ones.",
    )
    longer_by: int = Field(
        default=0, ge=0, description="Frames by which a bout must be longer than the percentile to be kept."
    )
    fill_gaps: bool = Field(
        default=False,
        description="Fill shorter gaps too, as `min-bout` does; with `longer_by: 1` this is DeepEthogram's "
        "`min_bout_per_behavior`.",
    )


class MedianSettings(PluginSettings):
    """How many frames decide together."""

    frames: int = Field(default=5, ge=1, description="Frames in the window around each one; odd.")

    @field_validator("frames")
    @classmethod
    def _odd(cls, frames: int) -> int:
        if frames % 2 == 0:
            raise ValueError("a window has a frame in its middle, so it is odd")
        return frames


class HysteresisSettings(PluginSettings):
    """How far apart the two thresholds are."""

    odds_ratio: float = Field(
        default=2.0,
        ge=1,
        description="A bout has to reach this many times the odds of the threshold somewhere, and goes on while it "
        "reaches as small a part of them; 1: the threshold alone.",
    )


class HmmSettings(PluginSettings):
    """How frames and the habits of behaviours are weighed."""

    weight: float = Field(
        default=0.5,
        gt=0,
        description="What a frame counts for; 1 would take errors of neighbouring frames as unlike each other. "
        "The lower, the smoother.",
    )
