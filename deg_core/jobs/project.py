"""A project in a handful of lines of Python, for scripts and notebooks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from deg_core.catalog import Catalog, load_catalog
from deg_core.data.labels import Labels
from deg_core.data.outside import OutsidePrediction, OutsideRun
from deg_core.data.pose import Pose
from deg_core.data.record import Record, Span
from deg_core.data.scored_stretch import ScoredStretch
from deg_core.data.splits import Part, Split
from deg_core.errors import ProjectError
from deg_core.evaluation.report import Report
from deg_core.interfaces import VideoReader
from deg_core.jobs.add import add_recording, import_labels
from deg_core.jobs.adopt import adopt_run, keep_prediction, set_split, tensor_shapes
from deg_core.jobs.check import Inspection, check_project
from deg_core.jobs.evaluate import N_RESAMPLES, evaluate, save_report, score_together, stretch_of
from deg_core.jobs.export import Exported, What, export
from deg_core.jobs.formats import FormatChoice
from deg_core.jobs.live import LiveSession
from deg_core.jobs.models import load_pipeline
from deg_core.jobs.new import new_project
from deg_core.jobs.pose import import_pose
from deg_core.jobs.predict import Outcome, Target, find_targets, predict_targets
from deg_core.jobs.run_card import run_card
from deg_core.jobs.split import divide_project, seen_frames, split_project
from deg_core.jobs.timing import Timing, time_prediction
from deg_core.jobs.train import train_all, train_stage
from deg_core.jobs.trained_networks import TrainedNetwork, trained_networks
from deg_core.jobs.workspace import Workspace, open_workspace
from deg_core.progress import Progress, SilentProgress
from deg_core.project.hand_thresholds import load_hand_thresholds, save_hand_thresholds
from deg_core.project.layout import Layout
from deg_core.project.manifest import Manifest, SplitSettings, Stage
from deg_core.project.pose_file import load_pose
from deg_core.project.records import save_labels
from deg_core.project.run_record import RunRecord
from deg_core.project.runs import list_runs, load_curves, load_run_record, newest_run
from deg_core.project.split_file import split_from_card
from deg_core.project.store import Prediction, load_prediction, reading_latents


class Project:
    """A project.

    ```python
    from deg_core import Project

    project = Project.create("mouse", ["groom", "dig", "rear"])
    for video in Path("videos").glob("*.mp4"):
        project.add(video, labels=video.with_suffix(".csv"))
    project.split()
    project.train()
    print(project.evaluate().scores["f1"].per_behaviour)
    project.predict("new_video.mp4")
    ```

    Args:
        root: The folder that holds `project.yaml`.
        progress: Who is told how far long jobs are; by default nobody.
        catalog: Plugins to choose from, such as those of another open project; by default all that are installed.

    Raises:
        ManifestError: There is no project, or its file has a mistake.
    """

    def __init__(self, root: str | Path, progress: Progress | None = None, catalog: Catalog | None = None) -> None:
        self._workspace = open_workspace(Path(root), catalog)
        self._progress = progress or SilentProgress()

    @classmethod
    def create(cls, root: str | Path, behaviours: Sequence[str], *, preset: str = "small") -> Project:
        """Make a project in a new folder and open it."""
        new_project(Path(root), behaviours, preset=preset)
        return cls(root)

    @classmethod
    def find(cls, folder: str | Path, progress: Progress | None = None) -> Project:
        """Open the project in a folder, or in the nearest above it.

        Raises:
            ManifestError: There is none.
        """
        start = Path(folder).resolve()
        found = (each for each in (start, *start.parents) if Layout(each).manifest.is_file())
        return cls(next(found, start), progress)

    @property
    def workspace(self) -> Workspace:
        """The parts: paths, manifest, plugins."""
        return self._workspace

    @property
    def manifest(self) -> Manifest:
        """What `project.yaml` says, with every default filled in."""
        return self._workspace.manifest

    def recordings(self) -> list[Record]:
        """Every recording, by name."""
        return self._workspace.records()

    def record(self, name: str) -> Record:
        """One recording."""
        return self._workspace.records([name])[0]

    def add(
        self,
        video: str | Path,
        *,
        labels: str | Path | None = None,
        pose: str | Path | None = None,
        name: str | None = None,
        groups: Mapping[str, str] | None = None,
        copy: bool = False,
        label_format: str = "auto",
        pose_format: str = "auto",
        **label_settings: Any,
    ) -> Record:
        """Add a video, and its labels where somebody scored it.

        Args:
            video: A video file, or a folder of stills.
            labels: Its label file.
            pose: Its pose file.
            name: Name of the recording; by default the file's stem.
            groups: What it belongs to, such as `{"animal": "m3"}`.
            copy: Copy the video into the project; else remember where it lies.
            label_format: A label format; `auto` takes the one that fits.
            pose_format: A pose format; `auto` takes the one that fits.
            **label_settings: Settings of the label format.
        """
        record = add_recording(self._workspace, Path(video), name, groups or {}, copy=copy)
        if labels is not None:
            self.import_labels(record.name, labels, label_format=label_format, **label_settings)
        if pose is not None:
            self.import_pose(record.name, pose, pose_format=pose_format)
        return self.record(record.name)

    def import_labels(
        self, name: str, path: str | Path, *, label_format: str = "auto", **label_settings: Any
    ) -> Labels:
        """Read labels of a recording from another program's file."""
        choice = FormatChoice(label_format, label_settings)
        return import_labels(self._workspace, self.record(name), Path(path), choice)

    def import_pose(self, name: str, path: str | Path, *, pose_format: str = "auto", **pose_settings: Any) -> Pose:
        """Read pose of a recording from a tracker's file."""
        return import_pose(self._workspace, self.record(name), Path(path), FormatChoice(pose_format, pose_settings))

    def pose(self, name: str) -> Pose | None:
        """Where the keypoints of a recording are; None where nobody tracked it."""
        path = self.record(name).pose_path
        return None if path is None else load_pose(path)

    def set_labels(self, name: str, labels: Labels) -> None:
        """Keep labels of a recording that were made in Python, in place of any it had.

        Raises:
            LabelError: They hold a behaviour that the project does not know.
        """
        record = self.record(name)
        save_labels(self._workspace.layout, name, labels.for_behaviours(self.manifest.behaviours, where=record.name))

    def check(self) -> Inspection:
        """Look at every file and setting before hours are spent."""
        return check_project(self._workspace, self._progress)

    def split(self, settings: SplitSettings | None = None) -> list[Split]:
        """Divide the labelled recordings into training, validation and test."""
        return split_project(self._workspace, settings or self.manifest.split)

    def divide(self, settings: SplitSettings | None = None) -> list[Split]:
        """The division that `split` would make, without keeping it."""
        return divide_project(self._workspace, settings or self.manifest.split)[0]

    def seen_frames(self) -> int:
        """Frames that one answer of the whole pipeline depends on."""
        return seen_frames(self._workspace)

    def set_split(self, split: Split) -> None:
        """Keep a split that was made elsewhere."""
        set_split(self._workspace, split)

    @staticmethod
    def tensor_shapes(
        stage: Stage, plugin: str, settings: Mapping[str, Any], *, n_outputs: int = 1, n_latents: int = 1
    ) -> dict[str, tuple[int, ...]]:
        """Shapes of all tensors of a network by name, before there is a project: what weights for it must be."""
        return tensor_shapes(load_catalog(), stage, plugin, settings, n_outputs=n_outputs, n_latents=n_latents)

    def adopt_run(self, run: OutsideRun) -> str:
        """Make a run of a network that another program trained, strictly tensor by tensor; gives its id."""
        return adopt_run(self._workspace, run).run_id

    def keep_prediction(self, prediction: OutsidePrediction) -> None:
        """Keep what another program said of a recording, to look at; deg's own next prediction takes its place."""
        keep_prediction(self._workspace, prediction)

    def train(self, stage: Stage | None = None) -> list[RunRecord]:
        """Train one stage, or all that are not trained yet."""
        now = datetime.now(timezone.utc)
        if stage is None:
            return train_all(self._workspace, self._progress, now=now)
        return [train_stage(self._workspace, stage, self._progress, now=now)]

    def runs(self) -> list[RunRecord]:
        """Finished training runs, oldest first."""
        return list_runs(self._workspace.layout)

    def run(self, run_id: str | None = None) -> RunRecord:
        """The card of a finished run; by default of the newest sequence run, which predicts."""
        layout = self._workspace.layout
        return newest_run(layout, "sequence") if run_id is None else load_run_record(layout.run(run_id))

    def run_card(self, run_id: str | None = None) -> dict[str, Any]:
        """What is needed to repeat a run, as plain JSON: see `deg run-card`; by default the newest sequence run."""
        return run_card(self._workspace, run_id)

    def curves(self, run_id: str) -> dict[str, NDArray[np.float64]]:
        """How a run was trained, finished or not: epoch, losses, score and learning rate, each of shape (n_epochs,).

        Raises:
            ProjectError: There is no such run, or it was fitted without epochs.
        """
        return load_curves(self._workspace.layout.run(run_id))

    def spans(self, part: Part, run_id: str) -> tuple[Span, ...]:
        """Stretches of recordings that were a part of the split when a run was trained."""
        return split_from_card(self.run(run_id).split).part(part)

    def thresholds(self, run_id: str | None = None) -> dict[str, float]:
        """Least probability that counts as present, by behaviour; nothing where behaviours exclude each other."""
        run = self.run(run_id)
        by_hand = load_hand_thresholds(self._workspace.layout.run(run.run_id), run)
        return {**dict(zip(run.behaviours, run.thresholds, strict=not run.exclusive)), **by_hand}

    def set_thresholds(self, values: Mapping[str, float | None], run_id: str | None = None) -> None:
        """Set thresholds of a run by hand; None goes back to the run's own. The next `predict` decides by them."""
        run = self.run(run_id)
        folder = self._workspace.layout.run(run.run_id)
        by_hand = {**load_hand_thresholds(folder, run), **values}
        save_hand_thresholds(folder, run, {name: value for name, value in by_hand.items() if value is not None})

    def predict(self, *names: str | Path, run: str | None = None, output: str | Path | None = None) -> list[Outcome]:
        """Predict recordings, or any other video files; without names, every recording."""
        pipeline = load_pipeline(self._workspace, run)
        targets = find_targets(self._workspace, [str(name) for name in names], Path(output) if output else None)
        return predict_targets(self._workspace, pipeline, targets, self._progress)

    def networks(self, run: str | None = None, *, n_frames: int = 8) -> tuple[TrainedNetwork, ...]:
        """The networks that predict, for programs that take them elsewhere, with examples for `n_frames` frames."""
        return trained_networks(load_pipeline(self._workspace, run), n_frames)

    def time_prediction(self, name: str | Path, *, run: str | None = None, n_frames: int = 512) -> Timing:
        """How fast this machine predicts a recording, or any other video: each step, and all together."""
        pipeline = load_pipeline(self._workspace, run)
        return time_prediction(self._workspace, pipeline, self._target(name).video_path, n_frames)

    def live(self, look_ahead: int | None = None, *, run: str | None = None) -> LiveSession:
        """Decide about frames as they come; see `Model.live`."""
        return LiveSession(self._workspace, load_pipeline(self._workspace, run), look_ahead)

    def prediction(self, name: str | Path) -> Prediction:
        """What deg says about a recording, or about another video of this name or path."""
        path = self._workspace.layout.prediction(str(name))
        return load_prediction(path if path.is_file() else self._target(name).prediction_path)

    def latents(self, name: str | Path) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """What the feature extractor said of a recording: latents (T, D) and logits (T, n_outputs).

        Raises:
            ProjectError: It is not predicted yet, or the file is damaged.
        """
        with reading_latents(self._workspace.layout.prediction(str(name))) as store:
            return tuple(store.read(what, 0, store.n_frames) for what in ("latents", "logits"))  # type: ignore[return-value]

    def labels(self, name: str | Path) -> Labels | None:
        """What a person says about a recording; None where nobody scored it, and for other videos."""
        known = {record.name: record for record in self.recordings()}
        return self._workspace.labels(known[str(name)]) if str(name) in known else None

    def open_video(self, name: str | Path) -> VideoReader:
        """Open the video of a recording, or another one."""
        return self._workspace.open_video(self._target(name).video_path)

    def _target(self, name: str | Path) -> Target:
        return find_targets(self._workspace, [str(name)])[0]

    def evaluate(self, part: Part = "test", *, run: str | None = None, n_resamples: int = N_RESAMPLES) -> Report:
        """Score predictions on a part of the split; with intervals from so many resamples, none where 0."""
        pipeline = load_pipeline(self._workspace, run)
        report = evaluate(self._workspace, pipeline, part, self._progress, n_resamples=n_resamples)
        save_report(self._workspace, report)
        return report

    def stretch(self, span: Span) -> ScoredStretch:
        """What was predicted in a span of a labelled recording, beside its labels, to be scored."""
        labels = self.labels(span.record)
        if labels is None:
            fix = f"deg import-labels {span.record} FILE"
            raise ProjectError("has no labels to score by", where=f"recording {span.record!r}", fix=fix)
        return stretch_of(span, self.prediction(span.record), labels)

    def score(self, stretches: Sequence[ScoredStretch], *, n_resamples: int = N_RESAMPLES) -> Report:
        """Score predictions from elsewhere with the project's metrics, such as test frames of several folds."""
        return score_together(self._workspace, stretches, n_resamples)

    def export(
        self, label_format: str, folder: str | Path, *, what: What = "predictions", names: Sequence[str] = ()
    ) -> list[Exported]:
        """Write labels or predictions as another program's files."""
        choice = FormatChoice(label_format)
        return export(self._workspace, self._workspace.records(names), what, choice, Path(folder))
