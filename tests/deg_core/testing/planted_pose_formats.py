"""A good pose format and copies of it with one fault each, for `test_pose_format.py` to try the contract on.

Not collected by itself, by its name: the tests in here are meant to fail.
"""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from deg_core.data.pose import Pose
from deg_core.data.timeline import Timeline
from deg_core.descriptors import PluginSettings, PoseFormatPlugin
from deg_core.errors import PoseError
from deg_core.testing import PoseFormatContract


class Settings(PluginSettings):
    individuals: tuple[str, ...] = ()


class GoodFormat:
    """JSON: names, positions and confidence, null where missing."""

    def load(self, path: Path) -> Any:
        try:
            return json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise PoseError(f"not JSON: {error}", where=str(path), fix="write it again") from None

    def check_length(self, n_frames: int, timeline: Timeline) -> None:
        if n_frames != timeline.n_frames:
            raise PoseError("another length", where="file", fix="use another file")

    def shape(self, pose: Pose, timeline: Timeline) -> Pose:
        return pose

    def choose(self, pose: Pose, names: tuple[str, ...]) -> Pose:
        return pose.choose_individuals(names, where="file")

    def read(self, path: Path, settings: Settings, timeline: Timeline) -> Pose:
        loaded = self.load(path)
        positions = np.array(loaded["positions"], dtype=np.float32)
        self.check_length(len(positions), timeline)
        confidence = np.array(loaded["confidence"], dtype=np.float32)
        pose = Pose(tuple(loaded["keypoints"]), tuple(loaded["individuals"]), positions, confidence)
        return self.choose(self.shape(pose, timeline), settings.individuals)


class ExchangesXAndY(GoodFormat):
    def shape(self, pose: Pose, timeline: Timeline) -> Pose:
        return replace(pose, positions_TMB2=pose.positions_TMB2[..., ::-1])


class CountsFromOne(GoodFormat):
    def shape(self, pose: Pose, timeline: Timeline) -> Pose:
        return replace(pose, positions_TMB2=np.roll(pose.positions_TMB2, 1, axis=0))


class ExchangesAnimals(GoodFormat):
    def shape(self, pose: Pose, timeline: Timeline) -> Pose:
        return replace(pose, individuals=pose.individuals[::-1])


class SortsKeypoints(GoodFormat):
    def shape(self, pose: Pose, timeline: Timeline) -> Pose:
        return replace(pose, keypoints=tuple(sorted(pose.keypoints)))


class IsHalfAPixelOff(GoodFormat):
    def shape(self, pose: Pose, timeline: Timeline) -> Pose:
        return replace(pose, positions_TMB2=pose.positions_TMB2 + np.float32(0.5))


class PutsWhatIsMissingAtACorner(GoodFormat):
    def shape(self, pose: Pose, timeline: Timeline) -> Pose:
        return replace(pose, positions_TMB2=np.nan_to_num(pose.positions_TMB2))


class TakesACornerForMissing(GoodFormat):
    def shape(self, pose: Pose, timeline: Timeline) -> Pose:
        return replace(pose, positions_TMB2=np.where(pose.positions_TMB2 == 0, np.float32(np.nan), pose.positions_TMB2))


class ForgetsConfidence(GoodFormat):
    def shape(self, pose: Pose, timeline: Timeline) -> Pose:
        return replace(pose, confidence_TMB=np.ones_like(pose.confidence_TMB))


class CutsInSilence(GoodFormat):
    def check_length(self, n_frames: int, timeline: Timeline) -> None:
        pass

    def shape(self, pose: Pose, timeline: Timeline) -> Pose:
        rows = slice(timeline.n_frames)
        return replace(pose, positions_TMB2=pose.positions_TMB2[rows], confidence_TMB=pose.confidence_TMB[rows])


class Stretches(GoodFormat):
    def check_length(self, n_frames: int, timeline: Timeline) -> None:
        if n_frames > timeline.n_frames:
            super().check_length(n_frames, timeline)

    def shape(self, pose: Pose, timeline: Timeline) -> Pose:
        rows = np.arange(timeline.n_frames) * pose.n_frames // timeline.n_frames
        return replace(pose, positions_TMB2=pose.positions_TMB2[rows], confidence_TMB=pose.confidence_TMB[rows])


class KeepsAllAnimals(GoodFormat):
    def choose(self, pose: Pose, names: tuple[str, ...]) -> Pose:
        return pose


class InventsARate(GoodFormat):
    def shape(self, pose: Pose, timeline: Timeline) -> Pose:
        return replace(pose, frames_per_second=25.0)


class FailsInItsOwnWay(GoodFormat):
    def load(self, path: Path) -> Any:
        return json.loads(path.read_text(encoding="utf-8"))


class TakesAnyText(GoodFormat):
    def load(self, path: Path) -> Any:
        try:
            return super().load(path)
        except PoseError:
            return {
                "keypoints": ["a"],
                "individuals": ["b"],
                "positions": [[[[1, 2]]]] * 23,
                "confidence": [[[1]]] * 23,
            }


class ChangesTheFile(GoodFormat):
    def load(self, path: Path) -> Any:
        loaded = super().load(path)
        path.write_text(json.dumps(loaded) + " ", encoding="utf-8")
        return loaded


def _contract(format_class: type[GoodFormat]) -> type[PoseFormatContract]:
    class Contract(PoseFormatContract):
        plugin = PoseFormatPlugin(
            name="json", summary="one", settings=Settings, suffixes=(".json",), read=format_class().read
        )

        def write_pose(self, path: Path, pose: Pose) -> None:
            names = {"keypoints": pose.keypoints, "individuals": pose.individuals}
            numbers = {"positions": pose.positions_TMB2.tolist(), "confidence": pose.confidence_TMB.tolist()}
            path.write_text(json.dumps({**names, **numbers}), encoding="utf-8")

    Contract.__name__ = Contract.__qualname__ = f"Test{format_class.__name__}"
    return Contract


for planted in [each for each in list(globals().values()) if isinstance(each, type) and issubclass(each, GoodFormat)]:
    globals()[f"Test{planted.__name__}"] = _contract(planted)
