"""Pose from a file to an ethogram."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from deg_core.descriptors import FeatureExtractorPlugin, NoSettings, PoseFormatPlugin
from deg_core.errors import ManifestError, PluginFailedError, PoseError
from deg_core.jobs import predict
from deg_core.jobs.check import check_project
from deg_core.jobs.formats import FormatChoice
from deg_core.jobs.models import load_pipeline
from deg_core.jobs.pose import import_pose
from deg_core.jobs.predict import Target, find_targets, predict_targets
from deg_core.jobs.split import split_project
from deg_core.jobs.train import train_all
from deg_core.jobs.workspace import Workspace
from deg_core.progress import SilentProgress
from deg_core.project.pose_file import load_pose, save_pose
from deg_core.project.store import load_prediction
from deg_core.testing.fake_pose import write_fake_pose
from deg_core.testing.fakes import FakeExtractorSettings, FakePoseExtractor
from deg_core.testing.projects import tiny_project, untrained_runs

SILENCE = SilentProgress()
NOW = datetime(2026, 3, 1, 12, tzinfo=timezone.utc)
STILL = {"augmentation": {"flip_horizontal": 0, "rotation_degrees": 0}}
POSE_ALONE = {"features": {"name": "fake-pose-extractor"}}
POSE_AND_FRAMES = {"features": {"name": "fake-pose-and-frames-extractor", "settings": {"window": 5}}, **STILL}


def no_video(*_: Any) -> Any:
    raise AssertionError("a video was opened")


def predicted(project: Workspace, *names: str) -> list[str]:
    return [
        each.status for each in predict_targets(project, load_pipeline(project), find_targets(project, names), SILENCE)
    ]


def agreement(project: Workspace, name: str) -> float:
    present = load_prediction(project.layout.prediction(name)).decisions.present
    return float((present == (project.labelled()[name].marks == 1)).mean())


@pytest.mark.parametrize("manifest", [POSE_ALONE, POSE_AND_FRAMES], ids=["alone", "with frames"])
def test_a_project_learns_and_predicts_from_pose(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, manifest: dict[str, Any]
) -> None:
    project = tiny_project(tmp_path, manifest=manifest)
    split_project(project, project.manifest.split)
    if manifest is POSE_ALONE:
        monkeypatch.setattr(Workspace, "open_video", no_video)
    features, _ = train_all(project, SILENCE, now=NOW)
    assert features.n_latents == 3
    assert predicted(project) == ["predicted"] * 3
    assert predicted(project) == ["kept"] * 3
    assert all(agreement(project, name) > 0.95 for name in project.labelled())


def test_pose_in_pieces_is_the_same_as_in_one(tmp_path: Path) -> None:
    project = tiny_project(tmp_path, n_frames=50, manifest=POSE_AND_FRAMES)
    untrained_runs(project)
    pipeline = load_pipeline(project)
    answers = []
    for block_frames in (1000, 7):
        plan = replace(pipeline.features.plan, block_frames=block_frames)
        pieces = replace(pipeline, features=replace(pipeline.features, plan=plan))
        predict_targets(project, pieces, find_targets(project, ["one"]), SILENCE, anew=True)
        answers.append(load_prediction(project.layout.prediction("one")).decisions.logits)
    np.testing.assert_allclose(*answers, atol=1e-5)


def test_an_interrupted_prediction_from_pose_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project = tiny_project(tmp_path, n_frames=150, manifest=POSE_ALONE)
    untrained_runs(project)
    predicted(project, "one")
    expected = load_prediction(project.layout.prediction("one")).decisions.logits
    whole, begun = predict.extract_blocks, []

    def one_block(video: Any, network: Any, first: int, pose: Any) -> Any:
        begun.append(first)
        yield from list(whole(video, network, first, pose))[:1]
        raise KeyboardInterrupt

    project.layout.prediction("one").unlink()
    monkeypatch.setattr(predict, "extract_blocks", one_block)
    with pytest.raises(KeyboardInterrupt):
        predicted(project, "one")
    monkeypatch.setattr(predict, "extract_blocks", lambda *given: begun.append(given[2]) or whole(*given))
    predicted(project, "one")
    assert begun == [0, 64]
    np.testing.assert_allclose(load_prediction(project.layout.prediction("one")).decisions.logits, expected, atol=1e-6)


def test_another_pose_is_predicted_anew(tmp_path: Path) -> None:
    project = tiny_project(tmp_path, manifest=POSE_ALONE)
    untrained_runs(project)
    predicted(project)
    path = project.layout.pose("one")
    save_pose(path, replace(load_pose(path), positions_TMB2=load_pose(path).positions_TMB2 * np.float32(0.9)))
    assert predicted(project) == ["predicted" if name == "one" else "kept" for name in sorted(project.labelled())]


def test_another_pose_is_trained_on_anew(tmp_path: Path) -> None:
    project = tiny_project(tmp_path, manifest=POSE_ALONE)
    split_project(project, project.manifest.split)
    first = train_all(project, SILENCE, now=NOW)[0].run_id
    assert train_all(project, SILENCE, now=NOW)[0].run_id == first
    name = project.split().train[0].record
    pose = load_pose(project.layout.pose(name))
    save_pose(project.layout.pose(name), replace(pose, confidence_TMB=pose.confidence_TMB * np.float32(0.99)))
    assert train_all(project, SILENCE, now=NOW)[0].run_id != first


def test_a_recording_without_pose_is_named(tmp_path: Path) -> None:
    project = tiny_project(tmp_path, manifest=POSE_ALONE)
    untrained_runs(project)
    project.layout.pose("two").unlink()
    with pytest.raises(PoseError, match="this video has none") as caught:
        train_all(project, SILENCE, now=NOW)
    assert (caught.value.where, "deg import-pose two FILE" in caught.value.fix) == ("recording 'two'", True)
    assert predicted(project) == ["predicted" if name != "two" else "failed" for name in sorted(project.labelled())]
    strange = tmp_path / "strange.npy"
    np.save(strange, np.zeros((5, 16, 16, 3), np.uint8))
    (outcome,) = predict_targets(project, load_pipeline(project), find_targets(project, [str(strange)]), SILENCE)
    assert outcome.error is not None
    assert "deg predict VIDEO --pose FILE" in outcome.error.fix


def test_a_missing_keypoint_is_named_with_recording_and_nearest(tmp_path: Path) -> None:
    project = tiny_project(tmp_path, manifest=POSE_ALONE)
    pose = load_pose(project.layout.pose("two"))
    save_pose(project.layout.pose("two"), replace(pose, keypoints=("read", "green", "blue")))
    (finding,) = [each for each in check_project(project, SILENCE).findings if each.level == "error"]
    assert "no keypoint named 'red'" in str(finding.error)
    assert finding.error.where == "recording 'two'"
    assert "did you mean 'read'?" in finding.error.fix


def test_a_video_outside_of_the_project_brings_its_pose(tmp_path: Path) -> None:
    project = tiny_project(tmp_path, manifest=POSE_ALONE)
    untrained_runs(project)
    assert predicted(project, "one") == ["predicted"]
    file = tmp_path / "tracked.pose"
    write_fake_pose(file, load_pose(project.layout.pose("one")))
    (target,) = find_targets(project, [str(project.records(["one"])[0].video_path)], tmp_path / "out")
    target = replace(target, name="else", prediction_path=tmp_path / "out" / "else.h5")
    absent, present = (replace(target, pose_file=(each, FormatChoice())) for each in (tmp_path / "no.pose", file))

    def outcomes(*targets: Target) -> list[str]:
        return [each.status for each in predict_targets(project, load_pipeline(project), targets, SILENCE)]

    assert outcomes(absent, present) == ["failed", "predicted"]
    assert outcomes(present) == ["kept"]
    mine, theirs = load_prediction(present.prediction_path), load_prediction(project.layout.prediction("one"))
    np.testing.assert_array_equal(mine.decisions.logits, theirs.decisions.logits)
    other = load_pose(project.layout.pose("two"))
    write_fake_pose(file, other)
    assert outcomes(present) == ["predicted"]


def test_a_check_finds_pose_of_another_length_and_outside_of_the_picture(tmp_path: Path) -> None:
    project = tiny_project(tmp_path)
    one, two = (load_pose(project.layout.pose(name)) for name in ("one", "two"))
    short = replace(one, positions_TMB2=one.positions_TMB2[1:], confidence_TMB=one.confidence_TMB[1:])
    save_pose(project.layout.pose("one"), short)
    save_pose(project.layout.pose("two"), replace(two, positions_TMB2=two.positions_TMB2 + np.float32(50)))
    found = [(each.level, each.error.problem) for each in check_project(project, SILENCE).findings]
    assert ("error", "pose of 59 frames, but the video has 60") in found
    assert ("warning", "100% of positions lie outside of the picture") in found


def test_frames_are_not_moved_beside_a_pose_that_stays(tmp_path: Path) -> None:
    moving = {**POSE_AND_FRAMES, "augmentation": {"flip_horizontal": 0, "zoom": 0.1}}
    project = tiny_project(tmp_path, manifest=moving)
    split_project(project, project.manifest.split)
    with pytest.raises(ManifestError, match="zoom, rotation_degrees would move frames") as caught:
        train_all(project, SILENCE, now=NOW)
    assert caught.value.fix == "write `zoom: 0`, `rotation_degrees: 0`"


def test_pose_is_imported_with_rate_and_size_of_its_video(tmp_path: Path) -> None:
    project = tiny_project(tmp_path)
    pose = load_pose(project.layout.pose("one"))
    project.layout.pose("one").unlink()
    write_fake_pose(tmp_path / "one.pose", pose)
    record = project.records(["one"])[0]
    assert record.pose_path is None
    imported = import_pose(project, record, tmp_path / "one.pose", FormatChoice())
    assert (imported.frames_per_second, imported.picture_size) == (30.0, (16, 16))
    kept = load_pose(project.layout.pose("one"))
    np.testing.assert_array_equal(kept.positions_TMB2, pose.positions_TMB2)
    assert project.records(["one"])[0].pose_path == project.layout.pose("one")


def test_what_cannot_be_imported_leaves_the_old_pose(tmp_path: Path) -> None:
    def careless(path: Any, settings: Any, timeline: Any) -> Any:
        return load_pose(project.layout.pose("one")) if path.stem == "one" else {}["what"]

    format_of = PoseFormatPlugin(name="careless", summary="", settings=NoSettings, suffixes=(".any",), read=careless)
    project = tiny_project(tmp_path, format_of, n_frames=20)
    before = project.layout.pose("two").read_bytes()
    record = project.records(["two"])[0]
    for name in ("one.any", "two.any", "three.txt"):
        (tmp_path / name).touch()
    longer = replace(load_pose(project.layout.pose("one")))
    save_pose(
        project.layout.pose("one"),
        replace(longer, positions_TMB2=longer.positions_TMB2[:9], confidence_TMB=longer.confidence_TMB[:9]),
    )
    with pytest.raises(PoseError, match="pose of 9 frames, but the video has 20"):
        import_pose(project, record, tmp_path / "one.any", FormatChoice())
    with pytest.raises(PluginFailedError, match="pose format 'careless' from given failed"):
        import_pose(project, record, tmp_path / "two.any", FormatChoice())
    with pytest.raises(PoseError, match="no pose format can read it") as caught:
        import_pose(project, record, tmp_path / "three.txt", FormatChoice())
    assert "--pose-format NAME" in caught.value.fix
    assert project.layout.pose("two").read_bytes() == before


class _FitsItself(FakePoseExtractor):
    """Looks at what it is given, and keeps the weights that it was built with."""

    def fit(self, examples: Any) -> None:
        seen = [(tuple(pose.shape), tuple(labels.shape), float(pose.abs().max())) for pose, labels in examples]
        assert {shape[1:] for shape, _, _ in seen} == {(self.window, 3)}
        assert {shape[1:] for _, shape, _ in seen} == {(1, 2)}
        assert all(0.5 < most <= 1.1 for _, _, most in seen)


def solver(name: str, *, needs_frames: bool) -> FeatureExtractorPlugin[Any]:
    return FeatureExtractorPlugin(
        name=name,
        summary="",
        settings=FakeExtractorSettings,
        needs_flow=False,
        needs_frames=needs_frames,
        needs_pose=True,
        build=_FitsItself,
    )


def test_an_extractor_with_a_solver_of_its_own_is_given_pose(tmp_path: Path) -> None:
    project = tiny_project(tmp_path, solver("solver", needs_frames=False), manifest={"features": {"name": "solver"}})
    split_project(project, project.manifest.split)
    assert [run.stage for run in train_all(project, SILENCE, now=NOW)] == ["features", "sequence"]
    assert predicted(project) == ["predicted"] * 3


def test_an_extractor_with_a_solver_of_its_own_looks_at_one_of_the_two(tmp_path: Path) -> None:
    manifest = {**STILL, "features": {"name": "solver"}}
    project = tiny_project(tmp_path, solver("solver", needs_frames=True), manifest=manifest)
    split_project(project, project.manifest.split)
    with pytest.raises(PluginFailedError, match="looks at frames or at pose, not at both"):
        train_all(project, SILENCE, now=NOW)


class _ForgetsAFrame(FakePoseExtractor):
    def see_pose(self, pose: Any) -> Any:
        return super().see_pose(pose)[1:]


def test_an_extractor_that_sees_too_little_of_pose_is_told(tmp_path: Path) -> None:
    plugin = FeatureExtractorPlugin(
        name="forgetful",
        summary="",
        settings=FakeExtractorSettings,
        needs_flow=False,
        needs_frames=False,
        needs_pose=True,
        build=_ForgetsAFrame,
    )
    project = tiny_project(tmp_path, plugin, manifest={"features": {"name": "forgetful"}})
    split_project(project, project.manifest.split)
    with pytest.raises(PluginFailedError, match=r"made float32 \(59, 3\) of a pose of 60 frames"):
        train_all(project, SILENCE, now=NOW)


def test_a_plugin_that_looks_at_nothing_is_none() -> None:
    with pytest.raises(ValueError, match="needs no frames"):
        FeatureExtractorPlugin(
            name="blind",
            summary="",
            settings=NoSettings,
            needs_flow=False,
            needs_frames=False,
            build=lambda settings, n_outputs: None,  # type: ignore[arg-type, return-value]
        )
