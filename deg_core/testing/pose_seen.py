"""What a feature extractor that looks at pose promises of what it sees.

Axes: N recordings, T frames, M individuals, B keypoints, Q numbers told of pose.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, ClassVar

import numpy as np
import pytest
import torch
from torch import Tensor

from deg_core.data.pose import Pose
from deg_core.descriptors import FeatureExtractorPlugin
from deg_core.errors import PoseError
from deg_core.interfaces import SeesPose

_SIZE = (480, 640)
_ANY_KEYPOINTS = ("a", "b", "c", "d")


class PoseSeen:
    """Tests that are skipped for extractors that look at no pose."""

    plugin: ClassVar[FeatureExtractorPlugin[Any]]
    inputs: Any

    @pytest.fixture
    def seer(self, model: Any) -> Any:
        """The extractor, if it looks at pose."""
        if not self.plugin.needs_pose:
            pytest.skip("it looks at no pose")
        return model

    def seen_poses(self, model: Any, n_frames: int, n: int) -> Tensor:
        """What it sees of n made poses; shape (n, n_frames, Q)."""
        seen = [model.see_pose(wandering_pose(model, max(n_frames, 20), seed))[:n_frames] for seed in range(n)]
        return torch.from_numpy(np.stack(seen))

    def test_says_which_pose_it_wants(self, seer: Any) -> None:
        """Names, each once, and at least one animal."""
        assert isinstance(seer, SeesPose)
        assert len(set(seer.keypoints)) == len(seer.keypoints)
        assert seer.n_individuals >= 1

    @pytest.mark.parametrize("n_frames", [1, 2, 7, 180])
    def test_tells_as_many_numbers_of_every_frame(self, seer: Any, n_frames: int) -> None:
        """Finite, in single precision, however short the recording; as many for every one."""
        seen = seer.see_pose(wandering_pose(seer, n_frames, 0))
        assert seen.shape == (n_frames, seer.see_pose(wandering_pose(seer, 30, 1)).shape[1])
        assert seen.dtype == np.float32
        assert np.isfinite(seen).all()

    def test_sees_the_same_pose_alike_and_leaves_it_as_it_was(self, seer: Any) -> None:
        """Another extractor may look at it too."""
        pose = wandering_pose(seer, 40, 0)
        before = pose.positions_TMB2.copy()
        np.testing.assert_array_equal(seer.see_pose(pose), seer.see_pose(pose))
        np.testing.assert_array_equal(pose.positions_TMB2, before)

    def test_sees_where_keypoints_are(self, seer: Any) -> None:
        """Other movements, other numbers."""
        one, other = (seer.see_pose(wandering_pose(seer, 40, seed)) for seed in (0, 1))
        assert not np.allclose(one, other)

    def test_answers_depend_on_what_it_sees_of_pose(self, seer: Any) -> None:
        """It is not merely taken."""
        inputs = self.inputs(seer, 7)
        other = (*inputs[:2], inputs[2] + 1)
        with torch.no_grad():
            one, another = seer(*inputs), seer(*other)
        assert not torch.allclose(one[0], another[0])

    def test_what_is_missing_or_unsure_does_no_harm(self, seer: Any) -> None:
        """Gaps are bridged, or told of; wild positions without confidence change little, if anything."""
        pose = wandering_pose(seer, 60, 0)
        wild = replace(pose, positions_TMB2=pose.positions_TMB2.copy(), confidence_TMB=pose.confidence_TMB.copy())
        wild.positions_TMB2[20:23] += 1e4
        wild.confidence_TMB[20:23] = 0
        gap = replace(wild, positions_TMB2=wild.positions_TMB2.copy())
        gap.positions_TMB2[20:23] = np.nan
        assert np.isfinite(seer.see_pose(gap)).all()
        np.testing.assert_allclose(seer.see_pose(wild), seer.see_pose(gap), atol=1e-4)

    def test_a_still_animal_is_seen_in_finite_numbers(self, seer: Any) -> None:
        """Also one whose keypoints all lie in one place."""
        pose = wandering_pose(seer, 1, 0)
        confidence_TMB = pose.confidence_TMB.repeat(40, axis=0)
        for place in (pose.positions_TMB2, np.full_like(pose.positions_TMB2, 100)):
            still = replace(pose, positions_TMB2=place.repeat(40, axis=0), confidence_TMB=confidence_TMB)
            assert np.isfinite(seer.see_pose(still)).all()

    def test_what_is_never_seen_is_refused_or_does_no_harm(self, seer: Any) -> None:
        """There is nothing to bridge."""
        pose = wandering_pose(seer, 40, 0)
        pose.positions_TMB2[:, 0, 0] = np.nan
        try:
            assert np.isfinite(seer.see_pose(pose)).all()
        except PoseError:
            return

    def test_does_not_say_where_the_camera_stood_unless_it_says_so(self, seer: Any) -> None:
        """Moved, turned, mirrored or from further away, an animal is seen alike; else `pose_is_absolute` is true."""
        if seer.pose_is_absolute:
            pytest.skip("it says so")
        pose = wandering_pose(seer, 40, 0)
        seen = seer.see_pose(pose)
        turn = np.array([[np.cos(0.5), np.sin(0.5)], [-np.sin(0.5), np.cos(0.5)]], dtype=np.float32)
        mirror = np.array([-1, 1], dtype=np.float32)
        middle = np.array([320, 240], dtype=np.float32)
        away = pose.positions_TMB2 - middle
        moves = {
            "moved": away + 30,
            "turned": away @ turn,
            "mirrored": away * mirror,
            "further": away * np.float32(0.7),
        }
        for how, positions in moves.items():
            found = seer.see_pose(replace(pose, positions_TMB2=(positions + middle).astype(np.float32)))
            np.testing.assert_allclose(found, seen, atol=2e-3, err_msg=f"an animal {how}")


def wandering_pose(seer: SeesPose, n_frames: int, seed: int) -> Pose:
    """Animals that wander about a picture of 480 x 640 pixels, some of their keypoints missing or unsure."""
    rng = np.random.default_rng(seed)
    keypoints = seer.keypoints or _ANY_KEYPOINTS
    shape = (n_frames, seer.n_individuals, len(keypoints))
    middle_TM12 = np.array([320, 240]) + rng.normal(0, 4, (*shape[:2], 1, 2)).cumsum(axis=0)
    body_B2 = rng.normal(0, 25, (*shape[2:], 2))
    positions_TMB2 = middle_TM12 + body_B2 + rng.normal(0, 3, (*shape, 2))
    confidence_TMB = rng.uniform(0.95, 1, shape)
    if n_frames > 5:
        confidence_TMB[rng.random(shape) < 0.05] = 0.01
        positions_TMB2[rng.random(shape) < 0.05] = np.nan
    animals = tuple(f"animal-{index + 1}" for index in range(seer.n_individuals))
    return Pose(keypoints, animals, positions_TMB2.astype(np.float32), confidence_TMB.astype(np.float32), 30.0, _SIZE)
