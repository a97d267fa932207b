"""Makes a project of deg from a plan: beside its place, and renamed when it is whole.

Axes: T frames, D latents, K behaviours or outputs.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from io import StringIO
from pathlib import Path
from typing import Any

import numpy as np
from deg_core import Project
from deg_core.api import (
    UNLABELLED,
    FrameDecisions,
    Labels,
    OutsidePrediction,
    OutsideRun,
    ProjectError,
    Span,
    Split,
    from_strict_thresholds,
)
from numpy.typing import NDArray
from ruamel.yaml import YAML

from deg_import_deepethogram.heads import columns_of
from deg_import_deepethogram.outputs import ModelOutput, read_output
from deg_import_deepethogram.plan import Plan, has_labels
from deg_import_deepethogram.runs import PlannedRun
from deg_import_deepethogram.source import SourceRecord
from deg_import_deepethogram.starting_weights import FOLDER
from deg_import_deepethogram.thresholds import LEAST

ORIGIN = "DeepEthogram"
_HEADING = "# Brought from DeepEthogram by deg import-deepethogram. What settings mean: deg config schema.\n"


def import_plan(plan: Plan, root: Path) -> Path:
    """Make the project.

    Args:
        plan: What will come.
        root: The new project's folder, which must not be there yet.

    Returns:
        The folder, absolute.

    Raises:
        DegError: The first problem of the plan, or of what is found while it is carried out; then nothing is left.
    """
    root = check_new(root)
    if plan.problems:
        raise plan.problems[0]
    with making(root) as part:
        _write_manifest(plan, part, root)
        project = Project(part)
        labels = [_add(project, record, plan) for record in plan.recordings]
        lengths = {record.name: len(each.marks) for record, each in zip(plan.recordings, labels, strict=True) if each}
        _set_split(project, plan, lengths)
        for weights in plan.starting:
            weights.save(part / FOLDER)
        learned = learn_bouts(project, [each for each in labels if each is not None])
        _adopt_runs(project, plan, lengths, learned)
        for name, (path, groups) in plan.outputs.items():
            extractor, model = (read_output(path, group) for group in groups)
            project.keep_prediction(_outside_prediction(project, name, extractor, model, learned))
    return root


def check_new(root: Path) -> Path:
    """Refuse a folder that is there already.

    Raises:
        ProjectError: It is.
    """
    root = root.resolve()
    if root.exists():
        raise ProjectError("this folder is there already", where=str(root), fix="name a new one; nothing was changed")
    return root


@contextmanager
def making(root: Path) -> Iterator[Path]:
    """Give a folder beside `root`, which gets its name if all goes well and else is removed."""
    part = root.with_name(root.name + ".part")
    shutil.rmtree(part, ignore_errors=True)
    try:
        part.mkdir(parents=True)
        yield part
        part.rename(root)
    except OSError as error:
        raise ProjectError(
            f"cannot write: {error.strerror or error}", where=str(root), fix="free some room, or choose another place"
        ) from error
    finally:
        shutil.rmtree(part, ignore_errors=True)


def _write_manifest(plan: Plan, part: Path, root: Path) -> None:
    values = dict(plan.manifest)
    features = values["features"]
    fitting = [each for each in plan.starting if each.network.settings == features["settings"]]
    if fitting and not any(run.stage == "features" for run in plan.runs):
        path = root / FOLDER / fitting[-1].file_name
        values["features"] = {**features, "settings": {**features["settings"], "weights": str(path)}}
    text = StringIO()
    yaml = YAML()
    yaml.default_flow_style = None
    yaml.width = 110
    yaml.dump(values, text)
    (part / "project.yaml").write_text(_HEADING + text.getvalue(), encoding="utf-8", newline="\n")


def _add(project: Project, record: SourceRecord, plan: Plan) -> Labels | None:
    assert record.video is not None
    project.add(record.video.resolve(), name=record.name, copy=plan.choice.copy)
    if record.labels is None or not has_labels(record):
        return None
    return project.import_labels(record.name, record.labels, label_format="deepethogram-csv")


def _set_split(project: Project, plan: Plan, lengths: Mapping[str, int]) -> None:
    if not plan.split:
        return
    project.set_split(_split(plan.split, lengths))


def _split(names_by_part: Mapping[str, Sequence[str]], lengths: Mapping[str, int]) -> Split:
    parts = {
        part: tuple(Span(name, 0, lengths[name]) for name in names_by_part.get(part, ()) if name in lengths)
        for part in ("train", "validation", "test")
    }
    return Split(**parts)


def learn_bouts(project: Project, labels: Sequence[Labels]) -> Mapping[str, Any]:
    """What the post-processor is to know: in the original, from all recordings that are labelled throughout."""
    chosen = project.workspace.choices.postprocess
    if chosen.plugin.learn is None:
        return {}
    manifest = project.manifest
    whole = [each.marks for each in labels if not (each.marks == UNLABELLED).any()]
    # Where no recording is labelled throughout the original fails; here it is as for behaviours that never happen.
    marks = whole or [np.zeros((1, len(manifest.behaviours)), dtype=np.int8)]
    learned: Mapping[str, Any] = chosen.plugin.learn(chosen.settings, marks, exclusive=manifest.exclusive)
    return learned


def _adopt_runs(project: Project, plan: Plan, lengths: Mapping[str, int], learned: Mapping[str, Any]) -> None:
    ids: dict[int, str] = {}
    for run in plan.runs:
        ids[id(run)] = project.adopt_run(_outside(project, plan, run, lengths, learned, ids))


def _outside(
    project: Project,
    plan: Plan,
    run: PlannedRun,
    lengths: Mapping[str, int],
    learned: Mapping[str, Any],
    ids: Mapping[int, str],
) -> OutsideRun:
    thresholds = run.thresholds
    if run.stage == "flow" or project.manifest.exclusive:
        thresholds = ()
    elif not thresholds:
        thresholds = (0.5,) * len(project.manifest.behaviours)
    return OutsideRun(
        stage=run.stage,
        plugin=run.network.plugin,
        settings=run.network.settings,
        tensors=run.load(),
        image=run.image,
        mean=run.mean,
        std=run.std,
        created=run.created,
        origin=f"{ORIGIN}, {run.name}",
        n_latents=run.network.n_latents,
        built_on=None if run.built_on is None else ids[id(run.built_on)],
        thresholds=thresholds,
        learned=learned if run.stage == "sequence" else {},
        split=_split(run.split or plan.split, lengths),
    )


def _outside_prediction(
    project: Project, name: str, extractor: ModelOutput, model: ModelOutput, learned: Mapping[str, Any]
) -> OutsidePrediction:
    manifest = project.manifest
    columns = columns_of(model.class_names, manifest.behaviours, exclusive=manifest.exclusive)
    own = columns_of(extractor.class_names, manifest.behaviours, exclusive=manifest.exclusive)
    n_behaviours = len(manifest.behaviours)
    thresholds = from_strict_thresholds(np.maximum(model.thresholds, LEAST))[columns][:n_behaviours]
    probabilities = model.probabilities[:, columns][:, :n_behaviours]
    latents = extractor.latents if extractor.latents is not None else np.empty((len(probabilities), 0), np.float32)
    return OutsidePrediction(
        recording=name,
        origin=f"{ORIGIN}, {extractor.group} and {model.group}",
        latents=latents,
        feature_logits=extractor.logits[:, own],
        logits=model.logits[:, columns],
        thresholds=np.full(n_behaviours, np.nan, np.float32) if manifest.exclusive else thresholds,
        present=decide(project, probabilities, thresholds, learned),
    )


def decide(
    project: Project, probabilities: NDArray[np.float32], thresholds: NDArray[np.float32], learned: Mapping[str, Any]
) -> NDArray[np.bool_]:
    """What the original says is present: thresholds, one for each class even where classes exclude each other.

    Args:
        project: With the post-processor.
        probabilities: 0..1; shape (T, K).
        thresholds: Least probabilities that count as present; shape (K,).
        learned: See `learn_bouts`.

    Returns:
        shape (T, K), a new array.
    """
    chosen = project.workspace.choices.postprocess
    frames = FrameDecisions(probabilities, probabilities >= thresholds, thresholds, thresholds, exclusive=False)
    present: NDArray[np.bool_] = chosen.plugin.apply(chosen.settings, learned, frames)
    return present
