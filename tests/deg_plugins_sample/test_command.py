from __future__ import annotations

from importlib import metadata
from pathlib import Path

import pytest
from click.testing import CliRunner

from deg_core.api import ProjectError
from deg_plugins_sample.command import SPECIES, sample
from deg_plugins_sample.simulation import SPECIES as SIMULATED

SMALL = ["--recordings", "2", "--frames", "40", "--size", "32"]


def test_videos_and_labels_are_made_and_the_next_steps_shown(tmp_path: Path) -> None:
    result = CliRunner().invoke(sample, [str(tmp_path / "new"), "--species", "fly", *SMALL])
    assert result.exit_code == 0, result.output
    assert len(list((tmp_path / "new").glob("fly-*.mp4"))) == 2
    assert "deg new fly --behaviours walking,wing_extension,head_grooming,abdomen_grooming,wing_flick" in result.stdout
    assert f'deg add "{(tmp_path / "new").resolve() / "*.mp4"}" --labels "{{stem}}_labels.csv"' in result.stdout


def test_progress_goes_to_stderr_and_not_among_the_results(tmp_path: Path) -> None:
    result = CliRunner().invoke(sample, [str(tmp_path / "new"), *SMALL])
    assert "80/80" in result.stderr
    assert "80/80" not in result.stdout


def test_a_folder_in_use_is_refused(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("")
    result = CliRunner().invoke(sample, [str(tmp_path), *SMALL])
    assert isinstance(result.exception, ProjectError)


@pytest.mark.skipif(not metadata.entry_points(group="deg"), reason="deg-ethogram is not installed, so no plugins")
def test_a_project_of_the_sample_is_ready_to_train(tmp_path: Path) -> None:
    from deg_core import Project

    result = CliRunner().invoke(sample, [str(tmp_path / "new"), *SMALL, "--pose", "--project"], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    project = Project(tmp_path / "new" / "project")
    assert [record.name for record in project.recordings()] == ["mouse-01", "mouse-02"]
    assert project.labels("mouse-01").n_frames == 40
    assert len(project.pose("mouse-02").keypoints) == 13
    assert "deg train" in result.stdout


def test_pose_is_named_among_the_next_steps(tmp_path: Path) -> None:
    result = CliRunner().invoke(sample, [str(tmp_path / "new"), *SMALL, "--pose"])
    assert '--labels "{stem}_labels.csv" --pose "{stem}_pose.csv"' in result.stdout
    assert len(list((tmp_path / "new").glob("mouse-*_pose.csv"))) == 2


def test_every_simulated_species_can_be_asked_for() -> None:
    assert tuple(SIMULATED) == SPECIES
