"""A good feature extractor that looks at pose, and copies with one fault each, for `test_networks.py`.

Not collected by itself, by its name: the tests in here are meant to fail.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from deg_core.data.pose import Pose
from deg_core.descriptors import FeatureExtractorPlugin, NoSettings
from deg_core.testing import FeatureExtractorContract


class GoodPoseExtractor(nn.Module):
    """How far two keypoints are from each other, in the median of that, over three frames."""

    window = 3
    n_latents = 3
    keypoints: tuple[str, ...] = ("nose", "tail")
    n_individuals = 1
    pose_is_absolute = False

    def __init__(self, n_outputs: int) -> None:
        super().__init__()
        self.head = nn.Linear(3, n_outputs)

    def positions(self, pose: Pose) -> Any:
        return pose.interpolate(0.5)

    def lengths(self, positions: Any) -> Any:
        return np.linalg.norm(positions[:, 0, 0] - positions[:, 0, 1], axis=-1)

    def scale(self, lengths: Any) -> Any:
        return max(float(np.median(lengths)), 1e-6)

    def see_pose(self, pose: Pose) -> Any:
        lengths = self.lengths(self.positions(pose))
        return (lengths / self.scale(lengths)).astype(np.float32)[:, None]

    def forward(self, frames: Tensor, flow: Tensor | None, pose: Tensor) -> tuple[Tensor, Tensor]:
        latents = pose[..., 0].unfold(1, 3, 1) + 0 * frames.mean(dim=(2, 3, 4))[:, 1:-1, None]
        return latents, self.head(latents)


class ForgetsAFrameOfPose(GoodPoseExtractor):
    def see_pose(self, pose: Pose) -> Any:
        return super().see_pose(pose)[1:]


class TellsInDoublePrecision(GoodPoseExtractor):
    def see_pose(self, pose: Pose) -> Any:
        return super().see_pose(pose).astype(np.float64)


class IsUndefinedForAStillAnimal(GoodPoseExtractor):
    def scale(self, lengths: Any) -> Any:
        with np.errstate(all="ignore"):
            return np.std(lengths) / 0.3

    def see_pose(self, pose: Pose) -> Any:
        with np.errstate(all="ignore"):
            return super().see_pose(pose)


class BelievesEverything(GoodPoseExtractor):
    def positions(self, pose: Pose) -> Any:
        return pose.interpolate(0.0)


class LeavesGapsOpen(GoodPoseExtractor):
    def positions(self, pose: Pose) -> Any:
        return pose.positions_TMB2


class ChangesThePose(GoodPoseExtractor):
    def positions(self, pose: Pose) -> Any:
        pose.positions_TMB2[:] = super().positions(pose)
        return pose.positions_TMB2


class SaysHowFarTheCameraIs(GoodPoseExtractor):
    def scale(self, lengths: Any) -> Any:
        return 100


class SaysWhereTheAnimalIs(GoodPoseExtractor):
    def lengths(self, positions: Any) -> Any:
        return positions[:, 0, 0, 0]


class SeesNothing(GoodPoseExtractor):
    def lengths(self, positions: Any) -> Any:
        return np.ones(len(positions))


class NamesAKeypointTwice(GoodPoseExtractor):
    keypoints = ("nose", "tail", "nose")


class TakesPoseAndForgetsIt(GoodPoseExtractor):
    def forward(self, frames: Tensor, flow: Tensor | None, pose: Tensor) -> tuple[Tensor, Tensor]:
        return super().forward(frames, flow, 0 * pose)


class LooksAtTheWholeChunkOfPose(GoodPoseExtractor):
    def forward(self, frames: Tensor, flow: Tensor | None, pose: Tensor) -> tuple[Tensor, Tensor]:
        return super().forward(frames, flow, pose - pose.mean(dim=1, keepdim=True))


class TakesTheFirstRowsOfPose(GoodPoseExtractor):
    def forward(self, frames: Tensor, flow: Tensor | None, pose: Tensor) -> tuple[Tensor, Tensor]:
        return super().forward(frames, flow, torch.cat([pose[:, :3], pose[:, :-3]], dim=1))


def _contract(extractor: type[GoodPoseExtractor]) -> type[FeatureExtractorContract]:
    def build(settings: NoSettings, n_outputs: int) -> Any:
        return extractor(n_outputs)

    class Contract(FeatureExtractorContract):
        size = (8, 8)
        plugin = FeatureExtractorPlugin(
            name="planted", summary="one", settings=NoSettings, needs_flow=False, needs_pose=True, build=build
        )

    Contract.__name__ = Contract.__qualname__ = f"Test{extractor.__name__}"
    return Contract


planted = [each for each in globals().values() if isinstance(each, type) and each.__module__ == __name__]
globals().update({f"Test{each.__name__}": _contract(each) for each in planted})
