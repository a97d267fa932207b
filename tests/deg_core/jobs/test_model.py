from __future__ import annotations

import gc
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
from lent import elsewhere, lend

from deg_core import Model
from deg_core.catalog import Catalog
from deg_core.errors import CheckpointError, PluginNotFoundError, ProjectError, VideoError
from deg_core.jobs.decision import decision_rule
from deg_core.jobs.model import other_versions, rate_remark, video_targets
from deg_core.jobs.models import load_pipeline
from deg_core.jobs.predict import find_targets, predict_targets
from deg_core.jobs.workspace import Workspace
from deg_core.progress import SilentProgress
from deg_core.project.hand_thresholds import save_hand_thresholds
from deg_core.project.store import LatentStore
from deg_core.testing.projects import tiny_project, untrained_runs

FLOW = {"features": {"name": "fake-flow-extractor"}}


def lent(folder: Path, **settings: Any) -> tuple[Workspace, Path]:
    """A project with runs, thresholds set by hand, and its model as a file."""
    project = tiny_project(folder / "lab", **settings)
    untrained_runs(project)
    run = load_pipeline(project).sequence_run
    if not run.exclusive:
        save_hand_thresholds(project.layout.run(run.run_id), run, {"rear": 0.75})
    return project, lend(project, folder / "mouse.deg")


def videos_of(project: Workspace, folder: Path) -> list[Path]:
    """Its videos in a folder of their own."""
    folder.mkdir()
    return [Path(shutil.copy(record.video_path, folder)) for record in project.records()]


def contents(path: Path) -> dict[str, Any]:
    with h5py.File(path, "r") as file:
        attributes = {name: np.asarray(value).tolist() for name, value in file.attrs.items()}
        return {**attributes, **{name: np.asarray(file[name]).tobytes() for name in file}}


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"manifest": FLOW},
        {"exclusive": True},
        {"manifest": {"sequence": {"name": "fake-sequence-on-logits"}}},
        {"manifest": {"postprocess": {"name": "fake-post-processor", "settings": {"min_frames": 3}}}},
        {"manifest": {"image": {"size": [20, 24], "padding": "mean"}, "precision": "bf16"}},
    ],
    ids=["plain", "flow", "exclusive", "logits", "postprocess", "image"],
)
def test_it_predicts_bit_for_bit_what_the_project_does(tmp_path: Path, settings: dict[str, Any]) -> None:
    project, path = lent(tmp_path, **settings)
    predict_targets(project, load_pipeline(project), find_targets(project, []), SilentProgress())
    videos = videos_of(project, tmp_path / "videos")
    shutil.rmtree(tmp_path / "lab" / "videos")
    outcomes = Model(path, catalog=elsewhere()).predict(*videos)
    assert [outcome.status for outcome in outcomes] == ["predicted"] * 3
    for video in videos:
        own = contents(project.layout.prediction(video.stem))
        assert contents(video.with_suffix(".h5")) == own
        assert len(own["rule"]) > 2


def test_it_knows_its_card_and_what_it_said(tmp_path: Path) -> None:
    project, path = lent(tmp_path)
    model = Model(path, catalog=elsewhere())
    assert model.card.behaviours == ("walk", "rear")
    (video, *_) = videos_of(project, tmp_path / "videos")
    model.predict(video, output=tmp_path / "out")
    assert model.prediction(video, tmp_path / "out").ethogram.behaviours == ("walk", "rear")
    assert not video.with_suffix(".h5").exists()
    with pytest.raises(ProjectError, match="not predicted yet"):
        model.prediction(video)


def test_what_was_predicted_is_kept(tmp_path: Path) -> None:
    project, path = lent(tmp_path)
    videos = videos_of(project, tmp_path / "videos")
    assert [o.status for o in Model(path, catalog=elsewhere()).predict(*videos)] == ["predicted"] * 3
    again = Model(path, catalog=elsewhere())
    assert [o.status for o in again.predict(*videos)] == ["kept"] * 3
    assert [o.status for o in again.predict(videos[0], anew=True)] == ["predicted"]


def test_what_was_interrupted_goes_on_with_the_same_file_opened_anew(tmp_path: Path) -> None:
    project, path = lent(tmp_path, n_frames=150)
    (video, *_) = videos_of(project, tmp_path / "videos")
    append, count = LatentStore.append, iter(range(9))

    def append_or_stop(store: LatentStore, *latents: Any) -> None:
        if next(count) == 1:
            raise KeyboardInterrupt
        append(store, *latents)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(LatentStore, "append", append_or_stop)
        model = Model(path, catalog=elsewhere())
        with pytest.raises(KeyboardInterrupt):
            model.predict(video)
    with h5py.File(video.with_name(f"{video.stem}.h5.part")) as file:
        done = int(file["latents"].attrs["frames_done"])
    assert 0 < done < 150
    told: list[int] = []

    class Watching(SilentProgress):
        def task(self, description: str, total: int, done: int = 0) -> Any:
            told.append(done)
            return super().task(description, total, done)

    assert [o.status for o in Model(path, Watching(), elsewhere()).predict(video)] == ["predicted"]
    assert told == [done]


def test_a_broken_video_does_not_stop_the_others(tmp_path: Path) -> None:
    project, path = lent(tmp_path)
    videos = videos_of(project, tmp_path / "videos")
    videos[0].write_text("no array")
    outcomes = Model(path, catalog=elsewhere()).predict(*videos)
    assert [outcome.status for outcome in outcomes] == ["failed", "predicted", "predicted"]
    assert isinstance(outcomes[0].error, VideoError)


