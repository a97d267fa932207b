"""Divides a project's labelled recordings."""

from __future__ import annotations

from deg_core.data.splits import Split
from deg_core.jobs.workspace import Workspace
from deg_core.networks.building import build_features, build_sequence
from deg_core.project.manifest import SplitSettings
from deg_core.project.split_file import save_splits
from deg_core.project.splitting import make_splits


def split_project(workspace: Workspace, settings: SplitSettings) -> list[Split]:
    """Divide the labelled recordings and keep the result in `split.yaml`.

    Raises:
        ProjectError: Too little labelled data for this division.
    """
    splits, guard = divide_project(workspace, settings)
    save_splits(workspace.layout, splits, settings, guard)
    return splits


def divide_project(workspace: Workspace, settings: SplitSettings) -> tuple[list[Split], int]:
    """Divide the labelled recordings; gives the splits, and the frames left out between blocks."""
    labels = workspace.labelled()
    guard = settings.guard_frames
    if guard is None:
        guard = seen_frames(workspace) if settings.by == "block" else 0
    return make_splits(workspace.records(), labels, settings, guard, workspace.manifest.seed), guard


def seen_frames(workspace: Workspace) -> int:
    """Frames that one answer of the whole pipeline depends on; with no bound, a training stretch more than a window."""
    manifest, choices = workspace.manifest, workspace.choices
    extractor = build_features(choices.features, manifest.n_outputs, manifest.seed)
    model = build_sequence(choices.sequence, extractor.n_latents, manifest.n_outputs, manifest.seed)
    field = model.receptive_field if model.receptive_field is not None else manifest.sequence.length
    return extractor.window + field - 1
