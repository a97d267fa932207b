from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from deg_core.api import Pose, PoseError
from deg_core.testing import FakeVideo

from deg_animals.errors import TracksError
from deg_animals.sources import PoseChoice, from_pose, tracks_of

VIDEO = FakeVideo(np.zeros((3, 4, 4, 3), np.uint8))


def pose() -> Pose:
    """Two animals of a nose and a tail; the nose of the second is unsure in the last frame."""
    positions = np.array([[[4, 2], [0, 2]], [[9, 9], [9, 5]]], dtype=np.float32)
    confidence = np.full((3, 2, 2), 0.9, dtype=np.float32)
    confidence[2, 1, 0] = 0.1
    return Pose(("nose", "tail"), ("a", "b"), np.tile(positions, (3, 1, 1, 1)), confidence)


def test_the_place_is_the_mean_of_keypoints_that_are_believed() -> None:
    tracks = from_pose(pose(), PoseChoice(), where="here")
    assert tracks.individuals == ("a", "b")
    np.testing.assert_allclose(tracks.positions_TM2[:, 1], [[9, 7], [9, 7], [9, 5]])
    tails = from_pose(pose(), PoseChoice(centre=("tail",)), where="here")
    np.testing.assert_allclose(tails.positions_TM2[0], [[0, 2], [9, 5]])


def test_a_frame_without_a_keypoint_that_is_believed_has_no_place() -> None:
    tracks = from_pose(pose(), PoseChoice(centre=("nose",)), where="here")
    assert np.isnan(tracks.positions_TM2[2, 1]).all()
    assert np.isnan(tracks.positions_TM2).sum() == 2


def test_the_heading_goes_from_one_keypoint_to_the_other() -> None:
    tracks = from_pose(pose(), PoseChoice(heading=("tail", "nose")), where="here")
    np.testing.assert_allclose(tracks.headings_TM, [[0, 90], [0, 90], [0, np.nan]])
    assert np.isnan(from_pose(pose(), PoseChoice(), where="here").headings_TM).all()


def test_a_keypoint_that_is_not_there_is_refused() -> None:
    with pytest.raises(PoseError, match="'snout'"):
        from_pose(pose(), PoseChoice(centre=("snout",)), where="here")


def test_an_installed_pose_format_is_read(tmp_path: Path) -> None:
    rows = [
        "scorer,net,net,net,net,net,net",
        "individuals,a,a,a,b,b,b",
        "bodyparts,nose,nose,nose,nose,nose,nose",
        "coords,x,y,likelihood,x,y,likelihood",
        *(f"{frame},{frame},1,0.9,5,6,0.9" for frame in range(3)),
    ]
    path = tmp_path / "cageDLC.csv"
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    tracks = tracks_of(path, VIDEO, PoseChoice())
    np.testing.assert_allclose(tracks.positions_TM2[2], [[2, 1], [5, 6]])


@pytest.mark.parametrize("n_rows", [2, 4])
def test_a_table_of_other_than_the_videos_frames_is_refused(tmp_path: Path, n_rows: int) -> None:
    path = table(tmp_path, n_rows)
    with pytest.raises(TracksError, match=f"tracks of {n_rows} frames, but the video has 3") as refused:
        tracks_of(path, VIDEO, PoseChoice())
    assert ("--hold" in refused.value.fix) == (n_rows < 3)


def test_a_table_may_end_before_the_video_where_that_is_allowed(tmp_path: Path) -> None:
    tracks = tracks_of(table(tmp_path, 2), VIDEO, PoseChoice(), hold_frames=1)
    assert tracks.n_frames == 3
    assert np.isnan(tracks.positions_TM2[2]).all()
    with pytest.raises(TracksError):
        tracks_of(table(tmp_path, 1), VIDEO, PoseChoice(), hold_frames=1)


def table(folder: Path, n_rows: int) -> Path:
    path = folder / "t.csv"
    rows = [f"{frame},a,1,1" for frame in range(n_rows)]
    path.write_text("\n".join(["frame,individual,x,y", *rows]) + "\n", encoding="utf-8")
    return path
