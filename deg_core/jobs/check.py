"""Looks at every file and setting of a project before hours are spent on it."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Literal, cast

import numpy as np

from deg_core.data.labels import Labels, count_labels
from deg_core.data.pose import Pose
from deg_core.data.record import Record
from deg_core.data.splits import PARTS
from deg_core.data.timeline import Timeline
from deg_core.errors import DegError, LabelError, PoseError, ProjectError
from deg_core.interfaces import SeesPose
from deg_core.jobs.add import recording_timeline
from deg_core.jobs.engines import check_engine
from deg_core.jobs.pose import check_length, see_poses
from deg_core.jobs.software import changed_runs, changed_since, read_lock
from deg_core.jobs.split import seen_frames
from deg_core.jobs.teacher import find_teacher
from deg_core.jobs.training_data import load_training_data
from deg_core.jobs.transfer import find_source, prepare_transfer
from deg_core.jobs.workspace import Workspace, preparation_of
from deg_core.networks.building import build_features
from deg_core.networks.device import check_precision, choose_device
from deg_core.progress import Progress
from deg_core.project.manifest import STAGES, Stage
from deg_core.project.pose_file import load_pose

_FEW_POSITIVES = 100
"""Below this a behaviour is rarely learned; DeepEthogram's FAQ asks for a few hundred frames."""


_MOST_OUTSIDE = 0.5
"""Share of positions outside of the picture above which a pose is hardly of this video."""

Level = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Finding:
    """Something to mend (`error`) or to know (`warning`)."""

    level: Level
    error: DegError


@dataclass(slots=True)
class RecordingFacts:
    """What was seen of one recording."""

    record: Record
    timeline: Timeline | None = None
    labels: Labels | None = None
    pose: Pose | None = None
    findings: list[Finding] = field(default_factory=list)

    @property
    def n_labelled(self) -> int:
        """Frames with at least one label."""
        return 0 if self.labels is None else int((self.labels.marks >= 0).any(axis=1).sum())


@dataclass(frozen=True, slots=True)
class Inspection:
    """All that was seen.

    Attributes:
        recordings: Each by itself.
        findings: What is to be mended or to be known.
        notes: What each stage would start from, where the manifest says so, in sentences.
    """

    recordings: tuple[RecordingFacts, ...]
    findings: tuple[Finding, ...]
    notes: tuple[str, ...] = ()

    @property
    def n_errors(self) -> int:
        """Findings that stand in the way."""
        return sum(finding.level == "error" for finding in self.findings)


def check_project(workspace: Workspace, progress: Progress) -> Inspection:
    """Open every video, read every label, build every component; collect what is wrong with any of it."""
    recordings = []
    records = workspace.records()
    with progress.task("checking recordings", len(records)) as task:
        for record in records:
            recordings.append(_check_recording(workspace, record))
            task.advance(note=record.name)
    findings = [finding for facts in recordings for finding in facts.findings]
    findings += _check_setup(workspace)
    findings += _check_poses(workspace, recordings)
    findings += _check_behaviours(workspace, recordings)
    findings += _check_split(workspace, recordings)
    notes: list[str] = []
    findings += _check_starts(workspace, notes)
    return Inspection(tuple(recordings), tuple(findings), tuple(notes))


def _check_recording(workspace: Workspace, record: Record) -> RecordingFacts:
    facts = RecordingFacts(record)
    try:
        facts.timeline = recording_timeline(workspace, record.video_path, record.name)
        _check_crop(workspace, record)
        facts.labels = workspace.labels(record)
        if facts.labels is not None and facts.labels.n_frames != facts.timeline.n_frames:
            raise LabelError(
                f"labels for {facts.labels.n_frames} frames, but the video has {facts.timeline.n_frames}",
                where=str(record.labels_path),
                fix="import the labels again: deg import-labels",
            )
        if record.pose_path is not None:
            facts.pose = load_pose(record.pose_path)
            check_length(facts.pose, facts.timeline.n_frames, where=str(record.pose_path))
    except DegError as error:
        facts.findings.append(Finding("error", error))
    return facts


def _check_crop(workspace: Workspace, record: Record) -> None:
    if workspace.manifest.image.crop is None:
        return
    reader = workspace.open_video(record.video_path)
    try:
        preparation_of(workspace.manifest.image).apply(reader.read(0, 1))
    finally:
        reader.close()


def _check_setup(workspace: Workspace) -> Iterator[Finding]:
    def device() -> None:
        chosen = choose_device(workspace.manifest.device)
        check_precision(workspace.manifest.precision, chosen)
        check_engine(workspace, chosen)

    def components() -> None:
        seen_frames(workspace)

    for step in (device, components):
        yield from _try(step)
    if workspace.catalog.conflicts() or workspace.catalog.failures:
        problem = ProjectError("some plugins are broken or clash", where="installed plugins", fix="deg plugins doctor")
        yield Finding("warning", problem)
    yield from _check_software(workspace)
    free = shutil.disk_usage(workspace.layout.root).free
    if free < 1 << 30:
        problem = ProjectError(f"{free >> 20} MB free on this disk", where=str(workspace.layout.root), fix="make room")
        yield Finding("warning", problem)


