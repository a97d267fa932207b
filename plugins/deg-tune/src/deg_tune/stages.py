"""Which stages a search trains in every trial, and by what a trial is judged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from deg_core.api import FeatureExtractorPlugin, ManifestError, MetricPlugin, ProjectError

from deg_tune.settings import get_setting
from deg_tune.space import Choices, Space

if TYPE_CHECKING:
    from deg_core import Project

Stage = Literal["flow", "features", "sequence"]
Wanted = Literal["features", "sequence", "all"]
STAGES: tuple[Stage, ...] = ("flow", "features", "sequence")

_SEARCHED = ("image", "augmentation", "flow", "features", "sequence", "thresholds")


@dataclass(frozen=True, slots=True)
class Work:
    """What every trial trains.

    Attributes:
        trained: The stages, in order; the last one's score is the trial's. Those before are reused.
        reused: The stages before, which the project must have trained.
        metric: What a trial is judged by: what the last stage is monitored by.
        goal: Whether more or less of it is better.
    """

    trained: tuple[Stage, ...]
    reused: tuple[Stage, ...]
    metric: str
    goal: Literal["max", "min"]

    @property
    def target(self) -> Stage:
        """The stage whose score is the trial's."""
        return self.trained[-1]


def plan_work(project: Project, space: Space, wanted: Wanted) -> Work:
    """Find what has to be trained in every trial: from the first stage that the space touches, to the last wanted.

    Args:
        project: The project.
        space: A checked space.
        wanted: The stage that is searched, or `all`.

    Raises:
        ManifestError: The space touches what this search does not train, or what would change the measure itself.
    """
    target: Stage = "sequence" if wanted == "all" else wanted
    needs_flow = _needs_flow(project, space)
    touched = [_touched(path, target, space, needs_flow=needs_flow) for path in space.parameters]
    first = min(touched, key=STAGES.index)
    for path, stage in zip(space.parameters, touched, strict=True):
        if STAGES.index(stage) > STAGES.index(target) or (wanted != "all" and stage != target):
            fix = "search it with `--stage all`, or with the stage it belongs to"
            raise ManifestError(f"{path} does not belong to the {target} stage", where=space.where(path), fix=fix)
    stages = [stage for stage in STAGES[: STAGES.index(target) + 1] if stage != "flow" or needs_flow]
    cut = stages.index(first)
    metric = str(get_setting(project.manifest.model_dump(), f"{target}.training.monitor"))
    _check_measure(space, target, metric)
    goal: Literal["max", "min"] = "min"
    if metric != "loss":
        where = f"project.yaml, {target}.training.monitor"
        goal = project.workspace.catalog.get(MetricPlugin, metric, where=where).goal
    return Work(tuple(stages[cut:]), tuple(stages[:cut]), metric, goal)


def check_project(project: Project, work: Work) -> None:
    """Refuse a project that cannot be searched yet.

    Raises:
        ProjectError: It is not split, lacks a trained stage, or its validation part shows no behaviour.
    """
    trained = {run.stage for run in project.runs()}
    missing = [stage for stage in work.reused if stage not in trained]
    if missing:
        raise ProjectError(
            f"no trained {missing[0]} model yet, on which every trial would be built",
            where=str(project.workspace.layout.runs),
            fix=f"train it once: deg train {missing[0]}",
        )
    split = project.workspace.split()
    marks = [(project.labels(span.record), span) for span in split.validation]
    shown = any((labels.marks[span.start : span.stop] == 1).any() for labels, span in marks if labels is not None)
    if not shown:
        raise ProjectError(
            "no behaviour is present in the validation part, so no setting can be told from another",
            where=str(project.workspace.layout.split),
            fix="label more recordings, or divide anew: deg split",
        )


def _needs_flow(project: Project, space: Space) -> bool:
    """Whether any feature extractor of this search does."""
    named = space.parameters.get("features.name")
    if not isinstance(named, Choices):
        return project.workspace.choices.features.plugin.needs_flow
    catalog = project.workspace.catalog
    return any(catalog.get(FeatureExtractorPlugin, name, where="features.name").needs_flow for name in named.values)


def _touched(path: str, target: Stage, space: Space, *, needs_flow: bool) -> Stage:
    """The first stage that a setting makes a difference to."""
    section = path.split(".")[0]
    if section not in _SEARCHED:
        raise ManifestError(
            f"{section} cannot be searched: it makes no difference to training, or changes what is asked or measured",
            where=space.where(path),
            fix=f"search settings of: {', '.join(_SEARCHED)}",
        )
    if section == "image":
        return "flow" if needs_flow else "features"
    if section == "augmentation":
        return "features"
    if section == "thresholds":
        return target
    if section == "flow" and not needs_flow:
        raise ManifestError(
            "the project's feature extractor needs no flow", where=space.where(path), fix="take it out of the space"
        )
    return next(stage for stage in STAGES if stage == section)


def _check_measure(space: Space, target: Stage, metric: str) -> None:
    """Scores of trials must be comparable."""
    for path in space.parameters:
        if path.endswith(".training.monitor"):
            raise ManifestError(
                "what trials are judged by cannot be searched", where=space.where(path), fix="set it in project.yaml"
            )
        if metric == "loss" and path.startswith(f"{target}.loss."):
            raise ManifestError(
                f"trials are judged by the loss ({target}.training.monitor), which this setting changes",
                where=space.where(path),
                fix=f"judge them by a metric: {target}.training.monitor: average-precision",
            )


def upstream_runs(project: Project, stages: Sequence[Stage]) -> list[str]:
    """The newest run of each of some stages, as `ID:digest`."""
    newest = {run.stage: run for run in project.runs()}
    return [f"{newest[stage].run_id}:{newest[stage].weights_sha256[:12]}" for stage in stages if stage in newest]
