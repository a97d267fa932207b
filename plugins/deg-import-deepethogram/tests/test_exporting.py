from __future__ import annotations

from pathlib import Path

import h5py
import numpy as np
import pytest
from click.testing import CliRunner
from deg_core import Project
from deg_core.api import ProjectError

from deg_import_deepethogram.export_command import export_deepethogram
from deg_import_deepethogram.exporting import export_project
from deg_import_deepethogram.importing import import_plan
from deg_import_deepethogram.plan import Choice, make_plan


def bring(source: Path, target: Path) -> Project:
    return Project(import_plan(make_plan(source, Choice()), target))


@pytest.fixture
def project(original: Path, tmp_path: Path) -> Project:
    return bring(original, tmp_path / "deg")


def test_outputs_are_laid_out_as_the_original_lays_them_out(project: Project, original: Path, tmp_path: Path) -> None:
    export_project(project, tmp_path / "back", link=False)
    with (
        h5py.File(tmp_path / "back/DATA/animal0/animal0_outputs.h5") as ours,
        h5py.File(original / "DATA/animal0/animal0_outputs.h5") as theirs,
    ):
        assert set(ours) == set(theirs) == {"resnet18", "tgmj"}
        for group in theirs:
            assert set(ours[group]) == set(theirs[group])
            for name, dataset in theirs[group].items():
                assert ours[group][name].shape == dataset.shape
                assert ours[group][name].dtype == dataset.dtype
                assert ours[group][name].chunks is dataset.chunks is None
            assert list(ours[group]["class_names"]) == list(theirs[group]["class_names"])
            assert np.array_equal(ours[group]["logits"][:, 1:], theirs[group]["logits"][:, 1:])
            assert np.abs(ours[group]["P"][:, 1:] - theirs[group]["P"][:, 1:]).max() < 1e-6
        for name in ("spatial_features", "flow_features"):
            assert np.array_equal(ours["resnet18"][name], theirs["resnet18"][name])
        raised = np.maximum(theirs["tgmj/thresholds"][1:], 0.01)
        assert np.array_equal(ours["tgmj/thresholds"][1:], raised.astype(np.float32))


def test_what_went_there_and_back_is_what_it_was(project: Project, tmp_path: Path) -> None:
    export_project(project, tmp_path / "back", link=False)
    again = bring(tmp_path / "back", tmp_path / "again")
    assert again.manifest.behaviours == project.manifest.behaviours
    assert again.manifest.image == project.manifest.image
    for name in ("animal0", "animal3"):
        assert np.array_equal(again.labels(name).marks, project.labels(name).marks)
    for name in ("animal0", "animal1", "animal2"):
        before, after = project.prediction(name).decisions, again.prediction(name).decisions
        assert np.array_equal(after.logits, before.logits)
        assert np.array_equal(after.thresholds, before.thresholds)
        assert np.array_equal(after.present, before.present)
    assert again.workspace.split() == project.workspace.split()


def test_videos_are_copied_or_linked(project: Project, original: Path, tmp_path: Path) -> None:
    export_project(project, tmp_path / "copies", link=False)
    export_project(project, tmp_path / "links", link=True)
    video = original / "DATA/animal0/animal0.avi"
    copy, link = (tmp_path / folder / "DATA/animal0/animal0.avi" for folder in ("copies", "links"))
    assert not copy.is_symlink()
    assert copy.read_bytes() == video.read_bytes()
    assert link.is_symlink()
    assert link.resolve() == video.resolve()


def test_a_recording_that_nobody_predicted_goes_without_outputs_and_says_so(project: Project, tmp_path: Path) -> None:
    lost = export_project(project, tmp_path / "back", link=True)
    assert lost == ["animal3: no outputs: not predicted yet"]
    assert not (tmp_path / "back/DATA/animal3/animal3_outputs.h5").exists()


def test_a_name_that_the_original_hides_is_told(project: Project, tmp_path: Path) -> None:
    project.add(project.record("animal0").video_path, name="overflow")
    lost = export_project(project, tmp_path / "back", link=True)
    assert any(sentence.startswith("overflow: it hides videos whose name contains 'flow'") for sentence in lost)


def test_a_folder_that_is_there_is_left_alone(project: Project, tmp_path: Path) -> None:
    (tmp_path / "back").mkdir()
    with pytest.raises(ProjectError, match="there already"):
        export_project(project, tmp_path / "back", link=True)


def test_the_command_says_what_it_wrote(project: Project, tmp_path: Path) -> None:
    root = str(project.workspace.layout.root)
    result = CliRunner().invoke(export_deepethogram, [str(tmp_path / "back"), "--project", root, "--link"])
    assert result.exit_code == 0, result.output
    assert "4 recordings" in result.output
    assert "note: animal3" in result.output
