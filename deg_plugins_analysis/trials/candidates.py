"""Pipelines to try on a project's recordings: its own, another project file's, or a preset's."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from deg_core.api import ManifestError, parse_yaml

if TYPE_CHECKING:
    from deg_core import Project

OWN = "project"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A pipeline.

    Attributes:
        name: For tables and folders.
        settings: What a project file says, with no split of its own.
    """

    name: str
    settings: Mapping[str, Any]


def own_candidate(project: Project) -> Candidate:
    """The project's own pipeline."""
    values = project.manifest.model_dump(mode="json", by_alias=True)
    for stage in ("flow", "features", "sequence"):
        source = values[stage].get("from")
        if source is not None and not Path(source).is_absolute():
            values[stage]["from"] = str(project.workspace.layout.root / source)
    return Candidate(OWN, {key: value for key, value in values.items() if key not in ("preset", "split")})


def candidate_named(project: Project, text: str) -> Candidate:
    """A pipeline by the name of a preset, or by a project file or a folder that holds one.

    Behaviours are those of the project, so that such a file need not name any.

    Raises:
        ManifestError: It is neither, or the file is for other behaviours.
    """
    path = Path(text)
    if path.is_dir():
        path = path / "project.yaml"
    if not path.is_file():
        return Candidate(text, {**_data(project), "preset": text})
    values = _read(path)
    theirs = list(values.get("behaviours", project.manifest.behaviours))
    if theirs != list(project.manifest.behaviours) or values.get("exclusive", False) != project.manifest.exclusive:
        raise ManifestError(
            f"for {', '.join(map(str, theirs))}, but the project scores {', '.join(project.manifest.behaviours)}",
            where=str(path),
            fix="compare pipelines for the same behaviours, in the same order",
        )
    name = path.parent.resolve().name if path.name == "project.yaml" else path.stem
    own = _data(project)
    kept = {key: value for key, value in values.items() if key not in ("split", "metrics")}
    return Candidate(name, {**own, **kept})


def _data(project: Project) -> dict[str, Any]:
    """What every pipeline on the same data shares: the task, the scores, and where it is computed."""
    names = ("behaviours", "exclusive", "metrics", "device", "workers", "cache_gb", "seed", "video")
    values = project.manifest.model_dump(mode="json")
    return {name: values[name] for name in names}


def _read(path: Path) -> dict[str, Any]:
    from ruamel.yaml.error import YAMLError

    try:
        values = parse_yaml(path.read_text(encoding="utf-8"))
    except (YAMLError, UnicodeDecodeError) as error:
        problem = f"not valid YAML: {str(error).splitlines()[0]}"
        raise ManifestError(problem, where=str(path), fix="mend the YAML there") from None
    if not isinstance(values, dict):
        raise ManifestError("no settings in it", where=str(path), fix="see docs/project-file.md")
    return values


def open_candidate(project: Project, candidate: Candidate) -> Project:
    """A project of these settings without recordings, to ask how many frames it sees; its folder is gone after that.

    Raises:
        ManifestError: The settings hold a mistake.
    """
    from deg_core import Project

    with TemporaryDirectory() as folder:
        (Path(folder) / "project.yaml").write_text(json.dumps(candidate.settings), encoding="utf-8")
        try:
            opened = Project(folder, catalog=project.workspace.catalog)
        except ManifestError as error:
            raise ManifestError(error.problem, where=candidate.name, fix=error.fix) from None
    return opened
