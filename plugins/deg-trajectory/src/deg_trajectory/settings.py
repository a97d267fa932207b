"""Settings of the feature extractor. Imports nothing heavy, so that listing plugins stays quick."""

from __future__ import annotations

from typing import Annotated, Literal

from deg_core.api import PluginSettings
from pydantic import Field

Radius = Annotated[int, Field(ge=1)]


class TrajectorySettings(PluginSettings):
    """How the animal is found, over what windows it is seen, and how trees are grown."""

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
    radii: tuple[Radius, ...] = Field(
        default=(3, 10),
        min_length=1,
        description="Windows over which movement is summed up, as frames before and after each frame.",
    )
    n_trees: int = Field(default=100, ge=1, description="Trees for each behaviour.")
    max_leaves: int = Field(default=15, ge=2, le=256, description="Leaves of a tree at the most.")
    min_frames: int = Field(default=10, ge=1, description="Training frames that each leaf holds at the least.")
    learning_rate: float = Field(default=0.1, gt=0, le=1, description="How much each tree corrects those before it.")

    @property
    def window(self) -> int:
        """Frames seen around one frame: the widest window, and a neighbour on either side for what changes."""
        return 2 * (max(self.radii) + 1) + 1
