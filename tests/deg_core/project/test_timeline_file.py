from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from deg_core.data.timeline import Timeline
from deg_core.project.layout import Layout
from deg_core.project.manifest import Slot
from deg_core.project.timeline_file import keep_timeline, kept_timeline

AUTO = Slot(name="auto")
UNEVEN = np.cumsum(np.random.default_rng(0).uniform(0.01, 0.1, 50))


@pytest.fixture
def video(tmp_path: Path) -> Path:
    path = tmp_path / "clip.mp4"
    path.write_bytes(b"film")
    return path


@pytest.mark.parametrize("timeline", [Timeline.regular("clip", 50, 29.97), Timeline("clip", UNEVEN, 18.1)])
def test_times_come_back_as_they_were(tmp_path: Path, video: Path, timeline: Timeline) -> None:
    layout = Layout(tmp_path)
    assert kept_timeline(layout, video, AUTO) is None
    keep_timeline(layout, video, AUTO, timeline)
    found = kept_timeline(layout, video, AUTO)
    assert found is not None
    assert (found.name, found.frames_per_second) == ("clip", timeline.frames_per_second)
    assert np.array_equal(found.times_s, timeline.times_s)


def test_another_video_reader_or_setting_has_other_times(tmp_path: Path, video: Path) -> None:
    layout = Layout(tmp_path)
    keep_timeline(layout, video, AUTO, Timeline.regular("clip", 5, 30))
    assert kept_timeline(layout, video, Slot(name="pyav", settings={"frames_per_second": 25})) is None
    video.write_bytes(b"another film")
    assert kept_timeline(layout, video, AUTO) is None


def test_a_damaged_file_is_as_good_as_none(tmp_path: Path, video: Path) -> None:
    layout = Layout(tmp_path)
    keep_timeline(layout, video, AUTO, Timeline.regular("clip", 5, 30))
    (kept,) = (layout.cache / "timelines").iterdir()
    kept.write_bytes(kept.read_bytes()[:40])
    assert kept_timeline(layout, video, AUTO) is None
