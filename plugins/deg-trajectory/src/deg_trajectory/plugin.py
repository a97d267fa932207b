"""What this package offers to deg."""

from __future__ import annotations

from collections.abc import Iterator

from deg_core.api import FeatureExtractor, FeatureExtractorPlugin, hookimpl

from deg_trajectory.settings import TrajectorySettings


def build_trajectory(settings: TrajectorySettings, n_outputs: int) -> FeatureExtractor:
    """Build the extractor, not yet fitted."""
    from deg_trajectory.trajectory import Trajectory  # here, so that listing plugins does not import torch

    return Trajectory(settings, n_outputs)


trajectory = FeatureExtractorPlugin(
    name="trajectory",
    summary="the animal as an ellipse, its shape and movement; needs neither pose nor flow",
    settings=TrajectorySettings,
    needs_flow=False,
    build=build_trajectory,
)


@hookimpl
def deg_feature_extractors() -> Iterator[FeatureExtractorPlugin[TrajectorySettings]]:
    """Offer the extractor."""
    yield trajectory
