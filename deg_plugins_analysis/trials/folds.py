"""Divides a project's labelled data into folds, the same for every pipeline that is compared."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from deg_core.api import ProjectError, Split
from deg_plugins_analysis.trials.candidates import Candidate
from deg_plugins_analysis.trials.trial import Trial

if TYPE_CHECKING:
    from deg_core import Project


def folds_of(
    project: Project,
    others: Sequence[Project] = (),
    *,
    n_folds: int,
    by: str | None = None,
    group: str | None = None,
    leave_one_out: bool = False,
) -> list[Split]:
    """Folds: in each, one part of the data is the test part, and the next one chooses epochs and thresholds.

    Args:
        project: Whose recordings are divided, as it says.
        others: Pipelines that are compared with its own. Between blocks as many frames are left out as the one needs
            that sees most.
        n_folds: How many.
        by: What stays together: recording, block or group; None: what the project says.
        group: Which group stays together.
        leave_one_out: As many folds as there are recordings or groups with labels.

    Raises:
        ProjectError: Too few recordings, groups or blocks.
    """
    settings = _settings(project, by, group)
    if leave_one_out:
        n_folds = _n_units(project, settings)
        if n_folds < 3:
            raise ProjectError(
                f"{n_folds} to leave out in turn; three are needed: to learn from, to choose by, and to test on",
                where=str(project.workspace.layout.root),
                fix="label more recordings, or divide within them: --by block",
            )
    if settings["by"] == "block" and settings["guard_frames"] is None:
        settings["guard_frames"] = max(each.seen_frames() for each in (project, *others))
    return project.divide(type(project.manifest.split).model_validate({**settings, "folds": n_folds, "fold": 0}))


def _settings(project: Project, by: str | None, group: str | None) -> dict[str, Any]:
    settings = project.manifest.split.model_dump()
    if group is not None:
        return {**settings, "by": "group", "group": group}
    if by is not None:
        return {**settings, "by": by, "group": settings["group"] if by == "group" else None}
    return settings


def _n_units(project: Project, settings: dict[str, Any]) -> int:
    labelled = [record for record in project.recordings() if record.labels_path is not None]
    if settings["by"] == "block":
        raise ProjectError(
            "blocks cannot be left out one at a time", where="--leave-one-out", fix="say how many folds: --folds K"
        )
    if settings["by"] == "recording":
        return len(labelled)
    return len({record.groups.get(settings["group"], "") for record in labelled})


def fold_trials(candidate: Candidate, splits: Sequence[Split]) -> list[Trial]:
    """A trial of a pipeline for each fold."""
    return [Trial(f"{candidate.name}/fold-{index}", candidate.settings, split) for index, split in enumerate(splits)]
