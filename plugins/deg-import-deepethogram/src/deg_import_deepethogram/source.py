"""What lies in a project folder of DeepEthogram: recordings, split, runs."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from deg_core.api import ManifestError, ProjectError

from deg_import_deepethogram.config import Config, read_config, read_mapping
from deg_import_deepethogram.weights import weight_file

_PROJECT_FILES = ("project_config.yaml", "project.yaml")
_RUN_FILES = ("config.yaml", "hyperparameters.yaml")
_STAMP = re.compile(r"(\d{6}_\d{6})")
_STAGES = ("flow_generator", "feature_extractor", "sequence")
_PARTS = {"train": "train", "val": "validation", "test": "test"}
VIDEO_SUFFIXES = (".h5", ".avi", ".mp4", ".mov")
HIDING = ("flow", "label", "output", "score")


@dataclass(frozen=True, slots=True)
class SourceRecord:
    """A recording of the original.

    Attributes:
        name: Name of its folder.
        video: The video, or where it should be; None where none was ever named.
        labels: Its label file, or None.
        outputs: Its output file, or None.
    """

    name: str
    video: Path | None
    labels: Path | None
    outputs: Path | None


@dataclass(frozen=True, slots=True)
class SourceRun:
    """A training run of the original.

    Attributes:
        name: Its folder, below the folder of models.
        folder: The same, whole.
        stage: `flow_generator`, `feature_extractor` or `sequence`.
        config: Its settings.
        weights: Its weight file.
        created: When it began, by its name, else when the weights were written.
    """

    name: str
    folder: Path
    stage: str
    config: Config
    weights: Path
    created: datetime

    @property
    def is_pretrained(self) -> bool:
        """Whether it came with the program, and was not trained in this project."""
        return "pretrained_models" in Path(self.name).parts

    def split(self) -> Mapping[str, Sequence[str]]:
        """Names of recordings by the part they played, as far as the run tells."""
        path = self.folder / "split.yaml"
        return parts_of(read_mapping(path)) if path.is_file() else {}


@dataclass(frozen=True, slots=True)
class Source:
    """A project of the original.

    Attributes:
        root: Its folder.
        config: Its settings.
        records: Its recordings, by name.
        runs: Its runs with weights, oldest first.
        split: Names of recordings by part; empty where the project is not split.
        skipped: What was found and cannot be used, a sentence each.
    """

    root: Path
    config: Config
    records: tuple[SourceRecord, ...]
    runs: tuple[SourceRun, ...]
    split: Mapping[str, Sequence[str]]
    skipped: tuple[str, ...] = field(default=())


def open_source(root: Path) -> Source:
    """Look at a project of the original.

    Raises:
        ProjectError: It is none.
        ManifestError: One of its files is damaged.
    """
    path = next((root / name for name in _PROJECT_FILES if (root / name).is_file()), None)
    if path is None:
        raise ProjectError(
            "not a project of DeepEthogram: there is no project_config.yaml",
            where=str(root),
            fix="name the folder that holds it; it is usually called NAME_deepethogram",
        )
    config = read_config(path)
    if not config.behaviours:
        raise ManifestError("project.class_names names no behaviour", where=str(path), fix="name them there")
    data = _folder(root, config, "data_path", "DATA")
    if not data.is_dir():
        raise ProjectError(
            "not a project of DeepEthogram: there is no DATA", where=str(root), fix="name another folder"
        )
    runs, skipped = _find_runs(_folder(root, config, "model_path", "models"))
    split_path = data / "split.yaml"
    split = parts_of(read_mapping(split_path)) if split_path.is_file() else {}
    records = tuple(_record(folder) for folder in sorted(data.iterdir()) if folder.is_dir() and any(folder.iterdir()))
    return Source(root, config, records, tuple(runs), split, tuple(skipped))


def _folder(root: Path, config: Config, key: str, usual: str) -> Path:
    """A folder of the project: as the file says if it is there, else where it usually is.

    Files from another computer, with its drive letters, say where things were there.
    """
    named = root / Path(str(config.get(f"project.{key}", usual)))
    return named if named.is_dir() else root / usual


def parts_of(values: Mapping[str, Any]) -> Mapping[str, Sequence[str]]:
    """Names of recordings by part, from either layout of `split.yaml`: lists of names, or maps of names to files."""
    return {ours: [str(name) for name in values.get(theirs) or ()] for theirs, ours in _PARTS.items()}


def _record(folder: Path) -> SourceRecord:
    card_path = folder / "record.yaml"
    card = read_mapping(card_path) if card_path.is_file() else {}
    names = sorted(path.name for path in folder.iterdir())
    return SourceRecord(
        name=folder.name,
        video=_named(folder, card, "rgb") or _video(folder),
        labels=_named(folder, card, "label") or _first(folder, names, ("label", "score"), (".csv", ".h5", ".hdf5")),
        outputs=_named(folder, card, "output") or _first(folder, names, ("output",), (".h5",)),
    )


def _named(folder: Path, card: Mapping[str, Any], kind: str) -> Path | None:
    """The file that a recording's card names, whether it is there or not."""
    entry = card.get(kind)
    name = entry.get("default") if isinstance(entry, Mapping) else None
    return folder / str(name) if name else None


def _first(folder: Path, names: Sequence[str], words: Sequence[str], suffixes: Sequence[str]) -> Path | None:
    found = (name for name in names if any(word in name for word in words) and name.lower().endswith(tuple(suffixes)))
    return next((folder / name for name in found), None)


def _video(folder: Path) -> Path | None:
    """The video of a folder without a card, chosen as the original does: stills first, then by kind of file."""
    usable = [path for path in sorted(folder.iterdir()) if not any(word in path.name for word in HIDING)]
    stills = [path for path in usable if path.is_dir() and "frame" in path.name]
    files = [path for suffix in VIDEO_SUFFIXES for path in usable if path.suffix.lower() == suffix]
    others = [path for path in usable if path.is_dir()]
    return next(iter([*stills, *files, *others]), None)


def _find_runs(models: Path) -> tuple[list[SourceRun], list[str]]:
    runs, skipped = [], []
    for weights in _weight_files(models):
        name = _run_folder(weights).relative_to(models).as_posix()
        folder = models / name
        config_path = next((folder / each for each in _RUN_FILES if (folder / each).is_file()), None)
        if config_path is None:
            skipped.append(f"run {name}: no config.yaml tells what its weights are")
            continue
        config = read_config(config_path)
        stage = str(config.get("run.model", next((each for each in _STAGES if each in name), "")))
        if stage not in _STAGES:
            skipped.append(f"run {name}: of no known stage ({stage or 'it is not said'})")
            continue
        runs.append(SourceRun(name, folder, stage, config, weights, _created(name, weights)))
    return sorted(runs, key=lambda run: (run.created, run.name)), skipped


def _weight_files(models: Path) -> list[Path]:
    """The weights of every run: one file each."""
    found = [*models.rglob("*.pt"), *models.rglob("*.ckpt")] if models.is_dir() else []
    chosen = (weight_file(folder) for folder in sorted({_run_folder(path) for path in found}))
    return [path for path in chosen if path is not None]


def _run_folder(weights: Path) -> Path:
    return weights.parents[1] if weights.parent.name == "lightning_checkpoints" else weights.parent


def _created(name: str, weights: Path) -> datetime:
    stamp = _STAMP.search(name)
    try:
        when = datetime.strptime(stamp.group(1), "%y%m%d_%H%M%S") if stamp else None
    except ValueError:
        when = None
    if when is None:
        when = datetime.fromtimestamp(int(weights.stat().st_mtime))
    return when.replace(tzinfo=timezone.utc)
