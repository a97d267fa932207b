from __future__ import annotations

import json
from pathlib import Path

import deg_core
import pytest
from click.testing import CliRunner
from deg_core import Project
from deg_core.api import DegError
from deg_core.testing import FAKES, only_plugins
from made_clusters import make_project

from deg_unsupervised.command import cluster

OPTIONS = ["--smooth", "0", "--smallest", "0.03", "--min-samples", "3"]


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    project = make_project(tmp_path)
    # The command opens a project by its folder; here with fakes in place of what is installed.
    monkeypatch.setattr(deg_core, "Project", lambda root: Project(root, catalog=only_plugins(*FAKES)))
    return project.workspace.layout.root


def test_it_writes_into_the_project_and_says_where(root: Path) -> None:
    answer = CliRunner().invoke(cluster, ["--project", str(root), *OPTIONS], catch_exceptions=False)
    assert answer.exit_code == 0
    assert "8 clusters" in answer.output
    assert str(root / "clusters") in answer.output
    assert (root / "clusters" / "clusters.h5").is_file()


def test_a_script_gets_the_report_and_nothing_else(root: Path, tmp_path: Path) -> None:
    arguments = ["--project", str(root), "--json", "--output", str(tmp_path / "out"), "--seed", "5", *OPTIONS]
    answer = CliRunner().invoke(cluster, arguments, catch_exceptions=False)
    report = json.loads(answer.stdout)
    assert report["search"]["seed"] == 5
    assert report == json.loads((tmp_path / "out" / "report.json").read_text(encoding="utf-8"))


def test_other_videos_do_not_go_with_features_of_ones_own(root: Path, tmp_path: Path) -> None:
    answer = CliRunner().invoke(cluster, ["--project", str(root), "--features", str(tmp_path), "other.mp4"])
    assert answer.exit_code == 2
    assert "other videos go with latents" in answer.output


def test_what_is_missing_is_told_with_what_to_do(root: Path, tmp_path: Path) -> None:
    answer = CliRunner().invoke(cluster, ["--project", str(root), "--features", str(tmp_path)])
    assert isinstance(answer.exception, DegError)
    assert "one.npy" in answer.exception.fix
