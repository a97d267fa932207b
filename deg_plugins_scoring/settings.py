"""Settings of the losses."""

from __future__ import annotations

from pydantic import Field

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
