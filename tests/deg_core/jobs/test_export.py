from __future__ import annotations

import errno
from pathlib import Path

import numpy as np
import pytest

from deg_core.data.labels import Labels
from deg_core.data.timeline import Timeline
from deg_core.descriptors import LabelFormatPlugin, NoSettings
from deg_core.errors import LabelError, ManifestError, ProjectError
from deg_core.jobs.export import export
from deg_core.jobs.formats import FormatChoice
from deg_core.jobs.label_files import read_labels
from deg_core.jobs.models import load_pipeline
from deg_core.jobs.predict import find_targets, predict_targets
from deg_core.jobs.workspace import Workspace
from deg_core.progress import SilentProgress
from deg_core.testing.fakes import read_fake_labels, write_fake_labels
from deg_core.testing.projects import tiny_project, untrained_runs

FORMAT = FormatChoice("fake-labels")


def fail(path: Path, labels: Labels, settings: NoSettings, timeline: Timeline) -> tuple[str, ...]:
    path.write_text("half")
    raise OSError(errno.ENOSPC, "No space left on device")


def lose(path: Path, labels: Labels, settings: NoSettings, timeline: Timeline) -> tuple[str, ...]:
    write_fake_labels(path, labels, settings, timeline)
    return (f"that it was {timeline.name}",)


lossy = LabelFormatPlugin(name="lossy", summary="", settings=NoSettings, suffixes=(".tsv",), write=lose)
full_disk = LabelFormatPlugin(name="full-disk", summary="", settings=NoSettings, suffixes=(".csv",), write=fail)
read_only = LabelFormatPlugin(
    name="read-only", summary="", settings=NoSettings, suffixes=(".csv",), read=read_fake_labels
)


@pytest.fixture
def project(tmp_path: Path) -> Workspace:
    return tiny_project(tmp_path, lossy, full_disk, read_only)


def test_what_a_format_cannot_hold_is_said(project: Workspace, tmp_path: Path) -> None:
    (exported,) = export(project, project.records(["one"]), "labels", FormatChoice("lossy"), tmp_path / "out")
    assert exported.path.name == "one_labels.tsv"
    assert exported.lost == ("that it was one",)


def test_one_file_is_written_for_each_recording(project: Workspace, tmp_path: Path) -> None:
    exported = export(project, project.records(["one", "two"]), "labels", FORMAT, tmp_path / "out")
    assert [each.path.name for each in exported] == ["one_labels.txt", "two_labels.txt"]
    assert all(each.lost == () for each in exported)
    back = read_labels(exported[0].path, None, FORMAT.name, catalog=project.catalog)
    assert np.array_equal(back.marks, project.labelled()["one"].marks)


def test_predictions_are_written_as_labels(project: Workspace, tmp_path: Path) -> None:
    untrained_runs(project)
    predict_targets(project, load_pipeline(project), find_targets(project, ["one"]), SilentProgress())
    (exported,) = export(project, project.records(["one"]), "predictions", FORMAT, tmp_path / "out")
    assert exported.path.name == "one_predictions.txt"
    back = read_labels(exported.path, None, FORMAT.name, catalog=project.catalog)
    assert np.array_equal(back.marks, project.labelled()["one"].marks)  # fakes are right


def test_a_recording_without_a_prediction_is_named(project: Workspace, tmp_path: Path) -> None:
    with pytest.raises(ProjectError, match="not predicted yet") as caught:
        export(project, project.records(["one"]), "predictions", FORMAT, tmp_path / "out")
    assert caught.value.where == str(project.layout.prediction("one"))


def test_a_recording_without_labels_is_named(project: Workspace, tmp_path: Path) -> None:
    (project.layout.recording("one") / "labels.csv").unlink()
    with pytest.raises(ProjectError, match="recording 'one' has no labels"):
        export(project, project.records(["one"]), "labels", FORMAT, tmp_path / "out")


def test_a_format_that_is_only_read_is_refused(project: Workspace, tmp_path: Path) -> None:
    with pytest.raises(LabelError, match="does not write 'read-only' files"):
        export(project, project.records(["one"]), "labels", FormatChoice("read-only"), tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_settings_are_checked_before_anything_is_written(project: Workspace, tmp_path: Path) -> None:
    with pytest.raises(ManifestError, match="unit: Extra inputs"):
        export(project, project.records(["one"]), "labels", FormatChoice("fake-labels", {"unit": 1}), tmp_path / "out")


def test_a_full_disk_leaves_no_half_file(project: Workspace, tmp_path: Path) -> None:
    with pytest.raises(ProjectError, match="No space left") as caught:
        export(project, project.records(["one"]), "labels", FormatChoice("full-disk"), tmp_path / "out")
    assert caught.value.where == str(tmp_path / "out" / "one_labels.csv")
    assert not list((tmp_path / "out").iterdir())
