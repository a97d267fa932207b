"""Trains and scores trials, each in a project of its own, and keeps what came of them.

Axes: T frames, K behaviours.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from deg_core.api import Progress, ProjectError, ScoredStretch
from deg_plugins_analysis.trials.trial import Outcome, Trial, digest_of

if TYPE_CHECKING:
    from deg_core import Project

_OUTCOME, _FRAMES, _PLAN = "outcome.json", "frames.npz", "plan.txt"


def run_trials(
    project: Project, trials: Sequence[Trial], folder: Path, progress: Progress, *, keep: bool = False
) -> list[Outcome]:
    """Train and score every trial. One that came to something before, of the same data and settings, is kept.

    Args:
        project: The project whose recordings and labels are used; it stays as it is.
        trials: What to train.
        folder: Where trials lie; the same call goes on there after an interruption.
        progress: Who is told how far it is.
        keep: Keep weights and predictions too, not only what came of them.

    Raises:
        ProjectError: A trial cannot be trained, such as one whose training frames show no behaviour.
    """
    outcomes = []
    with progress.task("trainings", len(trials)) as task:
        for trial in trials:
            outcomes.append(_run(project, trial, folder / trial.name, progress, keep=keep))
            task.advance(note=trial.name)
    return outcomes


def _run(project: Project, trial: Trial, place: Path, progress: Progress, *, keep: bool) -> Outcome:
    digest = digest_of(project, trial)
    known = load_outcome(place, trial.name, digest)
    if known is not None:
        return known
    _clear_other(place, digest)
    inner = _open(project, trial, place, digest, progress)
    inner.train()
    report = inner.evaluate(n_resamples=0).model_dump(mode="json")
    outcome = _outcome(inner, trial, report)
    _save(place, digest, outcome)
    if not keep:
        for name in ("runs", "predictions"):
            shutil.rmtree(place / name, ignore_errors=True)
    return outcome


def _clear_other(place: Path, digest: str) -> None:
    """Remove a trial of other data or settings; one of these was interrupted, and is gone on with."""
    with suppress(OSError):
        if (place / _PLAN).read_text(encoding="utf-8") == digest:
            return
    if place.exists() and not (place / _PLAN).is_file() and any(place.iterdir()):
        raise ProjectError(
            "there are files that no trial wrote", where=str(place), fix="choose another folder with --output"
        )
    shutil.rmtree(place, ignore_errors=True)


def _open(project: Project, trial: Trial, place: Path, digest: str, progress: Progress) -> Project:
    """A project of the trial's own: same videos, labels and pose, by reference where they are large."""
    from deg_core import Project

    place.mkdir(parents=True, exist_ok=True)
    (place / _PLAN).write_text(digest, encoding="utf-8")
    (place / "project.yaml").write_text(json.dumps(trial.settings, indent=1), encoding="utf-8")  # JSON is YAML
    _share_cache(place)
    inner = Project(place, progress, project.workspace.catalog)
    known = {record.name for record in inner.recordings()}
    for name in trial.recordings:
        record, labels = project.record(name), project.labels(name)
        if name not in known:
            inner.add(record.video_path, name=name, groups=record.groups)
        if labels is not None:
            inner.set_labels(name, labels)
        if record.pose_path is not None:
            shutil.copyfile(record.pose_path, inner.workspace.layout.pose(name))
    inner.set_split(trial.split)
    return inner


def _share_cache(place: Path) -> None:
    """Decode videos once for all trials of the same settings, which lie side by side; where links are allowed."""
    shared = place.parent / "cache"
    with suppress(OSError):
        shared.mkdir(exist_ok=True)
        if not (place / "cache").exists():
            (place / "cache").symlink_to(shared, target_is_directory=True)


def _outcome(inner: Project, trial: Trial, report: Mapping[str, Any]) -> Outcome:
    stretches = tuple(inner.stretch(span) for span in trial.split.test)
    behaviours = inner.manifest.behaviours
    present = dict.fromkeys(behaviours, 0)
    for span in trial.split.train:
        labels = inner.labels(span.record)
        assert labels is not None
        for name, count in zip(behaviours, (labels.marks[span.start : span.stop] == 1).sum(axis=0), strict=True):
            present[name] += int(count)
    n_frames = sum(span.n_frames for span in trial.split.train)
    return Outcome(trial.name, report, stretches, tuple(s.start for s in trial.split.test), n_frames, present)


def _save(place: Path, digest: str, outcome: Outcome) -> None:
    """Keep what came of a trial; the second file says that the first is whole."""
    arrays: dict[str, Any] = {}
    for index, stretch in enumerate(outcome.stretches):
        arrays[f"{index} probabilities"] = stretch.probabilities
        arrays[f"{index} present"] = stretch.present
        arrays[f"{index} labels"] = stretch.labels
    values = {
        "digest": digest,
        "report": outcome.report,
        "recordings": [stretch.recording for stretch in outcome.stretches],
        "frames_per_second": [stretch.frames_per_second for stretch in outcome.stretches],
        "starts": outcome.starts,
        "train_frames": outcome.train_frames,
        "train_present": outcome.train_present,
    }
    part = place / f"{_OUTCOME}.part"
    np.savez_compressed(place / _FRAMES, **arrays)
    part.write_text(json.dumps(values, indent=1), encoding="utf-8")
    part.replace(place / _OUTCOME)


def load_outcome(place: Path, name: str, digest: str) -> Outcome | None:
    """What came of a trial earlier; None where nothing did, or it was one of other data or settings."""
    try:
        values = json.loads((place / _OUTCOME).read_text(encoding="utf-8"))
        if values["digest"] != digest:
            return None
        with np.load(place / _FRAMES) as arrays:
            stretches = tuple(
                ScoredStretch(
                    recording,
                    arrays[f"{index} probabilities"],
                    arrays[f"{index} present"],
                    arrays[f"{index} labels"],
                    values["frames_per_second"][index],
                )
                for index, recording in enumerate(values["recordings"])
            )
    except (OSError, ValueError, KeyError):
        return None
    return Outcome(
        name,
        values["report"],
        stretches,
        tuple(values["starts"]),
        values["train_frames"],
        values["train_present"],
    )
