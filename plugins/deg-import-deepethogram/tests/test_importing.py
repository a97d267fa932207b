from __future__ import annotations

import csv
from pathlib import Path

import h5py
import numpy as np
import pytest
from deg_core import Project
from deg_core.api import CheckpointError, LabelError, ManifestError, ProjectError, VideoError
from made_originals import answer_in_published_block, change_yaml

from deg_import_deepethogram.importing import import_plan
from deg_import_deepethogram.plan import Choice, make_plan

RUN = "210311_012300_sequence_train_tiny"


def bring(source: Path, tmp_path: Path, **choice: object) -> Project:
    return Project(import_plan(make_plan(source, Choice(**choice)), tmp_path / "new"))


@pytest.fixture
def brought(original: Path, tmp_path: Path) -> Project:
    return bring(original, tmp_path)


def columns(path: Path) -> np.ndarray:
    with path.open(encoding="utf-8", newline="") as file:
        return np.array(list(csv.reader(file))[1:], dtype=int)[:, 1:]


def test_behaviours_come_without_background_which_is_what_is_left(brought: Project) -> None:
    assert brought.manifest.behaviours == ("groom", "dig", "rear")


def test_recordings_come_by_reference(brought: Project, original: Path) -> None:
    assert [record.name for record in brought.recordings()] == ["animal0", "animal1", "animal2", "animal3"]
    assert brought.record("animal2").video_path == (original / "DATA" / "animal2" / "animal2.avi").resolve()


def test_recordings_come_as_copies_that_move_with_the_project(original: Path, tmp_path: Path) -> None:
    project = bring(original, tmp_path, copy=True)
    moved = tmp_path / "moved"
    project.workspace.layout.root.rename(moved)
    video = Project(moved).record("animal2").video_path
    assert video.read_bytes() == (original / "DATA/animal2/animal2.avi").read_bytes()
    assert moved in video.parents


def test_labels_come_and_frames_nobody_looked_at_stay_so(brought: Project, original: Path) -> None:
    for name in ("animal0", "animal3"):
        labels = brought.labels(name)
        assert labels is not None
        assert np.array_equal(labels.marks, columns(original / "DATA" / name / f"{name}_labels.csv")[:, 1:])
    unfinished = brought.labels("animal3")
    assert unfinished is not None
    assert (unfinished.marks == -1).any()


def test_the_split_comes(brought: Project) -> None:
    split = brought.workspace.split()
    parts = {part: [span.record for span in split.part(part)] for part in ("train", "validation", "test")}
    assert parts == {"train": ["animal2"], "validation": ["animal0"], "test": ["animal1"]}
    assert split.test[0].n_frames == len(brought.labels("animal1").marks)


def test_the_sequence_run_answers_as_the_original_did(brought: Project, original: Path) -> None:
    for name in ("animal0", "animal1", "animal2"):
        with h5py.File(original / "DATA" / name / f"{name}_outputs.h5") as file:
            group = file["resnet18"]
            latents = np.concatenate([group["spatial_features"][()], group["flow_features"][()]], axis=1)
            expected = file["tgmj/logits"][:, 1:]
        assert np.abs(answer_in_published_block(brought, latents) - expected).max() < 1e-4


def test_outputs_come_to_look_at_and_decide_as_the_exported_predictions(brought: Project, original: Path) -> None:
    for name in ("animal0", "animal1", "animal2"):
        prediction = brought.prediction(name)
        with h5py.File(original / "DATA" / name / f"{name}_outputs.h5") as file:
            assert np.array_equal(prediction.decisions.logits, file["tgmj/logits"][:, 1:])
            assert np.abs(prediction.decisions.probabilities - file["tgmj/P"][:, 1:]).max() < 1e-6
        exported = columns(original / "DATA" / name / f"{name}_predictions.csv")[:, 1:]
        assert np.array_equal(prediction.ethogram.present, exported.astype(bool))


