"""Settings of the flow generators."""

from __future__ import annotations

from pydantic import Field

from deg_core.api import PluginSettings


class TinyMotionNetSettings(PluginSettings):
    """How the network is sized, and what its objective weighs."""

    n_frames: int = Field(
        default=11, ge=2, description="Frames seen together; 2: one pair at a time, each computed once."
    )
    width: int = Field(
        default=64, ge=1, description="Channels of the first layer; the others scale with it. 64 is as published."
    )
    smoothness: float = Field(
        default=1.0, ge=0, description="Weight of smoothness, times 0.01, 0.02, 0.04 from fine to coarse."
    )
    sparsity: float = Field(default=0.0, ge=0, description="Weight of the mean absolute flow, at every scale.")
