"""Settings of the feature extractor. Imports nothing heavy, so that listing plugins stays quick."""

from __future__ import annotations

from typing import Literal

from deg_core.api import PluginSettings
from pydantic import Field


class TrajectorySettings(PluginSettings):
    """How the animal is found."""

    size: int = Field(
        default=64, ge=16, description="Rows and columns of the small grey pictures in which the animal is found."
    )
    polarity: Literal["dark", "bright", "either"] = Field(
        default="either", description="Whether the animal is darker than its background, brighter, or just different."
    )
    sensitivity: float = Field(
        default=0.35,
        gt=0,
        lt=1,
        description="Least difference from the background that belongs to the animal, as a share of the largest "
        "difference in a usual frame. Less shows more of the animal, and more of its shadow.",
    )
    survey_frames: int = Field(
        default=100,
        ge=3,
        description="Frames of a recording, evenly spread, whose median is its background.",
    )
    strength: float = Field(
        default=1.0, gt=0, description="C of the logistic regressions: more fits the training data more closely."
    )
