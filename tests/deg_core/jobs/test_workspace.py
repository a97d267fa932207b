from __future__ import annotations

from pathlib import Path

import pytest

from deg_core.errors import ManifestError, PluginNotFoundError, ProjectError
from deg_core.jobs.split import split_project
from deg_core.jobs.workspace import open_workspace, preparation_of
from deg_core.project.manifest import ImageSettings
from deg_core.project.records import add_record
from deg_core.testing.fakes import FAKES, only_plugins
from deg_core.testing.projects import tiny_project


def test_a_project_is_opened_by_its_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project = tiny_project(tmp_path)
    monkeypatch.chdir(tmp_path)
    workspace = open_workspace(Path("project"), project.catalog)
    assert workspace.layout.root == project.layout.root
    assert workspace.manifest == project.manifest


def test_a_folder_without_a_project_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ManifestError, match="no project file"):
        open_workspace(tmp_path, only_plugins())


def test_a_plugin_that_is_not_installed_is_named_with_the_file(tmp_path: Path) -> None:
    project = tiny_project(tmp_path)
    remaining = [plugin for plugin in FAKES if plugin.name != "fake-sequence"]
    with pytest.raises(PluginNotFoundError, match="'fake-sequence'") as caught:
        open_workspace(project.layout.root, only_plugins(*remaining))
    assert caught.value.where == f"{project.layout.manifest}, sequence.name"


def test_recordings_and_labels_are_found_by_name(tmp_path: Path) -> None:
    project = tiny_project(tmp_path)
    add_record(project.layout, "unscored", tmp_path / "videos" / "one.npy", {}, copy=False)
    assert [record.name for record in project.records()] == ["one", "three", "two", "unscored"]
    assert [record.name for record in project.records(["two"])] == ["two"]
    assert set(project.labelled()) == {"one", "two", "three"}
    with pytest.raises(ProjectError, match="no recording named 'four'"):
        project.records(["four"])


def test_videos_are_opened_with_the_reader_of_the_project(tmp_path: Path) -> None:
    project = tiny_project(tmp_path, manifest={"video": {"name": "fake-reader", "settings": {"frames_per_second": 12}}})
    video = project.open_video(project.records(["one"])[0].video_path)
    assert (video.n_frames, video.frames_per_second) == (60, 12.0)


def test_the_split_is_that_of_the_fold_the_manifest_names(tmp_path: Path) -> None:
    project = tiny_project(tmp_path, manifest={"split": {"folds": 3, "fold": 1}})
    splits = split_project(project, project.manifest.split)
    assert project.split() == splits[1]
    assert project.split(fold=2) == splits[2]


def test_networks_see_pictures_as_the_manifest_says() -> None:
    preparation = preparation_of(ImageSettings(size=(32, 48), crop=(1, 2, 30, 40)))
    assert (preparation.size, preparation.crop) == ((32, 48), (1, 2, 30, 40))
