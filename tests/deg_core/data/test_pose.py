from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from deg_core.data.pose import Pose
from deg_core.errors import PoseError


def pose_of(x: Any, confidence: Any = None, keypoints: tuple[str, ...] = ("nose", "left ear")) -> Pose:
    """One animal; x of each keypoint in each frame, (T, B), y ten times as large."""
    x_TB = np.array(x, dtype=np.float32)
    sure = np.ones_like(x_TB) if confidence is None else np.array(confidence, dtype=np.float32)
    return Pose(keypoints, ("mouse",), np.stack([x_TB, 10 * x_TB], axis=-1)[:, None], sure[:, None])


POSE = pose_of([[1, 5], [2, 6], [3, 7]])


def test_keypoints_are_given_by_name_in_the_order_asked_for() -> None:
    chosen = POSE.select(("left ear", "nose"), 1)
    assert chosen.keypoints == ("left ear", "nose")
    assert chosen.positions_TMB2[:, 0, :, 0].tolist() == [[5, 1], [6, 2], [7, 3]]
    assert POSE.select((), 1).keypoints == POSE.keypoints
    assert POSE.select(("nose",), 1).n_frames == 3


def test_a_keypoint_that_is_missing_is_named_with_the_nearest() -> None:
    with pytest.raises(PoseError, match="no keypoint named 'leftear'") as caught:
        POSE.select(("leftear",), 1)
    assert caught.value.fix == "did you mean 'left ear'? there are: nose, left ear"


def test_another_number_of_animals_is_refused() -> None:
    with pytest.raises(PoseError, match=r"1 animals \(mouse\), where 2 are looked at"):
        POSE.select((), 2)


def test_animals_are_chosen_by_name() -> None:
    both = Pose(
        ("nose",), ("a", "b"), np.arange(4, dtype=np.float32).reshape(1, 2, 1, 2), np.ones((1, 2, 1), np.float32)
    )
    assert both.choose_individuals(("b",), where="").positions_TMB2.tolist() == [[[[2, 3]]]]
    assert both.choose_individuals((), where="").individuals == ("a", "b")
    with pytest.raises(PoseError, match="no animal named 'c'"):
        both.choose_individuals(("c",), where="")


def test_a_gap_is_bridged_in_time_and_ends_are_held() -> None:
    nan = np.nan
    filled = pose_of([[nan, 5], [2, nan], [nan, nan], [4, 8]]).interpolate(0.5)
    assert filled[:, 0, 0].tolist() == [[2, 20], [2, 20], [3, 30], [4, 40]]
    assert filled[:, 0, 1, 0].tolist() == [5, 6, 7, 8]


def test_it_is_confidence_that_decides_what_is_believed_and_not_the_coordinate() -> None:
    """DeepEthogram compared coordinates with its threshold of confidence."""
    x = [[0.2, 300], [0.4, 100], [0.6, 320]]
    filled = pose_of(x, [[1, 1], [1, 0.1], [1, 1]]).interpolate(0.9)
    np.testing.assert_allclose(filled[:, 0, :, 0], [[0.2, 300], [0.4, 310], [0.6, 320]], rtol=1e-6)


def test_a_position_without_confidence_is_believed() -> None:
    filled = pose_of([[1, 5], [9, 6], [3, 7]], [[np.nan] * 2] * 3).interpolate(0.9)
    assert filled[:, 0, 0, 0].tolist() == [1, 9, 3]


def test_a_keypoint_that_is_never_seen_is_refused() -> None:
    with pytest.raises(PoseError, match="keypoint 'nose' of 'mouse' is never seen"):
        pose_of([[1, 5], [2, 6]], [[0.8, 1], [0.5, 1]]).interpolate(0.9)


def test_interpolating_leaves_the_pose_as_it_was() -> None:
    pose = pose_of([[1, 5], [np.nan, 6], [3, 7]])
    pose.interpolate(0.5)
    assert np.isnan(pose.positions_TMB2[1, 0, 0]).all()


def test_the_share_outside_of_the_picture_counts_known_positions() -> None:
    pose = replace(pose_of([[1, -3], [np.nan, 6], [3, 99]]), picture_size=(1000, 50))
    assert pose.share_outside == pytest.approx(2 / 5)
    assert replace(pose, picture_size=None).share_outside == 0


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"keypoints": ("nose",)}, "positions have shape"),
        ({"keypoints": ("nose", "nose")}, "occurs twice"),
        ({"individuals": ("",)}, "a name is empty"),
        ({"confidence_TMB": np.ones((3, 1), np.float32)}, "confidence has shape"),
        ({"confidence_TMB": np.full((3, 1, 2), 1.2, np.float32)}, "outside of 0..1"),
        ({"positions_TMB2": np.full((3, 1, 2, 2), np.inf, np.float32)}, "infinite"),
        ({"positions_TMB2": np.array([[[[np.nan, 1]] * 2]] * 3, np.float32)}, "only one of its coordinates"),
    ],
)
def test_what_is_no_pose_is_refused(change: dict[str, Any], problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        replace(POSE, **change)
    with pytest.raises(TypeError):
        replace(POSE, positions_TMB2=POSE.positions_TMB2.astype(np.float64))
