"""Folders of a search: a base with all that trials share, and a project of its own for each trial.

They hold the same data: recordings by reference, labels, split, runs of earlier stages, resized frames and latents.
Big files are hard links, which take no room. deg never changes such a file in place but renames a new one over it, so
that no trial can spoil another's, or the project's.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from deg_core import Project
from deg_core.api import UNLABELLED, Labels, ProjectError
from ruamel.yaml import YAML

from deg_tune.schema import default_losses
from deg_tune.settings import flat, lay_over
from deg_tune.space import Space
from deg_tune.stages import Work, upstream_runs

if TYPE_CHECKING:
    from deg_core.api import Progress

_OF_THE_MACHINE = ("device", "workers", "cache_gb")
"""Settings that make no difference to what comes out; trials take them as they are now."""


@dataclass(frozen=True, slots=True)
class Folders:
    """The paths of one search.

    Attributes:
        root: Beside the project.
    """

    root: Path

    @classmethod
    def beside(cls, project: Project, name: str) -> Folders:
        """Those of the search of this name in a project."""
        root = project.workspace.layout.root
        return cls(root.with_name(f"{root.name}-tune") / name)

    @property
    def base(self) -> Path:
        """A project with all that trials share, as it was when the search began."""
        return self.root / "base"

    @property
    def storage(self) -> Path:
        """Every trial, in SQLite."""
        return self.root / "study.db"

    def trial(self, number: int) -> Path:
        """The project of a trial."""
        return self.root / "trials" / f"{number:04d}"


def make_base(project: Project, folders: Folders, work: Work, space: Space) -> None:
    """Make the base of a search, or bring in what the project has come to hold since.

    Raises:
        ProjectError: The project is another than when the search began, so that scores would not be comparable.
    """
    if not folders.base.is_dir():
        part = folders.base.with_name("base.part")
        shutil.rmtree(part, ignore_errors=True)
        _write_base(project, part)
        _share_runs(project, part, work)
        part.rename(folders.base)
    base = Project(folders.base, catalog=project.workspace.catalog)
    differences = _differences(project, base, work, space)
    if differences:
        raise ProjectError(
            "the project has changed since this search began: " + "; ".join(differences[:5]),
            where=str(folders.root),
            fix="begin another search, with --name, or put it back",
        )
    layout = project.workspace.layout
    _link_files(layout.cache, folders.base / layout.cache.name, "*.npy")
    if work.trained == ("sequence",):
        _link_files(layout.predictions, folders.base / layout.predictions.name, "*.h5")


def make_trial(project: Project, folders: Folders, work: Work, number: int, values: Mapping[str, Any]) -> None:
    """Make the project of a trial, or complete one that was interrupted."""
    layout = project.workspace.layout
    root = folders.trial(number)
    for name in (layout.recordings.name, layout.runs.name, layout.cache.name):
        _link_files(folders.base / name, root / name)
    if work.trained == ("sequence",):
        _link_files(folders.base / layout.predictions.name, root / layout.predictions.name, "*.h5")
    shutil.copyfile(folders.base / layout.split.name, root / layout.split.name)
    now = project.manifest.model_dump(mode="json")
    here = {**values, **{name: now[name] for name in _OF_THE_MACHINE}}
    write_text(root / layout.manifest.name, dump_yaml(here))


def open_trial(project: Project, folders: Folders, number: int, progress: Progress) -> Project:
    """Open the project of a trial."""
    return Project(folders.trial(number), progress, project.workspace.catalog)


def keep_shared(project: Project, folders: Folders, work: Work, number: int) -> None:
    """Bring what a trial has computed for all into the base: resized frames, and latents that all share."""
    layout = project.workspace.layout
    root = folders.trial(number)
    _link_files(root / layout.cache.name, folders.base / layout.cache.name, "*.npy")
    if work.trained == ("sequence",):
        name = layout.predictions.name
        _link_files(root / name, folders.base / name, "*.h5", renew=True)


def tidy_trial(project: Project, folders: Folders, work: Work, number: int, *, with_run: bool) -> None:
    """Remove what a finished trial needs no more: frames, latents, and of one that was stopped early the run too."""
    layout = project.workspace.layout
    root = folders.trial(number)
    for name in (layout.cache.name, layout.predictions.name):
        shutil.rmtree(root / name, ignore_errors=True)
    if not with_run:
        for folder in (root / layout.runs.name).glob(f"{work.target}-*"):
            shutil.rmtree(folder, ignore_errors=True)


def base_values(project: Project, folders: Folders) -> dict[str, Any]:
    """All settings as they were when the search began."""
    base = Project(folders.base, catalog=project.workspace.catalog)
    return base.manifest.model_dump(mode="json")


def dump_yaml(values: Mapping[str, Any]) -> str:
    """Nested values as YAML."""
    stream = StringIO()
    yaml = YAML()
    yaml.default_flow_style = None
    yaml.width = 110
    yaml.dump(dict(values), stream)
    return stream.getvalue()


def write_text(path: Path, text: str) -> None:
    """Write a text file beside its place, and rename it.

    Raises:
        ProjectError: It cannot be written.
    """
    part = path.with_name(path.name + ".part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part.write_text(text, encoding="utf-8", newline="\n")
        part.replace(path)
    except OSError as error:
        raise ProjectError(
            f"cannot write: {error.strerror or error}", where=str(path), fix="free some room, or mend permissions"
        ) from error


def _write_base(project: Project, root: Path) -> None:
    """Recordings, labels of the training and validation parts, and the split; nothing of the test part."""
    layout = project.workspace.layout
    values = {**_settings_of(project), "preset": None}
    write_text(root / layout.manifest.name, dump_yaml(values))
    base = Project(root, catalog=project.workspace.catalog)
    split = project.workspace.split()
    seen = {span.record for span in (*split.train, *split.validation)}
    tested = {span.record for span in split.test} - seen
    for record in project.recordings():
        if record.name in tested:
            continue
        base.add(record.video_path.resolve(), name=record.name, groups=record.groups)
        if record.name in seen:
            base.set_labels(record.name, _visible_labels(project, record.name))
    shutil.copyfile(layout.split, root / layout.split.name)


def _visible_labels(project: Project, name: str) -> Labels:
    """Labels of a recording where it is in the training or validation part; elsewhere none."""
    labels = project.labels(name)
    if labels is None:
        raise ProjectError(
            "it is in the split, but has no labels any more",
            where=f"recording {name!r}",
            fix="import its labels again (deg import-labels), or split anew (deg split)",
        )
    split = project.workspace.split()
    marks = np.full_like(labels.marks, UNLABELLED)
    for span in (*split.train, *split.validation):
        if span.record == name:
            marks[span.start : span.stop] = labels.marks[span.start : span.stop]
    return Labels(marks, labels.behaviours, labels.frames_per_second)


def _share_runs(project: Project, root: Path, work: Work) -> None:
    layout = project.workspace.layout
    for identity in upstream_runs(project, work.reused):
        run_id = identity.partition(":")[0]
        _link_files(layout.run(run_id), root / layout.runs.name / run_id)


def _differences(project: Project, base: Project, work: Work, space: Space) -> list[str]:
    """How a project is another than when the search began, a phrase each."""
    then, now = _fixed_settings(base, space), _fixed_settings(project, space)
    paths = [path for path in {**then, **now} if then.get(path) != now.get(path)]
    found = [f"{path} was {then.get(path)!r} and is {now.get(path)!r}" for path in paths]
    split = base.workspace.split()
    if (split.train, split.validation) != (project.workspace.split().train, project.workspace.split().validation):
        return [*found, "it was split anew"]
    if upstream_runs(base, work.reused) != upstream_runs(project, work.reused):
        found.append(f"{' and '.join(work.reused)} was trained anew")
    for name in sorted({span.record for span in (*split.train, *split.validation)}):
        labels = base.labels(name)
        if labels is None or not np.array_equal(labels.marks, _visible_labels(project, name).marks):
            found.append(f"labels of {name} are others")
    return found


def _fixed_settings(project: Project, space: Space) -> dict[str, Any]:
    """Settings that every trial has alike, by path: not those that are searched, so that the best may be applied."""
    searched = dict.fromkeys(space.parameters)
    values = lay_over(_settings_of(project), searched, default_losses(project))
    left_out = ("name", "preset", *_OF_THE_MACHINE)
    return {path: value for path, value in flat(values) if path not in left_out}


def _settings_of(project: Project) -> dict[str, Any]:
    """All settings, with what a stage starts from as an absolute path, so that they mean the same in every folder."""
    values = project.manifest.model_dump(mode="json")
    for stage in ("flow", "features", "sequence"):
        start = values[stage].get("from")
        if start is not None:
            path = project.workspace.layout.root / Path(start).expanduser()
            values[stage]["from"] = str(path.resolve())
    return values


def _link_files(source: Path, target: Path, pattern: str = "*", *, renew: bool = False) -> None:
    """Link every finished file below a folder that the target lacks; with `renew`, those that are others too."""
    for path in sorted(source.rglob(pattern)) if source.is_dir() else ():
        place = target / path.relative_to(source)
        if not path.is_file() or path.suffix == ".part":
            continue
        if place.exists() and not (renew and not place.samefile(path)):
            continue
        place.parent.mkdir(parents=True, exist_ok=True)
        part = place.with_name(place.name + ".part")
        part.unlink(missing_ok=True)
        try:
            os.link(path, part)
        except OSError:  # another disk, or one that knows no links
            shutil.copyfile(path, part)
        part.replace(place)
