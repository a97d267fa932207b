"""`deg animals` on a video of two animals of which one signals, from tracks to a table of who did what when."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import click
import deg_core
import numpy as np
import pytest
from click.testing import CliRunner, Result
from deg_core import Project
from deg_core.api import LabelError, ProjectError
from deg_core.catalog import load_catalog
from deg_core.testing import FAKES, only_plugins, tiny_project, untrained_runs
from made_animals import paint, tracks_from, wander, write_video

from deg_animals.command import animals
from deg_animals.plugin import one_animal
from deg_animals.tracks import read_tracks, write_tracks

SIZE = (120, 160)
N_FRAMES = 90
SIGNAL = slice(30, 60)


def run(*arguments: Any, fails: bool = False) -> Result:
    result = CliRunner().invoke(animals, [str(each) for each in arguments], catch_exceptions=fails)
    assert fails or result.exit_code == 0, result.output
    return result


@pytest.fixture
def cage(tmp_path: Path) -> tuple[Path, Path]:
    """A video of two dark animals, of which `b` is red in 30 frames, and their tracks."""
    places = wander(N_FRAMES, 2, SIZE, np.random.default_rng(3), apart=40)
    colours = np.full((N_FRAMES, 2, 3), 20)
    colours[SIGNAL, 1, 0] = 250
    frames = paint(places, SIZE, 10, colours)
    frames[(frames > 190).all(axis=-1)] = 20  # to fakes, a light ground would signal
    path = tmp_path / "cage.tracks.csv"
    write_tracks(path, tracks_from(places))
    return write_video(tmp_path / "cage.h5", frames), path


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    """A project of fakes, whose first behaviour is red."""
    readers = [each.plugin for each in load_catalog().offers if each.plugin.name in {"hdf5", "bouts-csv"}]
    catalog = only_plugins(*FAKES, one_animal, *readers)
    workspace = tiny_project(tmp_path, one_animal, behaviours=("signal",))
    untrained_runs(workspace)
    # The command opens a project by its folder; here with fakes in place of what is installed.
    monkeypatch.setattr(deg_core, "Project", lambda root: Project(root, catalog=catalog))
    return Project(workspace.layout.root, catalog=catalog)


def test_predictions_are_those_of_each_animal(cage: tuple[Path, Path], project: Project, tmp_path: Path) -> None:
    root = project.workspace.layout.root
    answer = run("crop", cage[1], cage[0], "--side", 15, "--add", "-p", root)
    assert answer.output.count("added") == 2
    assert dict(project.record("cage.b").groups) == {"video": "cage", "individual": "b"}
    assert [each.status for each in project.predict("cage.a", "cage.b")] == ["predicted"] * 2

    answer = run("export", "-p", root)
    assert "1 bouts" in answer.output
    with (root / "exports" / "animals.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert rows == [{"video": "cage", "individual": "b", "start": "30", "stop": "60", "behaviour": "signal"}]
    answer = run("export", "cage", "--json", "-p", root)
    assert json.loads(answer.stdout) == [
        {"video": "cage", "individual": "b", "start": 30, "stop": 60, "behaviour": "signal"}
    ]


def test_a_crop_that_changes_is_predicted_anew_and_one_that_does_not_is_kept(
    cage: tuple[Path, Path], project: Project
) -> None:
    root = project.workspace.layout.root
    for side, status, note in [(15, "predicted", "added"), (15, "kept", "kept"), (17, "predicted", "kept")]:
        answer = run("crop", cage[1], cage[0], "--side", side, "--individual", "b", "--add", "-p", root)
        assert note in answer.output
        assert [each.status for each in project.predict("cage.b")] == [status]


def test_labels_come_from_one_file_of_all_subjects(cage: tuple[Path, Path], project: Project) -> None:
    root = project.workspace.layout.root
    rows = ["start_frame,stop_frame,behaviour,subject", "5,9,signal,a", "30,60,signal,b"]
    cage[0].with_name("cage_bouts.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    options = ("--side", 15, "--add", "-p", root, "--labels", "{video}_bouts.csv", "--format", "bouts-csv")
    assert run("crop", cage[1], cage[0], *options).output.count("with labels") == 2
    expected = np.zeros(N_FRAMES)
    expected[SIGNAL] = 1
    assert np.array_equal(project.labels("cage.b").marks[:, 0], expected)
    assert project.labels("cage.a").marks.sum() == 4


def test_labels_come_from_a_file_each_where_somebody_scored_it(cage: tuple[Path, Path], project: Project) -> None:
    root = project.workspace.layout.root
    rows = ["signal", *["0"] * N_FRAMES]
    cage[0].with_name("cage_a.txt").write_text("\n".join(rows) + "\n", encoding="utf-8")
    options = ("--side", 15, "--add", "-p", root, "--labels", "{video}_{individual}.txt")
    run("crop", cage[1], cage[0], *options)
    assert project.labels("cage.a").marks.sum() == 0
    assert project.labels("cage.b") is None
    missing = run("crop", cage[1], cage[0], *options[:-1], "none.csv", "--format", "bouts-csv", fails=True)
    assert isinstance(missing.exception, LabelError)


def test_pairs_are_recordings_too(cage: tuple[Path, Path], project: Project) -> None:
    root = project.workspace.layout.root
    answer = run("crop", cage[1], cage[0], "--side", 15, "--pairs", "--pair-side", 50, "--add", "-p", root)
    assert "partner outside in" in answer.output
    assert project.record("cage.a+b").groups["individual"] == "a+b"
    assert project.open_video("cage.b+a").read(0, 2).shape == (2, 50, 50, 3)


def test_what_is_not_predicted_or_not_there_is_refused(cage: tuple[Path, Path], project: Project) -> None:
    root = project.workspace.layout.root
    nothing = run("export", "-p", root, fails=True)
    assert isinstance(nothing.exception, ProjectError)
    assert "no recordings of animals" in str(nothing.exception)
    run("crop", cage[1], cage[0], "--side", 15, "--add", "-p", root)
    assert "not predicted yet" in str(run("export", "-p", root, fails=True).exception)
    assert "animals of 'box'" in str(run("export", "box", "-p", root, fails=True).exception)


def test_tracks_are_found_by_subtracting_the_background(tmp_path: Path) -> None:
    places = wander(60, 2, SIZE, np.random.default_rng(5), apart=30)
    video = write_video(tmp_path / "box.h5", paint(places, SIZE, 5))
    answer = run("track", video, "-n", 2, "--reader", "hdf5", "--reader-set", "dataset=frames")
    assert "animal-2: seen in 100.0% of 60 frames" in answer.output
    assert read_tracks(tmp_path / "box.tracks.csv").positions_TM2.shape == (60, 2, 2)
    answer = run("crop", tmp_path / "box.tracks.csv", video, "--side", 20, "--rotate", "up")
    assert (tmp_path / "box_animals" / "box.animal-1.animal").is_file()
    assert "not seen in 0.0%" in answer.output


def test_options_that_do_not_go_together_are_refused(cage: tuple[Path, Path]) -> None:
    alone = run("crop", cage[1], cage[0], "--side", 9, "--labels", "x.csv", fails=True)
    assert isinstance(alone.exception, SystemExit)
    assert "add --add" in alone.output
    assert "KEY=VALUE" in run("track", cage[0], "-n", 1, "--reader-set", "x", fails=True).output
    assert isinstance(animals, click.Group)
