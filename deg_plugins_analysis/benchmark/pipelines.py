"""Pipelines to time: a project's own, or those of presets, whose weights are drawn at random as speed needs no more."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from ruamel.yaml import YAML

from deg_core.api import DegError, OutsideRun

if TYPE_CHECKING:
    from deg_core import Project

Stage = Literal["flow", "features", "sequence"]
_ORIGIN = "random weights, to measure speed"


@dataclass(frozen=True, slots=True)
class Pipeline:
    """Something to time.

    Attributes:
        name: For people.
        project: With runs of all its stages.
    """

    name: str
    project: Project


def preset_pipeline(name: str, folder: Path, n_behaviours: int, changes: Mapping[str, Any]) -> Pipeline:
    """A project of a preset, trained on nothing.

    Args:
        name: Of the preset.
        folder: Where it goes; not there yet.
        n_behaviours: How many behaviours it tells apart.
        changes: Settings of the project file by their place in it, such as `image.size`, in place of the preset's.

    Raises:
        ManifestError: There is no such preset or setting.
    """
    from deg_core import Project

    Project.create(folder, [f"behaviour-{index}" for index in range(n_behaviours)], preset=name)
    _change(folder / "project.yaml", changes)
    project = Project(folder)
    fill_at_random(project)
    title = ", ".join([name, *(f"{place}={value}" for place, value in changes.items())])
    return Pipeline(title, project)


def _change(path: Path, changes: Mapping[str, Any]) -> None:
    yaml = YAML(typ="safe", pure=True)
    values = yaml.load(path.read_text(encoding="utf-8"))
    for place, value in changes.items():
        *sections, last = place.split(".")
        section = values
        for each in sections:
            if not isinstance(section.get(each), dict):
                section[each] = {}  # what is no section becomes one, and is refused with the whole file
            section = section[each]
        section[last] = value
    with path.open("w", encoding="utf-8") as file:
        yaml.dump(values, file)


def fill_at_random(project: Project) -> None:
    """Give every stage of a project a run with weights as they are drawn when a network is built."""
    choices, manifest = project.workspace.choices, project.manifest
    extractor = choices.features.plugin.build(choices.features.settings, manifest.n_outputs)
    flow = None
    if choices.features.plugin.needs_flow:
        flow = _adopt(project, "flow", choices.flow.plugin.build(choices.flow.settings), None)
    features = _adopt(project, "features", extractor, flow, extractor.n_latents)
    plugin = choices.sequence.plugin
    width = extractor.n_latents if plugin.takes == "latents" else manifest.n_outputs
    model = plugin.build(choices.sequence.settings, width, manifest.n_outputs)
    _adopt(project, "sequence", model, features, extractor.n_latents)


_CREATED = datetime(2000, 1, 1, tzinfo=timezone.utc)


def _adopt(project: Project, stage: Stage, network: Any, built_on: str | None, n_latents: int = 0) -> str:
    chosen, manifest = getattr(project.workspace.choices, stage), project.manifest
    try:
        tensors = {name: tensor.numpy() for name, tensor in network.state_dict().items()}
    except TypeError as error:
        raise DegError(
            f"{chosen.plugin.name!r} has weights that cannot be drawn: {error}",
            where=f"{stage} of {project.workspace.layout.root}",
            fix="train it, and benchmark the project",
        ) from error
    return project.adopt_run(
        OutsideRun(
            stage=stage,
            plugin=chosen.plugin.name,
            settings=chosen.settings.model_dump(mode="json"),
            tensors=tensors,
            image=manifest.image.model_dump(),
            mean=(0.5, 0.5, 0.5),
            std=(0.25, 0.25, 0.25),
            created=_CREATED + timedelta(seconds=("flow", "features", "sequence").index(stage)),
            origin=_ORIGIN,
            n_latents=n_latents,
            built_on=built_on,
            thresholds=() if manifest.exclusive else (0.5,) * len(manifest.behaviours),
        )
    )
