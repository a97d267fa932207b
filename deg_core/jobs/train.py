"""Trains the stages of a project, each into a run of its own, and goes on where it was interrupted."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from deg_core.errors import DegError, ProjectError
from deg_core.jobs.models import check_manifest, plugin_of
from deg_core.jobs.provenance import git_state, software_versions
from deg_core.jobs.run_plan import finished_run, open_run, plan_run
from deg_core.jobs.software import plugin_distributions
from deg_core.jobs.stage_job import StageJob, Tell, Trained, training_of
from deg_core.jobs.teacher import be_taught, check_pupil, find_teacher
from deg_core.jobs.train_features import train_features
from deg_core.jobs.train_flow import train_flow
from deg_core.jobs.train_sequence import train_sequence
from deg_core.jobs.training_data import load_training_data, unseen_behaviours
from deg_core.jobs.transfer import find_source, prepare_transfer
from deg_core.jobs.workspace import Workspace
from deg_core.networks.device import check_precision, choose_device
from deg_core.networks.weights import save_weights
from deg_core.progress import Progress
from deg_core.project.files import sha256_of
from deg_core.project.manifest import STAGES, Stage
from deg_core.project.run_record import PluginUsed, RunRecord
from deg_core.project.runs import RESUME, WEIGHTS, check_behaviours, newest_run, run_chain, save_run_record
from deg_core.project.split_file import split_to_card
from deg_core.training.callbacks import BEST

_TRAIN: dict[Stage, Callable[[StageJob], Trained]] = {
    "flow": train_flow,
    "features": train_features,
    "sequence": train_sequence,
}


def _tell_nobody(sentence: str) -> None:
    pass


def train_all(
    workspace: Workspace, progress: Progress, *, now: datetime, fresh: bool = False, tell: Tell = _tell_nobody
) -> list[RunRecord]:
    """Train the three stages in order; flow only where the feature extractor needs it.

    Args:
        workspace: The project, its data split.
        progress: Who is told how far it is.
        now: The time, from which runs get their names.
        fresh: Train also what is trained already with these settings on these data.
        tell: Who is told, in a sentence, what somebody should know.

    Returns:
        The runs, in the order of the stages.
    """
    runs = []
    began = time.monotonic()
    for stage in STAGES:
        if stage == "flow" and not workspace.choices.features.plugin.needs_flow:
            tell(f"flow is skipped: feature extractor {workspace.choices.features.plugin.name!r} does not need it")
            continue
        runs.append(train_stage(workspace, stage, progress, now=now, began=began, fresh=fresh, tell=tell))
    return runs


def train_stage(
    workspace: Workspace,
    stage: Stage,
    progress: Progress,
    *,
    now: datetime,
    began: float | None = None,
    fresh: bool = False,
    tell: Tell = _tell_nobody,
) -> RunRecord:
    """Train one stage, on the newest run of the stage before.

    A run of the same plan that was interrupted is gone on with; one that is finished, and the newest, is kept.

    Args:
        workspace: The project, its data split.
        stage: Which stage.
        progress: Who is told how far it is.
        now: The time, from which the run gets its name.
        began: What the monotonic clock showed at that time, seconds; None: what it shows when this is called.
        fresh: Train anew in either case.
        tell: Who is told, in a sentence, what somebody should know.

    Raises:
        ProjectError: The data are not split, show no behaviour, or the stage before is not trained.
        CheckpointError: The newest run of the stage before was trained for something else, or nothing fits of the one
            to start from.
        KeyboardInterrupt: Somebody stopped it. What was done is kept; the same call goes on from there.
    """
    began = time.monotonic() if began is None else began
    data = load_training_data(workspace)
    built_on = _built_on(workspace, stage)
    if stage != "flow" and workspace.manifest.teacher is None:  # who can show what labels do not
        for name in unseen_behaviours(data, workspace.manifest.behaviours):
            tell(f"behaviour {name!r} is never present in the training part: it cannot be learned")
    source = find_source(workspace, stage)
    found = None if stage == "flow" else find_teacher(workspace, data)
    teacher, data = found or (None, data)
    taught_by = None if teacher is None else teacher.card
    plan = plan_run(workspace, stage, data, built_on, source, taught_by)
    finished = None if fresh else finished_run(workspace.layout, stage, plan)
    if finished is not None:
        tell(f"{stage}: {finished.run_id} was trained with these settings on these data, and is kept")
        return finished
    device = choose_device(workspace.manifest.device)
    check_precision(workspace.manifest.precision, device)
    transfer = None if source is None else prepare_transfer(workspace, stage, source, built_on)
    if teacher is not None:
        check_pupil(workspace, stage, built_on)
        tell(f"{stage}: {teacher.card.summary()}")
        data = be_taught(workspace, teacher, data, progress)
    folder, resumed = open_run(workspace.layout, stage, plan, now, fresh=fresh)
    if resumed:
        tell(f"{stage}: {folder.name} was interrupted, and is gone on with")
    job = StageJob(stage, workspace, data, built_on, device, folder, progress, tell, transfer, taught_by)
    with _naming(plugin_of(stage, workspace)):
        trained = _TRAIN[stage](job)
    return _finish(job, trained, _later(now, began))


def _later(now: datetime, began: float) -> datetime:
    """The time by now, if it was `now` when the monotonic clock showed `began`."""
    return now + timedelta(seconds=round(time.monotonic() - began))


def _built_on(workspace: Workspace, stage: Stage) -> RunRecord | None:
    """The newest run of the stage before, if this one needs it and it fits the project as it is now."""
    if stage == "flow" or (stage == "features" and not workspace.choices.features.plugin.needs_flow):
        return None
    newest = newest_run(workspace.layout, "flow" if stage == "features" else "features")
    manifest = workspace.manifest
    for run in run_chain(workspace.layout, newest.run_id):
        check_behaviours(run, manifest.behaviours, exclusive=manifest.exclusive)
        check_manifest(run, workspace)
        if run.split != split_to_card(workspace.split()):
            raise ProjectError(
                f"{run.run_id} was trained on another split than the project has now, so no frame is unseen by both",
                where=str(workspace.layout.split),
                fix="train all stages on one split: deg train all",
            )
    return newest


def _finish(job: StageJob, trained: Trained, finished: datetime) -> RunRecord:
    """Write weights, then the card, and tidy up."""
    manifest = job.workspace.manifest
    save_weights(trained.model, job.folder / WEIGHTS)
    record = RunRecord(
        run_id=job.folder.name,
        stage=job.stage,
        plugin=plugin_of(job.stage, job.workspace),
        loss=trained.loss,
        behaviours=manifest.behaviours,
        exclusive=manifest.exclusive,
        n_latents=trained.n_latents,
        image=manifest.image,
        statistics=trained.statistics,
        built_on=None if job.built_on is None else job.built_on.run_id,
        started_from=None if job.transfer is None else job.transfer.card,
        taught_by=job.taught_by,
        fine_tuned_flow=trained.fine_tuned_flow,
        thresholds=() if trained.thresholds is None else tuple(trained.thresholds.tolist()),
        neutral=() if trained.neutral is None else tuple(trained.neutral.tolist()),
        postprocess=trained.postprocess,
        split=split_to_card(job.data.split),
        seed=manifest.seed,
        training=training_of(manifest, job.stage).model_dump(mode="json") if trained.fitted.epochs else {},
        scores={name: value if math.isfinite(value) else None for name, value in trained.scores.items()},
        minutes=trained.fitted.minutes,
        weights_sha256=sha256_of(job.folder / WEIGHTS),
        versions=software_versions() | plugin_distributions(job.workspace),
        git=git_state(job.workspace.layout.root),
        created=finished,
    )
    save_run_record(job.folder, record)
    for leftover in (*job.folder.rglob(RESUME), *job.folder.rglob(BEST)):
        leftover.unlink()
    return record


@contextmanager
def _naming(plugin: PluginUsed) -> Iterator[None]:
    """Add to an error that comes out of a plugin's code whose it is."""
    try:
        yield
    except Exception as error:
        if not isinstance(error, DegError) and hasattr(error, "add_note"):  # Python 3.11
            error.add_note(f"while training {plugin.name!r} from {plugin.distribution} {plugin.version}")
        raise
