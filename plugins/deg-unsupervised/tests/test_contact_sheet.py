from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
from made_clusters import make_project

from deg_unsupervised.contact_sheet import draw_examples
from deg_unsupervised.report import Example


def example(recording: str, start: int, stop: int) -> Example:
    return Example(recording=recording, start=start, stop=stop, start_s=start / 30, stop_s=stop / 30)


def test_frames_of_each_bout_are_drawn_and_lost_videos_left_out(tmp_path: Path) -> None:
    project = make_project(tmp_path, predict=False)
    videos = {"one": "one", "two": "two", "$gone_": "$gone_"}
    lost = example("$gone_", 0, 9)
    assert not draw_examples(project, videos, [lost], "a cluster", tmp_path / "lost.png")
    assert not (tmp_path / "lost.png").exists()
    heights = []
    for n, examples in enumerate(([example("one", 3, 4), lost], [example("one", 3, 40), example("two", 190, 200)])):
        assert draw_examples(project, videos, examples, "50% of $all_frames", tmp_path / f"{n}.png")
        picture = cv2.imread(str(tmp_path / f"{n}.png"))
        heights.append(picture.shape[0])
        assert (np.ptp(picture, axis=2) > 100).any() or (picture < 60).any()
    assert heights[1] > 1.5 * heights[0]
