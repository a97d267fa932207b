from __future__ import annotations

import errno
import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from textwrap import dedent

import h5py
import numpy as np
import pytest

from deg_core.errors import ProjectError, VideoError
from deg_core.inference.classify import infer_logits
from deg_core.jobs import predict
from deg_core.jobs.models import TrainedPipeline, load_pipeline
from deg_core.jobs.predict import Outcome, extract_latents, find_targets, predict_targets
from deg_core.jobs.workspace import Workspace
from deg_core.progress import SilentProgress
from deg_core.project.hand_thresholds import save_hand_thresholds
from deg_core.project.store import LatentStore, load_prediction, reading_latents
from deg_core.testing.fake_scoring import FakePostProcessorSettings
from deg_core.testing.fakes import FakeVideo
from deg_core.testing.projects import tiny_project, untrained_runs

ROOT = Path(__file__).parents[3]
SILENCE = SilentProgress()


@pytest.fixture
def project(tmp_path: Path) -> Workspace:
    workspace = tiny_project(
        tmp_path,
        n_frames=150,
        manifest={
            "features": {"name": "fake-flow-extractor", "settings": {"window": 5}},
            "sequence": {"settings": {"receptive_field": 3}},
        },
    )
    untrained_runs(workspace)
    return workspace


def run(
    workspace: Workspace, *names: str, anew: bool = False, pipeline: TrainedPipeline | None = None
) -> list[Outcome]:
    pipeline = pipeline or load_pipeline(workspace)
    return predict_targets(workspace, pipeline, find_targets(workspace, names), SILENCE, anew=anew)


def statuses(outcomes: list[Outcome]) -> list[str]:
    return [outcome.status for outcome in outcomes]


def test_every_recording_gets_an_ethogram(project: Workspace) -> None:
    assert statuses(run(project)) == ["predicted"] * 3
    for name, labels in project.labelled().items():
        prediction = load_prediction(project.layout.prediction(name))
        assert prediction.ethogram.behaviours == ("walk", "rear")
        assert prediction.ethogram.frames_per_second == 30.0
        assert (prediction.ethogram.present == (labels.marks == 1)).mean() > 0.95


@pytest.mark.parametrize(("block_frames", "sequence_frames"), [(1, 1), (7, 10), (64, 150), (1000, 1000)])
def test_a_video_in_pieces_is_the_same_as_in_one(
    project: Workspace, monkeypatch: pytest.MonkeyPatch, block_frames: int, sequence_frames: int
) -> None:
    run(project, "one")
    expected = load_prediction(project.layout.prediction("one")).decisions
    pipeline = load_pipeline(project)
    plan = replace(pipeline.features.plan, block_frames=block_frames)
    pieces = replace(pipeline, features=replace(pipeline.features, plan=plan))
    monkeypatch.setattr(predict, "infer_logits", lambda *args, **label: infer_logits(*args, sequence_frames, **label))
    run(project, "one", anew=True, pipeline=pieces)
    found = load_prediction(project.layout.prediction("one")).decisions
    np.testing.assert_allclose(found.logits, expected.logits, atol=1e-5)
    assert np.array_equal(found.present, expected.present)


def test_what_is_predicted_is_kept(project: Workspace) -> None:
    run(project, "one")
    before = project.layout.prediction("one").stat().st_mtime_ns
    assert statuses(run(project)) == ["kept", "predicted", "predicted"]
    assert project.layout.prediction("one").stat().st_mtime_ns == before
    assert statuses(run(project, anew=True)) == ["predicted"] * 3


def test_a_new_sequence_model_does_not_compute_latents_again(project: Workspace) -> None:
    run(project, "one")
    features = load_pipeline(project).features_run
    newest = untrained_runs(project)[2]
    other = newest.model_copy(update={"built_on": features.run_id, "thresholds": (0.0, 0.0)})
    (project.layout.run(newest.run_id) / "run.json").write_text(other.model_dump_json(), encoding="utf-8")
    read: list[tuple[int, int]] = []
    pipeline = load_pipeline(project)
    with watching_reads(read):
        assert statuses(run(project, "one", pipeline=pipeline)) == ["predicted"]
    assert read == []
    assert load_prediction(project.layout.prediction("one")).ethogram.present.all()