def test_the_card_says_where_a_run_is_from_and_what_it_was_trained_on(brought: Project, original: Path) -> None:
    run = brought.run()
    assert run.training["origin"] == f"DeepEthogram, {RUN}"
    assert [span.record for span in run.split.test] == ["animal1"]
    assert run.statistics.mean == pytest.approx((0.34005, 0.35874, 0.37913), abs=1e-4)
    with h5py.File(original / "models" / RUN / "classification_metrics.h5") as file:
        exceeded = np.maximum(file["val/metrics_by_threshold/optimum"][2, 1:], 0.01).astype(np.float32)
    assert np.array_equal(np.float32(run.thresholds), np.nextafter(exceeded, np.float32(1)))


def test_a_sequence_run_without_its_feature_extractor_says_so_when_it_is_to_predict(brought: Project) -> None:
    with pytest.raises(CheckpointError, match="feature extractor whose latents it reads is not in the project"):
        brought.predict()


def test_the_original_is_only_read(own_copy: Path, tmp_path: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in own_copy.rglob("*")}
    bring(own_copy, tmp_path)
    assert {path: path.stat().st_mtime_ns for path in own_copy.rglob("*")} == before


def test_a_folder_that_is_there_is_left_alone(original: Path, tmp_path: Path) -> None:
    (tmp_path / "new").mkdir()
    with pytest.raises(ProjectError, match="there already"):
        bring(original, tmp_path)
    assert list((tmp_path / "new").iterdir()) == []


