"""What a training run will be made from, so that the same work is neither done twice nor begun anew."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

from deg_core.data.record import Span
from deg_core.data.whole_file import write_text
from deg_core.jobs.models import identity_of, plugin_of
from deg_core.jobs.pose import pose_path
from deg_core.jobs.stage_job import training_of
from deg_core.jobs.training_data import TrainingData
from deg_core.jobs.transfer import Source
from deg_core.jobs.workspace import Workspace
from deg_core.project.files import fingerprint, sha256_of
from deg_core.project.layout import Layout
from deg_core.project.manifest import Stage
from deg_core.project.run_record import RunRecord, TaughtBy
from deg_core.project.runs import CARD, PLAN, list_runs, new_run_id
from deg_core.project.split_file import split_to_card

Plan = dict[str, Any]


def plan_run(
    workspace: Workspace,
    stage: Stage,
    data: TrainingData,
    built_on: RunRecord | None,
    source: Source | None,
    taught_by: TaughtBy | None = None,
) -> Plan:
    """All that decides on a run's weights, as plain values. Device, workers and cache do not.

    Raises:
        VideoError: A video is missing.
    """
    manifest, choices = workspace.manifest, workspace.choices
    names: Iterable[str] = data.videos if stage == "flow" else data.names
    plan: Plan = {
        "stage": stage,
        "plugin": plugin_of(stage, workspace).model_dump(mode="json"),
        "training": training_of(manifest, stage).model_dump(mode="json"),
        "behaviours": list(manifest.behaviours),
        "exclusive": manifest.exclusive,
        "image": manifest.image.model_dump(mode="json"),
        "precision": manifest.precision,
        "seed": manifest.seed,
        "split": split_to_card(data.split).model_dump(mode="json"),
        "videos": {name: fingerprint(data.videos[name]) for name in sorted(names)},
        "built_on": None if built_on is None else identity_of(built_on),
    }
    if source is not None:
        plan["from"] = {"weights": source.run.weights_sha256, "behaviours": list(source.run.behaviours)}
    if taught_by is not None:
        spans = [(span.record, span.start, span.stop) for span in data.taught]
        plan["teacher"] = {"runs": taught_by.runs, "weight": taught_by.weight, "spans": spans}
    if stage == "sequence":
        plan["length"] = manifest.sequence.length
        plan["thresholds"] = manifest.thresholds.model_dump(mode="json")
    else:
        plan["augmentation"] = manifest.augmentation.model_dump(mode="json")
    if stage == "features":
        plan["curriculum"] = manifest.features.curriculum
        plan["fine_tune_flow"] = manifest.features.fine_tune_flow
        if choices.features.plugin.needs_pose:
            records = workspace.records(data.names)
            plan["poses"] = {r.name: sha256_of(pose_path(r)) for r in records}
    if stage != "flow":
        loss = choices.features_loss if stage == "features" else choices.sequence_loss
        plan["loss"] = loss.used().model_dump(mode="json")
        plan["labels"] = _digest_of_labels(data, (*data.split.train, *data.split.validation))
    return plan


def finished_run(layout: Layout, stage: Stage, plan: Plan) -> RunRecord | None:
    """The newest finished run of a stage, if it was made from this plan."""
    runs = list_runs(layout, stage)
    return runs[-1] if runs and _digest_in(layout.run(runs[-1].run_id)) == digest_of(plan) else None


def open_run(layout: Layout, stage: Stage, plan: Plan, now: datetime, *, fresh: bool) -> tuple[Path, bool]:
    """The folder of an unfinished run of this plan, the newest; else, or where `fresh`, a new one.

    Returns:
        The folder, and whether it is one to go on with.
    """
    folders = sorted(layout.runs.glob(f"{stage}-*")) if layout.runs.is_dir() else []
    unfinished = [f for f in folders if not (f / CARD).exists() and _digest_in(f) == digest_of(plan)]
    if unfinished and not fresh:
        return unfinished[-1], True
    folder = layout.run(new_run_id(layout, stage, now))
    write_text(folder / PLAN, json.dumps({"digest": digest_of(plan), "plan": plan}, indent=1) + "\n")
    return folder, False


def digest_of(plan: Plan) -> str:
    """SHA-256 of a plan, as hexadecimal digits."""
    return hashlib.sha256(json.dumps(plan, sort_keys=True).encode()).hexdigest()


def _digest_in(folder: Path) -> str | None:
    try:
        return str(json.loads((folder / PLAN).read_text(encoding="utf-8"))["digest"])
    except (
        OSError,
        ValueError,
        KeyError,
        TypeError,
        RecursionError,
    ):  # none, or not one of ours: then it is no plan to go on with
        return None


def _digest_of_labels(data: TrainingData, spans: Iterable[Span]) -> str:
    digest = hashlib.sha256()
    for span in spans:
        digest.update(data.labels[span.record].marks[span.start : span.stop].tobytes())
    return digest.hexdigest()