def test_another_post_processor_decides_anew_and_computes_nothing_else_anew(
    project: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(project, "one")
    before = load_prediction(project.layout.prediction("one")).decisions
    pipeline = load_pipeline(project)
    chosen = replace(project.choices.postprocess, settings=FakePostProcessorSettings(min_frames=150))
    stricter = replace(project, choices=replace(project.choices, postprocess=chosen))
    monkeypatch.setattr(predict, "infer_logits", None)
    monkeypatch.setattr(predict, "extract_blocks", None)
    assert statuses(run(stricter, "one", pipeline=pipeline)) == ["predicted"]
    after = load_prediction(project.layout.prediction("one")).decisions
    assert before.present.any()
    assert not after.present.any()
    assert np.array_equal(after.logits, before.logits)
    assert json.loads(after.rule)["postprocess"]["settings"] == {"min_frames": 150}
    assert statuses(run(stricter, "one", pipeline=pipeline)) == ["kept"]
    assert statuses(run(project, "one", pipeline=pipeline)) == ["predicted"]
    assert np.array_equal(load_prediction(project.layout.prediction("one")).decisions.present, before.present)


def test_thresholds_set_by_hand_decide_anew_and_are_recorded(project: Workspace) -> None:
    run(project, "one")
    record = load_pipeline(project).sequence_run
    folder = project.layout.run(record.run_id)
    save_hand_thresholds(folder, record, {"rear": 0.0})
    assert statuses(run(project, "one")) == ["predicted"]
    decisions = load_prediction(project.layout.prediction("one")).decisions
    assert decisions.thresholds.tolist() == [0.5, 0.0]
    assert decisions.present[:, 1].all()
    assert not decisions.present[:, 0].all()
    assert json.loads(decisions.rule)["by_hand"] == ["rear"]
    save_hand_thresholds(folder, record, {})
    assert statuses(run(project, "one")) == ["predicted"]
    assert not load_prediction(project.layout.prediction("one")).decisions.present[:, 1].all()


def test_a_video_that_changed_is_predicted_anew(project: Workspace, tmp_path: Path) -> None:
    run(project, "one")
    np.save(tmp_path / "videos" / "one.npy", np.zeros((7, 16, 16, 3), np.uint8))
    assert statuses(run(project, "one")) == ["predicted"]
    assert len(load_prediction(project.layout.prediction("one")).ethogram.present) == 7


@contextmanager
def watching_reads(spans: list[tuple[int, int]]) -> Iterator[None]:
    original = FakeVideo.read

    def read(self: FakeVideo, start: int, stop: int) -> np.ndarray:
        spans.append((start, stop))
        return original(self, start, stop)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(FakeVideo, "read", read)
        yield


def test_each_frame_is_read_once(project: Workspace) -> None:
    pipeline = load_pipeline(project)
    read: list[tuple[int, int]] = []
    with watching_reads(read):
        run(project, "one", pipeline=pipeline)
    assert np.concatenate([np.arange(*span) for span in read]).tolist() == list(range(150))


def test_one_broken_video_does_not_stop_the_others(project: Workspace, tmp_path: Path) -> None:
    (tmp_path / "videos" / "three.npy").write_bytes(b"broken")
    outcomes = run(project)
    assert statuses(outcomes) == ["predicted", "failed", "predicted"]
    failure = outcomes[1].error
    assert isinstance(failure, VideoError)
    assert "three.npy" in failure.where
    assert failure.fix
    assert not project.layout.prediction("three").exists()


@pytest.mark.parametrize("predicted_before", [False, True])
def test_a_video_that_is_gone_does_not_stop_the_others(
    project: Workspace, tmp_path: Path, predicted_before: bool
) -> None:
    if predicted_before:
        run(project)
    (tmp_path / "videos" / "three.npy").unlink()
    outcomes = run(project)
    assert outcomes[1].status == "failed"
    assert isinstance(outcomes[1].error, VideoError)
    assert "three.npy" in outcomes[1].error.where


def interrupt_after(patch: pytest.MonkeyPatch, n_blocks: int, accident: BaseException) -> None:
    """Let something happen after so many blocks of latents are written."""
    append, count = LatentStore.append, iter(range(1000))

    def append_or_stop(self: LatentStore, latents: np.ndarray, logits: np.ndarray) -> None:
        if next(count) == n_blocks:
            raise accident
        append(self, latents, logits)

    patch.setattr(LatentStore, "append", append_or_stop)


def test_an_interrupted_prediction_goes_on_where_it_stopped(project: Workspace) -> None:
    run(project, "one")
    expected = load_prediction(project.layout.prediction("one")).decisions
    project.layout.prediction("one").unlink()
    with pytest.MonkeyPatch.context() as patch:
        interrupt_after(patch, 2, KeyboardInterrupt())
        with pytest.raises(KeyboardInterrupt):
            run(project)
    assert not project.layout.prediction("one").exists()
    pipeline = load_pipeline(project)
    read: list[tuple[int, int]] = []
    with watching_reads(read):
        assert statuses(run(project, "one", pipeline=pipeline)) == ["predicted"]
    assert min(start for start, _ in read) == 2 * 64 - 2  # what its first answer sees
    found = load_prediction(project.layout.prediction("one")).decisions
    np.testing.assert_allclose(found.logits, expected.logits, atol=1e-5)


def test_a_full_disk_fails_the_video_and_the_same_command_goes_on(project: Workspace) -> None:
    with pytest.MonkeyPatch.context() as patch:
        interrupt_after(patch, 1, OSError(errno.ENOSPC, "No space left on device"))
        outcomes = run(project, "one", "two")
    assert statuses(outcomes) == ["failed", "predicted"]
    error = outcomes[0].error
    assert isinstance(error, ProjectError)
    assert "No space left on device" in error.problem
    assert error.where == str(project.layout.prediction("one"))
    assert "free some room" in error.fix
    assert statuses(run(project, "one", "two")) == ["predicted", "kept"]


def test_a_process_that_dies_leaves_a_file_to_go_on_with(project: Workspace) -> None:
    """As when the machine loses power: nothing is closed, no `finally` is run."""
    script = dedent(
        f"""
        import os
        from pathlib import Path
        from deg_core.jobs.models import load_pipeline
        from deg_core.jobs.predict import find_targets, predict_targets
        from deg_core.jobs.workspace import open_workspace
        from deg_core.progress import SilentProgress
        from deg_core.project.store import LatentStore
        from deg_core.testing import FAKES, only_plugins

        append, done = LatentStore.append, []
        def append_and_die(self, latents, logits):
            append(self, latents, logits)
            done.append(len(latents))
            if len(done) == 2:
                os._exit(3)
        LatentStore.append = append_and_die
        workspace = open_workspace(Path({str(project.layout.root)!r}), only_plugins(*FAKES))
        predict_targets(workspace, load_pipeline(workspace), find_targets(workspace, ["one"]), SilentProgress())
        """
    )
    assert subprocess.run([sys.executable, "-c", script], check=False, cwd=ROOT).returncode == 3
    assert not project.layout.prediction("one").exists()
    with h5py.File(project.layout.predictions / "one.h5.part") as file:
        assert file["latents"].attrs["frames_done"] == 128
    assert statuses(run(project, "one")) == ["predicted"]


class Clumsy(Exception):
    """What only a bug in a plugin raises."""


def test_a_bug_in_a_plugin_keeps_its_traceback_and_names_the_plugin(
    project: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    pipeline = load_pipeline(project)

    def burst(*args: object) -> object:
        raise Clumsy

    monkeypatch.setattr(type(pipeline.features.extractor), "forward", burst)
    with pytest.raises(Clumsy) as caught:
        run(project, "one", pipeline=pipeline)
    if sys.version_info >= (3, 11):
        assert caught.value.__notes__ == ["in feature extractor 'fake-flow-extractor' from given, after frame 0 of one"]


def test_any_video_can_be_predicted_into_any_folder(project: Workspace, tmp_path: Path) -> None:
    elsewhere = tmp_path / "new videos" / "day 9.npy"
    elsewhere.parent.mkdir()
    np.save(elsewhere, np.full((5, 16, 16, 3), 230, np.uint8))
    targets = find_targets(project, [str(elsewhere)], tmp_path / "out")
    assert [target.prediction_path for target in targets] == [tmp_path / "out" / "day 9.h5"]
    outcomes = predict_targets(project, load_pipeline(project), targets, SILENCE)
    assert statuses(outcomes) == ["predicted"]
    assert load_prediction(tmp_path / "out" / "day 9.h5").ethogram.present.all()


def test_a_name_that_is_neither_recording_nor_file_is_refused(project: Workspace) -> None:
    with pytest.raises(ProjectError, match="'tow' is neither a recording nor a file") as caught:
        find_targets(project, ["one", "tow"])
    assert "one, three, two" in caught.value.fix


def test_two_videos_never_write_one_file(project: Workspace, tmp_path: Path) -> None:
    other = tmp_path / "other" / "one.npy"
    other.parent.mkdir()
    np.save(other, np.zeros((5, 16, 16, 3), np.uint8))
    with pytest.raises(ProjectError, match=r"would both write one\.h5"):
        find_targets(project, [str(other)])
    with pytest.raises(ProjectError, match=r"would both write one\.h5"):
        find_targets(project, ["one", str(other)], tmp_path / "out")
    assert len(find_targets(project, [str(other)], tmp_path / "out")) == 1


def test_a_video_named_twice_is_predicted_once(project: Workspace, tmp_path: Path) -> None:
    names = ["one", "one", str(tmp_path / "videos" / "one.npy")]
    assert [target.name for target in find_targets(project, names)] == ["one"]


def test_an_empty_project_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ProjectError, match="no recordings") as caught:
        find_targets(tiny_project(tmp_path, n_recordings=0), [])
    assert "deg add" in caught.value.fix


def test_exclusive_projects_have_no_thresholds(tmp_path: Path) -> None:
    project = tiny_project(tmp_path, exclusive=True)
    untrained_runs(project)
    run(project)
    for name, labels in project.labelled().items():
        decisions = load_prediction(project.layout.prediction(name)).decisions
        assert np.isnan(decisions.thresholds).all()
        assert decisions.logits.shape == (60, 3)
        assert decisions.probabilities.shape == (60, 2)
        assert np.array_equal(decisions.present, labels.marks == 1)


def test_a_model_on_logits_reads_the_extractors(tmp_path: Path) -> None:
    project = tiny_project(tmp_path, manifest={"sequence": {"name": "fake-sequence-on-logits"}})
    untrained_runs(project)
    run(project, "one")
    path = project.layout.prediction("one")
    with reading_latents(path) as store:
        expected = 4 * store.read("logits", 0, 60)
    np.testing.assert_allclose(load_prediction(path).decisions.logits, expected, atol=0.5)


def test_latents_for_training_are_brought_up_to_date_and_no_more(project: Workspace) -> None:
    pipeline = load_pipeline(project)
    targets = find_targets(project, ["one", "two"])
    extract_latents(project, pipeline.features, pipeline.features_run, targets[:1], SILENCE)
    read: list[tuple[int, int]] = []
    with watching_reads(read):
        extract_latents(project, pipeline.features, pipeline.features_run, targets, SILENCE)
        assert sum(stop - start for start, stop in read) == 150
        assert statuses(run(project, "one", pipeline=pipeline)) == ["predicted"]
        assert sum(stop - start for start, stop in read) == 150
    with pytest.raises(ProjectError, match="features only"):
        load_prediction(project.layout.prediction("two"))


def test_latents_for_training_stop_at_the_first_video_that_fails(project: Workspace, tmp_path: Path) -> None:
    pipeline = load_pipeline(project)
    (tmp_path / "videos" / "one.npy").write_bytes(b"broken")
    with pytest.raises(VideoError):
        extract_latents(project, pipeline.features, pipeline.features_run, find_targets(project, []), SILENCE)
