"""Writes a project as the original lays one out, so that its window opens it.

Axes: T frames, K classes, background first.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from deg_core import Project
from deg_core.api import ProjectError, Record
from numpy.typing import NDArray
from ruamel.yaml import YAML

from deg_import_deepethogram.importing import check_new, making
from deg_import_deepethogram.networks import N_LATENTS
from deg_import_deepethogram.outputs import ModelOutput, write_outputs
from deg_import_deepethogram.source import HIDING, VIDEO_SUFFIXES

_PARTS = {"train": "train", "validation": "val", "test": "test"}
_FORMAT = "deepethogram-csv"


def export_project(project: Project, root: Path, *, link: bool) -> list[str]:
    """Write every recording, with labels where somebody scored it and outputs where deg predicted it.

    Args:
        project: What to write.
        root: A new folder.
        link: Link to videos; else copy them.

    Returns:
        What the original will not see, or has no place for, a sentence each.

    Raises:
        ProjectError: The folder is there already, or cannot be written to.
    """
    root = check_new(root)
    lost: list[str] = []
    with making(root) as part:
        _write_yaml(part / "project_config.yaml", _config(project))
        (part / "models").mkdir()
        for record in project.recordings():
            lost += _write_record(project, record, part / "DATA" / record.name, link=link)
        _write_yaml(part / "DATA" / "split.yaml", _split(project))
    return lost


def _write_record(project: Project, record: Record, folder: Path, *, link: bool) -> list[str]:
    folder.mkdir(parents=True)
    video = folder / f"{record.name}{record.video_path.suffix}"
    _place(record.video_path, video, link=link)
    lost = [f"{record.name}: {reason}" for reason in _hidden(video, record.name)]
    files = {"rgb": video.name, "label": "", "output": "", "stats": "stats.yaml", "flow": "", "keypoint": ""}
    if project.labels(record.name) is not None:
        (labels,) = project.export(_FORMAT, folder, what="labels", names=[record.name])
        files["label"] = labels.path.name
    try:
        outputs = outputs_of(project, record.name)
    except ProjectError as error:
        lost.append(f"{record.name}: no outputs: {error.problem}")
    else:
        files["output"] = f"{record.name}_outputs.h5"
        write_outputs(folder / files["output"], outputs)
        project.export(_FORMAT, folder, what="predictions", names=[record.name])
        if outputs[0].latents is None:
            lost.append(f"{record.name}: the original reads {N_LATENTS} latents and no others, so they are left out")
    _write_yaml(folder / "stats.yaml", {"normalization": _normalization(project)})
    card = {kind: {"all": [name] if name else [], "default": name or []} for kind, name in files.items()}
    _write_yaml(folder / "record.yaml", {**card, "key": record.name})
    return lost


def _place(video: Path, target: Path, *, link: bool) -> None:
    if link:
        target.symlink_to(video, target_is_directory=video.is_dir())
    elif video.is_dir():
        shutil.copytree(video, target)
    else:
        shutil.copyfile(video, target)


def _hidden(video: Path, name: str) -> list[str]:
    """Why the original would not see a video."""
    word = next((word for word in HIDING if word in name), None)
    reasons = [f"it hides videos whose name contains {word!r}; rename this one"] if word is not None else []
    if not video.is_dir() and video.suffix.lower() not in VIDEO_SUFFIXES:
        reasons.append(f"it opens {', '.join(VIDEO_SUFFIXES)}, and no {video.suffix}")
    return reasons


def outputs_of(project: Project, name: str) -> list[ModelOutput]:
    """What deg said of a recording as the original keeps it: the feature extractor's group, then the sequence model's.

    Raises:
        ProjectError: It is not predicted yet.
    """
    decisions = project.prediction(name).decisions
    latents, feature_logits = project.latents(name)
    exclusive = project.manifest.exclusive
    classes = ("background", *decisions.behaviours)
    thresholds = _strict(decisions.thresholds)
    extractor, model = _group_names(project)
    seen = latents if latents.shape[1] == N_LATENTS else None
    first = _with_background(feature_logits, exclusive=exclusive)
    last = _with_background(decisions.logits, exclusive=exclusive)
    return [
        ModelOutput(extractor, classes, *first, np.full_like(thresholds, 0.5), seen),
        ModelOutput(model, classes, *last, thresholds, None),
    ]


def _with_background(
    logits: NDArray[np.float32], *, exclusive: bool
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Logits and probabilities with background before the behaviours.

    Where behaviours exclude each other it is `none`, the last; else it is as likely as the likeliest of them is not.
    """
    if not exclusive:
        whole = np.column_stack([-logits.max(axis=1), logits])
        return whole, (1 / (1 + np.exp(-whole.astype(np.float64)))).astype(np.float32)
    whole = np.roll(logits, 1, axis=1)
    shifted = np.exp(whole.astype(np.float64) - whole.max(axis=1, keepdims=True))
    return whole, (shifted / shifted.sum(axis=1, keepdims=True)).astype(np.float32)


def _strict(thresholds: NDArray[np.float32]) -> NDArray[np.float32]:
    """Thresholds that must be exceeded, background's first; 0.5 where behaviours exclude each other."""
    least = np.nan_to_num(thresholds.astype(np.float32), nan=0.5)
    return np.concatenate([[0.5], np.nextafter(least, np.float32(-1))]).astype(np.float32)


def _group_names(project: Project) -> tuple[str, str]:
    """The original calls groups by the kind of network."""
    manifest = project.manifest
    return str(manifest.features.settings.get("arch", manifest.features.name)), manifest.sequence.name


def _normalization(project: Project) -> dict[str, Any]:
    try:
        statistics = project.run().statistics
    except ProjectError:
        return {"N": 0, "mean": [0.5] * 3, "std": [0.5] * 3}
    return {"N": 1, "mean": list(statistics.mean), "std": list(statistics.std)}


def _config(project: Project) -> Mapping[str, Any]:
    manifest = project.manifest
    extractor, model = _group_names(project)
    return {
        "augs": {"resize": list(manifest.image.size), "normalization": _normalization(project)},
        "compute": {"batch_size": 32, "num_workers": 8},
        "feature_extractor": {
            "arch": extractor,
            "final_activation": "softmax" if manifest.exclusive else "sigmoid",
        },
        "project": {
            "class_names": ["background", *manifest.behaviours],
            "config_file": "project_config.yaml",
            "data_path": "DATA",
            "labeler": None,
            "model_path": "models",
            "name": manifest.name,
            "pretrained_path": "pretrained_models",
        },
        "sequence": {"arch": model, "latent_name": extractor},
        "split": {"file": None, "reload": True, "train_val_test": [0.8, 0.2, 0.0]},
    }


def _split(project: Project) -> Mapping[str, Any]:
    """The split by recordings; a recording that is cut into several parts is not in the original's words."""
    names: dict[str, list[str]] = {theirs: [] for theirs in _PARTS.values()}
    try:
        split = project.workspace.split()
    except ProjectError:
        return {"metadata": {"split": [0.8, 0.2, 0.0]}, **names}
    taken: set[str] = set()
    for ours, theirs in _PARTS.items():
        found: Sequence[str] = [span.record for span in split.part(ours)]  # type: ignore[arg-type]
        names[theirs] = [name for name in dict.fromkeys(found) if name not in taken]
        taken |= set(found)
    return {"metadata": {"split": list(project.manifest.split.fractions)}, **names}


def _write_yaml(path: Path, values: Mapping[str, Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="\n") as file:
        YAML().dump(dict(values), file)
