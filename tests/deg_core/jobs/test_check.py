from __future__ import annotations

import shutil
from collections import namedtuple
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from deg_core.catalog import Catalog, Failure, Source
from deg_core.data.labels import Labels
from deg_core.jobs.check import Inspection, check_project
from deg_core.jobs.split import split_project
from deg_core.jobs.workspace import Workspace, open_workspace
from deg_core.progress import SilentProgress
from deg_core.project.records import add_record, save_labels
from deg_core.testing.projects import tiny_project

Usage = namedtuple("Usage", "total used free")


def check(workspace: Workspace) -> Inspection:
    return check_project(workspace, SilentProgress())


def problems(inspection: Inspection, level: str) -> list[str]:
    return [str(finding.error) for finding in inspection.findings if finding.level == level]


def long_project(tmp_path: Path, **manifest: Any) -> Workspace:
    return tiny_project(tmp_path, n_frames=200, manifest=manifest)


def test_a_sound_project_has_nothing_to_mend(tmp_path: Path) -> None:
    project = long_project(tmp_path)
    split_project(project, project.manifest.split)
    inspection = check(project)
    assert inspection.findings == ()
    assert [facts.record.name for facts in inspection.recordings] == ["one", "three", "two"]
    assert all(facts.n_labelled == 200 for facts in inspection.recordings)
    assert all(facts.timeline is not None and facts.timeline.n_frames == 200 for facts in inspection.recordings)


def test_one_broken_video_is_named_and_the_others_are_still_looked_at(tmp_path: Path) -> None:
    project = long_project(tmp_path)
    (tmp_path / "videos" / "three.npy").write_bytes(b"")
    inspection = check(project)
    (problem,) = problems(inspection, "error")
    assert "three.npy" in problem
    assert [facts.timeline is None for facts in inspection.recordings] == [False, True, False]
    assert inspection.n_errors == 1


def test_a_missing_video_is_an_error(tmp_path: Path) -> None:
    project = long_project(tmp_path)
    (tmp_path / "videos" / "one.npy").unlink()
    assert "the video is not there" in problems(check(project), "error")[0]


def test_labels_of_another_length_are_an_error_with_both_lengths(tmp_path: Path) -> None:
    project = long_project(tmp_path)
    save_labels(project.layout, "one", Labels(np.zeros((190, 2), np.int8), ("walk", "rear"), 30.0))
    (problem,) = problems(check(project), "error")
    assert "labels for 190 frames, but the video has 200" in problem
    assert "deg import-labels" in problem


def test_labels_of_unknown_behaviours_are_an_error(tmp_path: Path) -> None:
    project = long_project(tmp_path)
    save_labels(project.layout, "one", Labels(np.zeros((200, 1), np.int8), ("dig",), 30.0))
    (problem,) = problems(check(project), "error")
    assert "unknown behaviour 'dig'" in problem


@pytest.mark.parametrize(("n_present", "said"), [(0, "in no frame"), (9, "in only 27 frames")])
def test_a_behaviour_with_few_positives_is_a_warning(tmp_path: Path, n_present: int, said: str) -> None:
    project = long_project(tmp_path)
    for name, labels in project.labelled().items():
        labels.marks[:, 1] = 0
        labels.marks[:n_present, 1] = 1
        save_labels(project.layout, name, labels)
    inspection = check(project)
    (problem,) = problems(inspection, "warning")
    assert f"behaviour 'rear' is present {said}" in problem
    assert "score more of it" in problem
    assert inspection.n_errors == 0


def test_a_project_nobody_scored_is_an_error(tmp_path: Path) -> None:
    project = long_project(tmp_path)
    for record in project.records():
        assert record.labels_path is not None
        record.labels_path.unlink()
    inspection = check(project)
    assert "no recording has labels" in problems(inspection, "error")[0]
    assert all(facts.n_labelled == 0 for facts in inspection.recordings)


@pytest.mark.parametrize(
    ("manifest", "said"),
    [
        ({"device": "cuda:99"}, "device 'cuda:99' cannot be used"),
        ({"precision": "16"}, "precision 16 needs a GPU"),
        ({"image": {"crop": [0, 0, 17, 16]}}, "reaches outside pictures of 16 x 16"),
    ],
    ids=["device", "precision", "crop"],
)
def test_settings_this_machine_or_these_videos_cannot_meet_are_errors(
    tmp_path: Path, manifest: dict[str, Any], said: str
) -> None:
    found = problems(check(long_project(tmp_path, **manifest)), "error")
    assert said in found[0]


def test_recordings_that_came_or_went_since_the_split_are_named(tmp_path: Path) -> None:
    project = long_project(tmp_path)
    split_project(project, project.manifest.split)
    shutil.rmtree(project.layout.recording("one"))
    add_record(project.layout, "four", tmp_path / "videos" / "one.npy", {}, copy=False)
    save_labels(project.layout, "four", Labels(np.ones((200, 2), np.int8), ("walk", "rear"), 30.0))
    inspection = check(project)
    assert "recordings gone: one" in problems(inspection, "error")[0]
    assert "recordings not in it: four" in problems(inspection, "warning")[0]


def test_a_damaged_split_is_an_error(tmp_path: Path) -> None:
    project = long_project(tmp_path)
    project.layout.split.write_text("nothing")
    assert "deg split" in problems(check(project), "error")[0]


def test_broken_plugins_are_a_warning(tmp_path: Path) -> None:
    project = long_project(tmp_path)
    broken = Failure(Source("deg-broken", "1.0"), "importing x", ImportError("x"))
    workspace = open_workspace(project.layout.root, Catalog(project.catalog.offers, (broken,)))
    assert "some plugins are broken" in problems(check(workspace), "warning")[0]


def test_a_disk_that_is_almost_full_is_a_warning(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project = long_project(tmp_path)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: Usage(1 << 40, 1 << 40, 300 << 20))
    assert "300 MB free" in problems(check(project), "warning")[0]
