"""Small projects of fakes on disk, for tests of whatever works on projects."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from deg_core.data.labels import Labels
from deg_core.data.whole_file import write_text
from deg_core.descriptors import Plugin
from deg_core.interfaces import TorchComponent
from deg_core.jobs.split import split_project
from deg_core.jobs.workspace import Workspace, open_workspace
from deg_core.networks.building import build_features, build_flow, build_sequence
from deg_core.networks.weights import save_weights
from deg_core.project.files import sha256_of
from deg_core.project.layout import Layout
from deg_core.project.manifest import Stage
from deg_core.project.manifest_file import dump_yaml, merge_values
from deg_core.project.pose_file import save_pose
from deg_core.project.records import add_record, save_labels
from deg_core.project.resolve import Chosen
from deg_core.project.run_record import RunRecord, Statistics
from deg_core.project.runs import WEIGHTS, new_run_id, save_run_record
from deg_core.project.split_file import split_to_card
from deg_core.testing.fake_pose import draw_pose
from deg_core.testing.fakes import FAKES, only_plugins

_SIZE = 16
_DARK, _BRIGHT = 25, 230
_BEGINNING = datetime(2026, 1, 1, tzinfo=timezone.utc)


def tiny_project(
    folder: Path,
    *plugins: Plugin[Any],
    behaviours: Sequence[str] = ("walk", "rear"),
    n_recordings: int = 3,
    n_frames: int = 60,
    exclusive: bool = False,
    seed: int = 0,
    manifest: Mapping[str, Any] | None = None,
) -> Workspace:
    """Make and open a project whose every slot is filled by a fake and whose labels can be read off colours or pose.

    Args:
        folder: An empty folder; the project comes into `folder/project`, the videos into `folder/videos`.
        *plugins: Others that its manifest may name.
        behaviours: At most three, one for each colour.
        n_recordings: Recordings `one`, `two`, ..., all labelled.
        n_frames: Frames in each.
        exclusive: Whether at most one behaviour happens at a time.
        seed: From which labels and pictures are drawn.
        manifest: Settings laid over the project's own.
    """
    layout = Layout((folder / "project").resolve())
    values = merge_values(_settings(behaviours, exclusive=exclusive), manifest or {})
    write_text(layout.manifest, dump_yaml(values))
    for name, child in zip(_names(n_recordings), np.random.SeedSequence(seed).spawn(n_recordings), strict=True):
        rng = np.random.default_rng(child)
        marks = draw_marks(n_frames, len(behaviours), rng, exclusive=exclusive)
        video = folder / "videos" / f"{name}.npy"
        video.parent.mkdir(parents=True, exist_ok=True)
        np.save(video, paint_frames(_with_none(marks) if exclusive else marks, rng))
        add_record(layout, name, video, {"animal": f"m{len(name)}"}, copy=False)
        save_labels(layout, name, Labels(marks, tuple(behaviours), 30.0))
        save_pose(layout.pose(name), draw_pose(marks, rng, _SIZE))
    return open_workspace(layout.root, only_plugins(*FAKES, *plugins))


def draw_marks(n_frames: int, n_behaviours: int, rng: np.random.Generator, *, exclusive: bool) -> NDArray[np.int8]:
    """Bouts of 4 to 9 frames for every behaviour, with pauses as long; shape (T, K), 1 or 0."""
    marks = np.stack([_bouts(n_frames, rng) for _ in range(n_behaviours)], axis=1)
    if exclusive:  # the first of those present stays
        marks &= marks.cumsum(axis=1) == 1
    return marks.astype(np.int8)


def _bouts(n_frames: int, rng: np.random.Generator) -> NDArray[np.int64]:
    lengths = rng.integers(4, 10, size=n_frames)
    present = np.arange(n_frames) % 2
    return np.repeat(present, lengths)[:n_frames]


def _with_none(marks: NDArray[np.int8]) -> NDArray[np.int8]:
    """With a column for frames in which nothing happens, as far as colours go."""
    return np.column_stack([marks, ~marks.any(axis=1)])[:, :3].astype(np.int8)


def paint_frames(marks: NDArray[np.int8], rng: np.random.Generator) -> NDArray[np.uint8]:
    """Pictures in which colour k is bright where behaviour k is present; RGB, shape (T, 16, 16, 3), each its own."""
    n_frames, n_behaviours = marks.shape
    frames = rng.integers(0, 20, size=(n_frames, _SIZE, _SIZE, 3), dtype=np.uint8)
    frames += _DARK - 10
    frames[..., :n_behaviours] += ((_BRIGHT - _DARK) * (marks == 1)).astype(np.uint8)[:, None, None, :]
    return frames


def untrained_runs(workspace: Workspace) -> list[RunRecord]:
    """Write a finished run of every stage with weights as they were built, which for fakes are good ones.

    Divides the data first where they are not divided.

    Returns:
        The cards, in the order of the stages.
    """
    if not workspace.layout.split.is_file():
        split_project(workspace, workspace.manifest.split)
    choices, manifest = workspace.choices, workspace.manifest
    runs: list[RunRecord] = []
    if choices.features.plugin.needs_flow:
        flow = build_flow(choices.flow, manifest.seed)
        runs.append(_save(workspace, "flow", flow, choices.flow, None, 0))
    extractor = build_features(choices.features, manifest.n_outputs, manifest.seed)
    built_on = runs[0].run_id if runs else None
    runs.append(_save(workspace, "features", extractor, choices.features, built_on, extractor.n_latents))
    width = extractor.n_latents if choices.sequence.plugin.takes == "latents" else manifest.n_outputs
    model = build_sequence(choices.sequence, width, manifest.n_outputs, manifest.seed)
    runs.append(_save(workspace, "sequence", model, choices.sequence, runs[-1].run_id, extractor.n_latents))
    return runs


def _save(
    workspace: Workspace, stage: Stage, model: TorchComponent, chosen: Chosen[Any], built_on: str | None, n_latents: int
) -> RunRecord:
    manifest = workspace.manifest
    n_before = len(list(workspace.layout.runs.glob("*")))
    now = _BEGINNING + timedelta(minutes=n_before)
    run_id = new_run_id(workspace.layout, stage, now)
    folder = workspace.layout.run(run_id)
    save_weights(model, folder / WEIGHTS)
    record = RunRecord(
        run_id=run_id,
        stage=stage,
        plugin=chosen.used(),
        behaviours=manifest.behaviours,
        exclusive=manifest.exclusive,
        n_latents=n_latents,
        image=manifest.image,
        statistics=Statistics(),
        built_on=built_on,
        thresholds=() if manifest.exclusive else (0.5,) * len(manifest.behaviours),
        split=split_to_card(workspace.split()),
        seed=manifest.seed,
        weights_sha256=sha256_of(folder / WEIGHTS),
        created=now,
    )
    save_run_record(folder, record)
    return record


def _names(n: int) -> list[str]:
    first = ("one", "two", "three", "four", "five", "six")
    return [first[index] if index < len(first) else f"recording-{index + 1}" for index in range(n)]


def _settings(behaviours: Sequence[str], *, exclusive: bool) -> dict[str, Any]:
    loss = {"name": "fake-exclusive-loss" if exclusive else "fake-loss"}
    training = {
        "max_epochs": 2,
        "steps_per_epoch": 3,
        "batch_size": 4,
        "learning_rate": 0.01,
        "monitor": "fake-agreement",
    }
    return {
        "deg": 1,
        "name": "tiny",
        "behaviours": list(behaviours),
        "exclusive": exclusive,
        "image": {"size": [_SIZE, _SIZE]},
        "flow": {"name": "fake-flow", "training": {**training, "monitor": "loss"}},
        "features": {"name": "fake-extractor", "loss": loss, "training": training},
        "sequence": {"name": "fake-sequence", "loss": loss, "length": 20, "training": training},
        "postprocess": {"name": "fake-post-processor"},
        "metrics": ["fake-agreement"],
        "engine": {"name": "fake-engine"},
        "device": "cpu",
    }
