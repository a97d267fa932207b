"""Settings of the flow generators."""

from __future__ import annotations

from pydantic import Field

from deg_core.api import PluginSettings


class FlowSettings(PluginSettings):
    """What a generator sees, and what its objective weighs."""

    n_frames: int = Field(
        default=11, ge=2, description="Frames seen together; 2: one pair at a time, each computed once."
    )
    smoothness: float = Field(
        default=1.0, ge=0, description="Weight of smoothness, times 0.01, 0.02, 0.04 from fine to coarse."
    )
    sparsity: float = Field(default=0.0, ge=0, description="Weight of the mean absolute flow, at every scale.")


class TinyMotionNetSettings(FlowSettings):
    """How the network is sized, and what its objective weighs."""

    width: int = Field(
        default=64, ge=1, description="Channels of the first layer; the others scale with it. 64 is as published."
    )


class MotionNetSettings(FlowSettings):
    """How the network is sized, and what its objective weighs."""

    width: int = Field(
        default=64, ge=1, description="Channels of the first layer; the others scale with it. 64 is as published."
    )


class TinyMotionNet3DSettings(FlowSettings):
    """How the network is sized, and what its objective weighs."""

    width: int = Field(
        default=16, ge=1, description="Channels of the first layer; the others scale with it. 16 is as published."
    )