def test_what_fails_half_way_leaves_nothing(own_copy: Path, tmp_path: Path) -> None:
    labels = own_copy / "DATA/animal3/animal3_labels.csv"
    labels.write_text(labels.read_text().replace("dig", "dance", 1))
    with pytest.raises(LabelError, match="dance"):
        bring(own_copy, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == [own_copy.name]


def test_another_folder_is_no_project(tmp_path: Path) -> None:
    with pytest.raises(ProjectError, match="not a project of DeepEthogram"):
        make_plan(tmp_path, Choice())


@pytest.mark.parametrize("key", ["project.class_names", "augs.normalization", "augs.normalization.std"])
def test_settings_that_are_missing_are_named(key: str, own_copy: Path, tmp_path: Path) -> None:
    for path in (own_copy / "project_config.yaml", own_copy / "models" / RUN / "config.yaml"):
        change_yaml(path, key, ...)
    with pytest.raises(ManifestError, match=key):
        bring(own_copy, tmp_path)


def test_paths_of_another_computer_do_no_harm(own_copy: Path, tmp_path: Path) -> None:
    for path in (own_copy / "project_config.yaml", own_copy / "models" / RUN / "config.yaml"):
        change_yaml(path, "project.path", "C:\\Users\\lab\\mouse_deepethogram")
        change_yaml(path, "project.data_path", "C:\\Users\\lab\\mouse_deepethogram\\DATA")
        change_yaml(path, "project.model_path", "C:\\Users\\lab\\mouse_deepethogram\\models")
    project = bring(own_copy, tmp_path)
    assert len(project.recordings()) == 4
    assert len(project.runs()) == 1


def test_a_windows_path_that_is_no_yaml_is_named_with_its_line(own_copy: Path) -> None:
    path = own_copy / "project_config.yaml"
    path.write_text(path.read_text() + 'notes: "C:\\Users"\n')
    with pytest.raises(ManifestError, match="not valid YAML") as caught:
        make_plan(own_copy, Choice())
    assert "line" in caught.value.where
    assert "Windows" in caught.value.fix


def test_classes_in_another_order_are_known_by_name(own_copy: Path, original: Path, tmp_path: Path) -> None:
    change_yaml(own_copy / "project_config.yaml", "project.class_names", ["rear", "background", "groom", "dig"])
    project = bring(own_copy, tmp_path)
    assert project.manifest.behaviours == ("rear", "groom", "dig")
    theirs = columns(original / "DATA/animal0/animal0_labels.csv")
    assert np.array_equal(project.labels("animal0").marks, theirs[:, [3, 1, 2]])
    with h5py.File(original / "DATA/animal0/animal0_outputs.h5") as file:
        group = file["resnet18"]
        latents = np.concatenate([group["spatial_features"][()], group["flow_features"][()]], axis=1)
        expected = file["tgmj/logits"][()][:, [3, 1, 2]]
    assert np.abs(answer_in_published_block(project, latents) - expected).max() < 1e-4
    assert np.array_equal(project.prediction("animal0").decisions.logits, expected)


def test_a_run_of_other_behaviours_is_left_out_and_told(own_copy: Path, tmp_path: Path) -> None:
    path = own_copy / "models" / RUN / "config.yaml"
    change_yaml(path, "project.class_names", ["background", "groom", "dig", "jump"])
    plan = make_plan(own_copy, Choice())
    assert plan.runs == []
    assert (f"run {RUN}", "trained on other behaviours: groom, dig, jump") in plan.left_out


def test_a_video_that_moved_stops_the_import_and_can_be_left_out(own_copy: Path, tmp_path: Path) -> None:
    (own_copy / "DATA/animal1/animal1.avi").unlink()
    plan = make_plan(own_copy, Choice())
    assert [problem.problem for problem in plan.problems] == ["the video of animal1 is not there"]
    with pytest.raises(VideoError, match="animal1"):
        import_plan(plan, tmp_path / "new")
    plan = make_plan(own_copy, Choice(without=frozenset({"animal1"})))
    project = Project(import_plan(plan, tmp_path / "new"))
    assert [record.name for record in project.recordings()] == ["animal0", "animal2", "animal3"]
    assert "split.yaml names animal1 for test, which do not come" in plan.notes


def test_a_recording_in_two_parts_of_the_split_is_only_learned_from(own_copy: Path, tmp_path: Path) -> None:
    change_yaml(own_copy / "DATA/split.yaml", "test", ["animal2", "animal1"])
    plan = make_plan(own_copy, Choice())
    assert plan.split == {"train": ["animal2"], "validation": ["animal0"], "test": ["animal1"]}
    assert any("animal2 for test too" in note for note in plan.notes)


def test_labels_of_fewer_frames_than_classes_are_not_turned(own_copy: Path, tmp_path: Path) -> None:
    """The original turns a table that is wider than tall; here the header says what its columns are."""
    path = own_copy / "DATA/animal3/animal3_labels.csv"
    path.write_text("\n".join(path.read_text().splitlines()[:3]) + "\n")
    with pytest.raises(LabelError, match=r"\b2 frames"):
        bring(own_copy, tmp_path)


def test_a_table_of_labels_that_lies_on_its_side_is_refused(own_copy: Path, tmp_path: Path) -> None:
    path = own_copy / "DATA/animal3/animal3_labels.csv"
    rows = [line.split(",") for line in path.read_text().splitlines()]
    path.write_text("\n".join(",".join(column) for column in zip(*rows, strict=True)) + "\n")
    with pytest.raises(LabelError) as caught:
        bring(own_copy, tmp_path)
    assert "animal3_labels.csv" in caught.value.where


def test_a_name_to_leave_out_that_nothing_has_is_refused(original: Path) -> None:
    with pytest.raises(ManifestError, match="animal9"):
        make_plan(original, Choice(without=frozenset({"animal9"})))


def test_damaged_outputs_are_left_out_and_told(own_copy: Path, tmp_path: Path) -> None:
    (own_copy / "DATA/animal1/animal1_outputs.h5").write_bytes(b"no HDF5")
    plan = make_plan(own_copy, Choice())
    import_plan(plan, tmp_path / "new")
    assert [what for what, _ in plan.left_out] == ["outputs of animal1"]


def test_thresholds_that_came_can_be_set_by_hand(brought: Project) -> None:
    before = brought.thresholds()
    brought.set_thresholds({"groom": 0.9})
    assert brought.thresholds() == {**before, "groom": 0.9}
    brought.set_thresholds({"groom": None})
    assert brought.thresholds() == before
