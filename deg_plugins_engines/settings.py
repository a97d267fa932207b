"""Settings of the engines."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from deg_core.api import PluginSettings


class TorchSettings(PluginSettings):
    """How torch runs the networks."""

    compile: Literal["off", "default", "reduce-overhead", "max-autotune"] = Field(
        default="off",
        description="Whether torch.compile translates the networks first, which takes minutes and a C++ compiler; "
        "reduce-overhead uses CUDA graphs on a GPU.",
    )
