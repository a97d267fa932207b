"""What can be set. Imports nothing heavy, so that listing plugins stays quick."""

from __future__ import annotations

from typing import Literal

from deg_core.api import PluginSettings
from pydantic import Field, model_validator

Pair = tuple[str, str]
Triple = tuple[str, str, str]


class AnimalsSettings(PluginSettings):
    """Which animals of a file are wanted."""

    individuals: tuple[str, ...] = Field(
        default=(), description="Names of the animals to keep, in this order; none: all in the file."
    )


class BodySettings(PluginSettings):
    """What is measured of a body. The names are those of the open-field network of Sturman et al. 2020."""

    keypoints: tuple[str, ...] = Field(
        default=(
            *("nose", "headcentre", "neck", "earl", "earr", "bodycentre", "bcl", "bcr"),
            *("hipl", "hipr", "tailbase", "tailcentre"),
        ),
        min_length=2,
        description="Keypoints of the pose, by the names that the tracker gave them.",
    )
    individuals: int = Field(default=1, ge=1, description="Animals there are; between two of them distances are taken.")
    body: Pair = Field(
        default=("tailbase", "nose"),
        description="Rear and front of the body. Its median length is the unit of all that is measured.",
    )
    distances: tuple[Pair, ...] = Field(
        default=(
            *(("nose", "headcentre"), ("headcentre", "neck"), ("neck", "bodycentre"), ("bodycentre", "tailbase")),
            *(("bodycentre", "bcl"), ("bodycentre", "bcr"), ("tailbase", "hipl"), ("tailbase", "hipr")),
            *(("bcl", "hipl"), ("bcr", "hipr"), ("bcl", "earl"), ("bcr", "earr"), ("nose", "earl"), ("nose", "earr")),
            *(("nose", "tailbase"), ("tailbase", "tailcentre")),
        ),
        description="Pairs of keypoints whose distance is taken, in body lengths.",
    )
    angles: tuple[Triple, ...] = Field(
        default=(
            ("nose", "neck", "bodycentre"),
            ("neck", "bodycentre", "tailbase"),
            ("bodycentre", "tailbase", "tailcentre"),
            ("bcl", "bodycentre", "hipl"),
            ("bcr", "bodycentre", "hipr"),
        ),
        description="Triples of keypoints, the corner in the middle, whose angle is taken, 0 to pi.",
    )
    areas: tuple[tuple[str, ...], ...] = Field(
        default=(
            ("tailbase", "hipr", "hipl"),
            ("hipr", "bcr", "bcl", "hipl"),
            ("bcr", "earr", "earl", "bcl"),
            ("earr", "nose", "earl"),
        ),
        description="Polygons whose area is taken, in squared body lengths.",
    )
    moving: tuple[str, ...] = Field(
        default=("nose", "bodycentre", "tailbase"),
        description="Keypoints whose speed and acceleration are taken, in body lengths per second (squared).",
    )
    step_s: float = Field(
        default=0.1, gt=0, description="Seconds over which speeds are taken: more is calmer, less is quicker."
    )
    least_confidence: float = Field(
        default=0.9, ge=0, le=1, description="Confidence of the tracker below which a position is interpolated in time."
    )

    @model_validator(mode="after")
    def _known(self) -> BodySettings:
        named = {
            "body": self.body,
            "distances": [name for pair in self.distances for name in pair],
            "angles": [name for triple in self.angles for name in triple],
            "areas": [name for polygon in self.areas for name in polygon],
            "moving": self.moving,
        }
        for setting, names in named.items():
            unknown = [name for name in names if name not in self.keypoints]
            if unknown:
                raise ValueError(f"{setting} names {unknown[0]!r}, which is not among keypoints")
        if len(set(self.keypoints)) < len(self.keypoints):
            raise ValueError("a keypoint is named twice")
        if any(len(polygon) < 3 for polygon in self.areas):
            raise ValueError("a polygon needs three corners")
        return self


class KeypointsSettings(BodySettings):
    """What is measured, and the network that reads it."""

    hidden: tuple[int, ...] = Field(
        default=(),
        description="Units of hidden layers between what is measured and the logits; none: one linear layer.",
    )
    dropout: float = Field(default=0.0, ge=0, lt=1, description="Share of hidden units dropped in training.")


class KeypointsAndPictureSettings(BodySettings):
    """What is measured, and the ResNet that sees the picture."""

    arch: Literal["resnet18", "resnet34", "resnet50"] = Field(default="resnet18", description="ResNet of torchvision.")
    weights: Literal["none", "imagenet"] = Field(
        default="none", description="What training starts from: random numbers, or torchvision's, from the internet."
    )
    dropout: float = Field(default=0.25, ge=0, lt=1, description="Share of latents dropped in training.")
