"""Videos and pose without a project."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import deg_core
from deg_core.api import ManifestError, PluginNotFoundError, PoseError, Timeline, VideoError
from deg_core.jobs.reading import open_video, read_pose
from deg_core.testing import FAKES, only_plugins

CATALOG = only_plugins(*FAKES)


@pytest.fixture
def video(tmp_path: Path) -> Path:
    path = tmp_path / "clip.npy"
    np.save(path, np.zeros((5, 4, 4, 3), np.uint8))
    return path


def test_both_are_public() -> None:
    assert (deg_core.open_video, deg_core.read_pose) == (open_video, read_pose)


def test_a_video_opens_with_the_reader_for_its_kind_or_the_one_that_is_named(video: Path) -> None:
    assert open_video(video, catalog=CATALOG).frames_per_second == 30.0
    named = open_video(str(video), "fake-reader", {"frames_per_second": 12.5}, CATALOG)
    assert (named.n_frames, named.frames_per_second) == (5, 12.5)


def test_what_cannot_be_opened_is_refused_as_in_a_project(video: Path) -> None:
    with pytest.raises(VideoError, match="not there"):
        open_video(video.with_name("gone.npy"), catalog=CATALOG)
    with pytest.raises(PluginNotFoundError, match="'fake-readr'"):
        open_video(video, "fake-readr", catalog=CATALOG)
    with pytest.raises(ManifestError, match="rate") as refused:
        open_video(video, "fake-reader", {"rate": 3}, CATALOG)
    assert refused.value.where == "video reader.settings.rate"


def test_pose_is_read_and_its_length_compared(tmp_path: Path) -> None:
    path = tmp_path / "cageDLC.csv"
    rows = [f"{frame},{frame},1,0.9" for frame in range(3)]
    path.write_text("\n".join(["scorer,n,n,n", "bodyparts,nose,nose,nose", "coords,x,y,likelihood", *rows]) + "\n")
    pose = read_pose(path, Timeline.regular("cage", 3, 30.0))
    assert pose.keypoints == ("nose",)
    np.testing.assert_array_equal(pose.positions_TMB2[:, 0, 0, 0], [0, 1, 2])
    with pytest.raises(PoseError):
        read_pose(path, Timeline.regular("cage", 2, 30.0))
    with pytest.raises(PoseError, match="no pose format can read it"):
        read_pose(path, Timeline.regular("cage", 3, 30.0), catalog=CATALOG)