def test_what_is_present_is_written_in_a_label_format_too(tmp_path: Path) -> None:
    project, path = lent(tmp_path)
    videos = videos_of(project, tmp_path / "videos")
    videos[1].write_text("no array")
    Model(path, catalog=elsewhere()).predict(*videos, label_format="fake-labels")
    assert sorted(file.name for file in (tmp_path / "videos").glob("*.txt")) == [
        f"{videos[0].stem}_predictions.txt",
        f"{videos[2].stem}_predictions.txt",
    ]


def test_an_impossible_format_is_refused_before_hours_are_spent(tmp_path: Path) -> None:
    project, path = lent(tmp_path)
    videos = videos_of(project, tmp_path / "videos")
    with pytest.raises(PluginNotFoundError, match="no label format named 'fake-label'"):
        Model(path, catalog=elsewhere()).predict(*videos, label_format="fake-label")
    assert not list((tmp_path / "videos").glob("*.h5"))


def test_nothing_is_left_behind(tmp_path: Path) -> None:
    _, path = lent(tmp_path)
    model = Model(path, catalog=elsewhere())
    folder = model.workspace.layout.root
    assert folder.is_dir()
    del model
    gc.collect()
    assert not folder.exists()


def test_it_needs_its_plugins(tmp_path: Path) -> None:
    _, path = lent(tmp_path, manifest=FLOW)
    full = elsewhere()
    less = Catalog(tuple(offer for offer in full.offers if offer.plugin.name != "fake-sequence"))
    with pytest.raises(PluginNotFoundError) as caught:
        Model(path, catalog=less)
    assert caught.value.problem == "the model needs sequence model 'fake-sequence' of given, which is not installed"
    assert caught.value.where == str(path)
    assert caught.value.fix == "install it: pip install given"


def test_a_plugin_of_the_same_name_from_others_is_not_the_one_it_needs(tmp_path: Path) -> None:
    _, path = lent(tmp_path)
    with pytest.raises(PluginNotFoundError, match=r"not installed; the one installed is of deg-other 2\.0"):
        Model(path, catalog=elsewhere("2.0", "deg-other"))


def test_another_version_of_a_plugin_is_told_and_not_refused(tmp_path: Path) -> None:
    _, path = lent(tmp_path)
    model = Model(path, catalog=elsewhere("0.4"))
    told = other_versions(model.card, elsewhere("0.4"))
    assert "made with sequence model 'fake-sequence' of given, installed is 0.4" in told
    assert other_versions(model.card, elsewhere()) == []


def test_errors_tell_of_the_file_and_not_of_where_it_is_unpacked(tmp_path: Path, monkeypatch: Any) -> None:
    _, path = lent(tmp_path)

    def fail(workspace: Workspace, run: str) -> None:
        raise CheckpointError("odd", where=f"{workspace.layout.root}/runs/{run}", fix="mend it")

    monkeypatch.setattr("deg_core.jobs.model.load_pipeline", fail)
    with pytest.raises(CheckpointError) as caught:
        Model(path, catalog=elsewhere())
    assert caught.value.where.startswith(f"{path}/runs/sequence-")


def test_a_damaged_file_is_refused(tmp_path: Path) -> None:
    _, path = lent(tmp_path)
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(CheckpointError, match="damaged"):
        Model(path, catalog=elsewhere())


def targets_of(videos: Sequence[Path], folder: Path | None = None) -> list[str]:
    return [str(target.prediction_path) for target in video_targets(videos, folder)]


def test_predictions_never_meet(tmp_path: Path) -> None:
    for name in ("a/m.npy", "b/m.npy", "a/m.avi"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    first, second = tmp_path / "a" / "m.npy", tmp_path / "b" / "m.npy"
    assert targets_of([first, second]) == [str(tmp_path / "a" / "m.h5"), str(tmp_path / "b" / "m.h5")]
    assert targets_of([first, first]) == [str(tmp_path / "a" / "m.h5")]
    for videos, folder in (([first, tmp_path / "a" / "m.avi"], None), ([first, second], tmp_path)):
        with pytest.raises(ProjectError, match=r"would both write m\.h5"):
            video_targets(videos, folder)


def test_a_file_of_others_is_never_written_over(tmp_path: Path) -> None:
    video = tmp_path / "m.npy"
    video.touch()
    for content in (b"text", b""):
        (tmp_path / "m.h5").write_bytes(content)
        with pytest.raises(ProjectError, match="that no prediction of deg is"):
            video_targets([video], None)
    with h5py.File(tmp_path / "m.h5", "w") as file:
        file["poses"] = [1, 2]
    with pytest.raises(ProjectError, match="that no prediction of deg is"):
        video_targets([video], None)


def test_a_video_that_is_not_there_is_refused_at_once(tmp_path: Path) -> None:
    with pytest.raises(ProjectError, match="no such video"):
        video_targets([tmp_path / "gone.mp4"], None)


def test_another_frame_rate_is_told(tmp_path: Path) -> None:
    project, path = lent(tmp_path)
    model = Model(path, catalog=elsewhere())
    videos = videos_of(project, tmp_path / "videos")
    (outcome,) = model.predict(videos[0])
    assert rate_remark(model.card, outcome.target) is None
    for rates, learned in (((50.0, 60.0), "50 to 60"), ((10.0, 10.0), "10")):
        card = model.card.model_copy(update={"frames_per_second": rates})
        remark = rate_remark(card, outcome.target)
        assert remark is not None
        assert f"has 30 frames per second, the model learned from {learned}:" in remark
    assert rate_remark(model.card.model_copy(update={"frames_per_second": None}), outcome.target) is None


def test_what_the_post_processor_learned_comes_along(tmp_path: Path) -> None:
    project, path = lent(tmp_path)
    model = Model(path, catalog=elsewhere())
    rule = decision_rule(model.workspace, model.pipeline.sequence_run)
    assert rule.text == decision_rule(project, load_pipeline(project).sequence_run).text
    assert rule.learned