def _check_starts(workspace: Workspace, notes: list[str]) -> Iterator[Finding]:
    """Compare each stage with the run that it is to start from, find its teacher, and note what would be loaded."""

    def compare(stage: Stage) -> None:
        source = find_source(workspace, stage)
        if source is not None:
            notes.append(f"{stage}: {prepare_transfer(workspace, stage, source).card.summary()}")

    def teacher() -> None:
        found = find_teacher(workspace, load_training_data(workspace)) if workspace.manifest.teacher else None
        if found is not None:
            notes.append(f"features, sequence: {found[0].card.summary()}")

    if workspace.layout.split.is_file():
        yield from _try(teacher)
    for stage in STAGES:
        if stage != "flow" or workspace.choices.features.plugin.needs_flow:
            yield from _try(partial(compare, stage))


def _check_software(workspace: Workspace) -> Iterator[Finding]:
    """Tell where results may change because software did: since the newest runs, and since the lock."""
    fix = "install those again (deg run-card says which), or train anew: deg train"
    for sentence in changed_runs(workspace):
        yield Finding("warning", ProjectError(sentence, where=str(workspace.layout.runs), fix=fix))
    path = workspace.layout.lock
    if not path.is_file():
        return
    try:
        changes = changed_since(read_lock(path))
    except DegError as error:
        yield Finding("error", error)
        return
    if changes:
        fix = f"pip install -r {path.name}; or keep what is installed: deg lock"
        problem = ProjectError(f"the lock says {'; '.join(changes)}", where=str(path), fix=fix)
        yield Finding("warning", problem)


def _try(step: Callable[[], object]) -> Iterator[Finding]:
    try:
        step()
    except DegError as error:
        yield Finding("error", error)


def _check_poses(workspace: Workspace, recordings: Sequence[RecordingFacts]) -> Iterator[Finding]:
    """Whether keypoints lie in the picture, and the feature extractor sees all that it looks for."""
    for facts in recordings:
        if facts.pose is not None and (outside := facts.pose.share_outside) > _MOST_OUTSIDE:
            problem = PoseError(
                f"{outside:.0%} of positions lie outside of the picture",
                where=f"recording {facts.record.name!r}",
                fix="was another video tracked, or one of another size? then track this one",
            )
            yield Finding("warning", problem)
    if not workspace.choices.features.plugin.needs_pose:
        return
    extractor = build_features(workspace.choices.features, workspace.manifest.n_outputs, workspace.manifest.seed)
    for facts in recordings:
        if facts.labels is not None:
            yield from _try(partial(see_poses, workspace, cast("SeesPose", extractor), [facts.record.name]))


def _check_behaviours(workspace: Workspace, recordings: Sequence[RecordingFacts]) -> Iterator[Finding]:
    labels = [facts.labels.marks for facts in recordings if facts.labels is not None]
    if not labels:
        nothing = ProjectError("no recording has labels", where=str(workspace.layout.root), fix="deg import-labels")
        yield Finding("error", nothing)
        return
    counts = np.sum([count_labels(marks) for marks in labels], axis=0)
    for name, (_, present) in zip(workspace.manifest.behaviours, counts, strict=True):
        if present < _FEW_POSITIVES:
            how_many = f"only {present} frames" if present else "no frame"
            problem = LabelError(
                f"behaviour {name!r} is present in {how_many}",
                where=f"labels of {len(labels)} recordings",
                fix=f"score more of it, {_FEW_POSITIVES} frames or better several hundred, or drop it",
            )
            yield Finding("warning", problem)


def _check_split(workspace: Workspace, recordings: Sequence[RecordingFacts]) -> Iterator[Finding]:
    if not workspace.layout.split.is_file():
        return
    try:
        split = workspace.split()
    except DegError as error:
        yield Finding("error", error)
        return
    used = {span.record for part in PARTS for span in split.part(part)}
    known = {facts.record.name for facts in recordings}
    labelled = {facts.record.name for facts in recordings if facts.labels is not None}
    places: tuple[tuple[set[str], str, Level], ...] = (
        (used - known, "gone", "error"),
        (labelled - used, "not in it", "warning"),
    )
    for names, what, level in places:
        if names:
            problem = ProjectError(
                f"recordings {what}: {', '.join(sorted(names))}",
                where=str(workspace.layout.split),
                fix="divide the data again: deg split",
            )
            yield Finding(level, problem)
