"""What deg expects of every feature extractor."""

from __future__ import annotations

from deg_core.testing import FeatureExtractorContract

from deg_trajectory.plugin import trajectory
from deg_trajectory.settings import TrajectorySettings


class TestTrajectory(FeatureExtractorContract):
    plugin = trajectory
    size = (30, 50)

    def settings(self) -> TrajectorySettings:
        return TrajectorySettings(size=24, polarity="dark")
