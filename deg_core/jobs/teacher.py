"""A trained pipeline as a teacher: its probabilities are learned from, beside labels and where there are none.

After Hinton et al., Distilling the Knowledge in a Neural Network (2015). Cross-entropy is linear in its targets, so
that of mixed labels is the mixture of both losses.

Axes: T frames, K behaviours.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from deg_core.data.record import Record, Span
from deg_core.data.splits import Split
from deg_core.errors import CheckpointError, ManifestError, ProjectError
from deg_core.interfaces import FitsDirectly
from deg_core.jobs.add import recording_timeline
from deg_core.jobs.model import Model
from deg_core.jobs.models import TrainedPipeline, identity_of, load_pipeline
from deg_core.jobs.predict import Target, predict_targets
from deg_core.jobs.training_data import TrainingData
from deg_core.jobs.transfer import build_stage
from deg_core.jobs.workspace import Workspace, open_workspace
from deg_core.progress import Progress
from deg_core.project.layout import Layout
from deg_core.project.manifest import Stage
from deg_core.project.model_file import is_model_file
from deg_core.project.run_record import RunRecord, TaughtBy
from deg_core.project.split_file import split_to_card
from deg_core.project.store import load_prediction


@dataclass(frozen=True, slots=True)
class Teacher:
    """A pipeline that answers for every training frame.

    Attributes:
        workspace: The project, or shared model, that it is of.
        pipeline: Its networks.
        card: What is remembered of it.
    """

    workspace: Workspace
    pipeline: TrainedPipeline
    card: TaughtBy


def find_teacher(workspace: Workspace, data: TrainingData) -> tuple[Teacher, TrainingData] | None:
    """The teacher that the manifest names, and the data with what it is to answer for; None where it names none.

    Raises:
        ManifestError: The name leads to nothing.
        CheckpointError: It knows other behaviours, or is damaged.
        ProjectError: It learned from frames that are not for training here.
    """
    settings = workspace.manifest.teacher
    if settings is None:
        return None
    of, pipeline = _load(workspace, settings.run)
    _check_behaviours(workspace, pipeline.sequence_run)
    spans = taught_spans(workspace, data.split)
    card = TaughtBy(
        source=settings.run,
        runs=(identity_of(pipeline.features_run), identity_of(pipeline.sequence_run)),
        weight=settings.weight,
        recordings=len({span.record for span in spans}),
        frames=sum(span.n_frames for span in spans),
    )
    return Teacher(of, pipeline, card), replace(data, taught=spans)


def _load(workspace: Workspace, name: str) -> tuple[Workspace, TrainedPipeline]:
    path = (workspace.layout.root / Path(name).expanduser()).resolve()
    if is_model_file(path):
        model = Model(path, catalog=workspace.catalog)
        return model.workspace, model.pipeline
    if Layout(path).manifest.is_file() and path != workspace.layout.root:
        other = open_workspace(path, workspace.catalog)
        return other, load_pipeline(other)
    if not workspace.layout.run(name).is_dir():
        raise ManifestError(
            f"{name!r} is no run of this project, no other project and no shared model",
            where=f"{workspace.layout.manifest}, teacher.run",
            fix="give a sequence run (`deg runs` lists them), another project's folder, or a file of `deg share`",
        )
    pipeline = load_pipeline(workspace, name)
    if pipeline.sequence_run.split != split_to_card(workspace.split()):
        raise ProjectError(
            f"{name} was trained on another split than the project has now, and may know frames of its test part",
            where=str(workspace.layout.split),
            fix="train the teacher on this split, too: deg train all",
        )
    return workspace, pipeline


def _check_behaviours(workspace: Workspace, run: RunRecord) -> None:
    manifest = workspace.manifest
    if sorted(run.behaviours) == sorted(manifest.behaviours) and run.exclusive == manifest.exclusive:
        return
    exclusive = ("", ", which exclude each other")
    raise CheckpointError(
        f"teaches {', '.join(run.behaviours)}{exclusive[run.exclusive]}, but the project is about"
        f" {', '.join(manifest.behaviours)}{exclusive[manifest.exclusive]}",
        where=f"teacher {run.run_id}",
        fix="choose a teacher of the same behaviours",
    )


def taught_spans(workspace: Workspace, split: Split) -> tuple[Span, ...]:
    """All that a teacher may answer for: never what validation and test are made of.

    These are whole recordings of the training part, and those that nobody scored; of a recording that has a part in
    validation or test, no more than its training blocks. A recording nobody scored is left out where its video, or the
    group by which data are split, is also one of validation or test.
    """
    held = {span.record for span in (*split.validation, *split.test)}
    records = {record.name: record for record in workspace.records()}
    kept = [record for name, record in records.items() if name in held]
    videos, groups = {r.video_path for r in kept}, {_group(workspace, r) for r in kept} - {None}
    spans = [span for span in split.train if span.record in held]
    for name in sorted({span.record for span in split.train} - held):
        spans.append(_whole(workspace, records[name]))
    for record in records.values():
        is_free = record.video_path not in videos and _group(workspace, record) not in groups
        if record.labels_path is None and is_free:
            spans.append(_whole(workspace, record))
    return tuple(sorted(spans))


def _group(workspace: Workspace, record: Record) -> str | None:
    group = workspace.manifest.split.group
    return None if group is None else record.groups.get(group)


def _whole(workspace: Workspace, record: Record) -> Span:
    return Span(record.name, 0, recording_timeline(workspace, record.video_path, record.name).n_frames)


def check_pupil(workspace: Workspace, stage: Stage, built_on: RunRecord | None) -> None:
    """Refuse a stage that cannot learn from probabilities.

    Raises:
        ManifestError: It has a solver of its own, or its loss takes no soft labels.
    """
    choices = workspace.choices
    chosen, loss = getattr(choices, stage), getattr(choices, f"{stage}_loss")
    where = f"{workspace.layout.manifest}, {stage}"
    if isinstance(build_stage(workspace, stage, workspace.manifest.n_outputs, built_on), FitsDirectly):
        problem = f"{chosen.plugin.name!r} is not trained step by step, and"
    elif not loss.plugin.soft_labels:
        problem, where = f"loss {loss.plugin.name!r}", f"{where}.loss"
    else:
        return
    raise ManifestError(
        f"{problem} takes no labels between 0 and 1, which is what a teacher gives",
        where=where,
        fix="choose another plugin here, or train without a teacher",
    )


def be_taught(workspace: Workspace, teacher: Teacher, data: TrainingData, progress: Progress) -> TrainingData:
    """The data with the teacher's answers, which are predicted where they are not kept in the cache yet.

    Raises:
        DegError: A recording cannot be predicted.
    """
    digest = hashlib.sha256(" ".join(teacher.card.runs).encode()).hexdigest()[:16]
    folder = workspace.layout.cache / "teachers" / digest
    records = workspace.records(sorted({span.record for span in data.taught}))
    targets = [Target(r.name, r.video_path.resolve(), folder / f"{r.name}.h5", r) for r in records]
    soft = {}
    for outcome in predict_targets(teacher.workspace, teacher.pipeline, targets, progress):
        if outcome.error is not None:
            raise outcome.error
        name, behaviours = outcome.target.name, teacher.pipeline.sequence_run.behaviours
        decisions = load_prediction(outcome.target.prediction_path).decisions
        columns = [behaviours.index(each) for each in workspace.manifest.behaviours]
        soft[name] = decisions.probabilities[:, columns]
        if name in data.labels:
            data.check_length(name, len(soft[name]))
            marks = data.labels[name].marks
            soft[name] = mixed(marks, soft[name], teacher.card.weight, exclusive=workspace.manifest.exclusive)
    return replace(data, soft=soft)


def mixed(
    marks: NDArray[np.int8], probabilities: NDArray[np.float32], weight: float, *, exclusive: bool
) -> NDArray[np.float32]:
    """Soft labels: what a person and a teacher say together, where both do, and else what the teacher says.

    Args:
        marks: 1, 0, or -1 where not labelled; shape (T, K).
        probabilities: Of the teacher; shape (T, K).
        weight: What the teacher counts for where there is a label.
        exclusive: Whether behaviours exclude each other, so that one that is present tells of all.

    Returns:
        0..1, float32; shape (T, K), a new array.
    """
    known = marks >= 0
    if exclusive:
        known = np.repeat(((marks == 1).any(axis=1) | known.all(axis=1))[:, None], marks.shape[1], axis=1)
    together = weight * probabilities + (1 - weight) * (marks == 1)
    return np.where(known, together, probabilities).astype(np.float32)
