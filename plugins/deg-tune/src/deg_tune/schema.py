"""Checks a search space against what a project's settings may be, before anything is trained."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from difflib import get_close_matches
from typing import TYPE_CHECKING, Annotated, Any, get_args

from deg_core.api import (
    DegError,
    FeatureExtractorPlugin,
    FlowGeneratorPlugin,
    LossPlugin,
    ManifestError,
    Plugin,
    SequenceModelPlugin,
)
from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic.fields import FieldInfo

from deg_tune.settings import get_setting, lay_over
from deg_tune.space import Choices, Parameter, Range, Space

if TYPE_CHECKING:
    from deg_core import Project

SLOTS: Mapping[str, type[Plugin[Any]]] = {
    "flow": FlowGeneratorPlugin,
    "features": FeatureExtractorPlugin,
    "features.loss": LossPlugin,
    "sequence": SequenceModelPlugin,
    "sequence.loss": LossPlugin,
}
"""Places of the manifest that a plugin fills, and by which kind."""


class UnknownSettingError(ManifestError):
    """A search space names a setting that there is not."""


def default_losses(project: Project) -> dict[str, str]:
    """The losses that a project has where it names none, by slot."""
    choices = project.workspace.choices
    return {"features.loss": choices.features_loss.plugin.name, "sequence.loss": choices.sequence_loss.plugin.name}


def check_space(project: Project, space: Space) -> tuple[Space, list[str]]:
    """Check every path and every value of a search space.

    Args:
        project: Whose settings are searched.
        space: As it was read.

    Returns:
        The space, in which ranges of whole numbers know that they are; and of a space that comes with this package,
        what was left out since the project has no such setting, a sentence each.

    Raises:
        ManifestError: A misspelt path, with the nearest name, or a value that the setting cannot take.
    """
    parameters: dict[str, Parameter] = {}
    left_out = []
    for path, parameter in space.parameters.items():
        try:
            parameters[path] = _checked(project, space, parameter)
        except UnknownSettingError as error:
            if not space.built_in:
                raise
            left_out.append(f"{path} is left out: {error.problem}")
    if not parameters:
        raise ManifestError("none of its settings is one of this project", where=space.name, fix="\n".join(left_out))
    checked = replace(space, parameters=parameters)
    for path, parameter in parameters.items():
        for value in parameter.tried():
            _check_together(project, checked, path, value)
    return checked, left_out


def check_settings(project: Project, values: Mapping[str, Any]) -> None:
    """Check all settings of a project together, those of its plugins too.

    Raises:
        ValidationError: Some do not fit.
        PluginNotFoundError: One names a plugin that is not installed.
    """
    type(project.manifest).model_validate(values)
    for slot in SLOTS:
        chosen = get_setting(values, slot)
        if chosen is not None:
            _plugin(project, slot, chosen["name"]).settings.model_validate(chosen.get("settings", {}))


def _check_together(project: Project, space: Space, path: str, value: Any) -> None:
    """Check one value among the project's other settings."""
    values = project.manifest.model_dump(mode="json")
    try:
        check_settings(project, lay_over(values, {path: value}, default_losses(project)))
    except ValidationError as error:
        problem = error.errors()[0]["msg"].removeprefix("Value error, ")
        raise ManifestError(f"{value!r}: {problem}", where=space.where(path), fix="search other values") from None
    except DegError as error:
        raise ManifestError(error.problem, where=space.where(path), fix=error.fix) from None


def _checked(project: Project, space: Space, parameter: Parameter) -> Parameter:
    kinds = [TypeAdapter(_annotation(field)) for field in _fields(project, space, parameter.path)]
    whole = isinstance(parameter, Range) and all(_refusal(kind, parameter.low + 0.5) for kind in kinds)
    if isinstance(parameter, Range) and whole:
        parts = (parameter.low, parameter.high, parameter.step or 1)
        parameter = replace(parameter, whole=all(float(part).is_integer() for part in parts))
    values = parameter.values if isinstance(parameter, Choices) else (parameter.low, parameter.high)
    for value in values:
        refusals = [refusal for kind in kinds if (refusal := _refusal(kind, value))]
        if refusals:
            raise ManifestError(
                f"{value!r} is no value for {parameter.path}: {refusals[0]}",
                where=space.where(parameter.path),
                fix="`deg config schema` and `deg plugins show NAME` tell what it takes",
            )
    if isinstance(parameter, Range) and whole and not parameter.whole:
        raise ManifestError("it takes whole numbers", where=space.where(parameter.path), fix="mend low, high or step")
    return parameter


def _annotation(field: FieldInfo) -> Any:
    parts = (field.annotation, *field.metadata)
    return Annotated[parts] if field.metadata else field.annotation


def _refusal(kind: TypeAdapter[Any], value: Any) -> str:
    """Why a setting cannot take a value: strictly, as a quoted number is none; empty where it can."""
    try:
        kind.validate_json(json.dumps(value, default=str), strict=True)
    except ValidationError as error:
        return error.errors()[0]["msg"]
    return ""


def _fields(project: Project, space: Space, path: str) -> list[FieldInfo]:
    """The field that a path names; one for each plugin that the search may put into its slot.

    Raises:
        UnknownSettingError: There is none; says what is near.
    """
    parts = path.split(".")
    for slot in sorted(SLOTS, key=len, reverse=True):
        if path.startswith(f"{slot}.settings."):
            rest = parts[slot.count(".") + 2 :]
            plugins = [_plugin(project, slot, name) for name in _names(project, space, slot)]
            owners = [f"{plugin.kind} {plugin.name!r}" for plugin in plugins]
            models = [plugin.settings for plugin in plugins]
            found = zip(models, owners, strict=True)
            return [_walk(model, rest, space, path, f"{slot}.settings", owner) for model, owner in found]
    return [_walk(type(project.manifest), parts, space, path, "", "the project file")]


def _names(project: Project, space: Space, slot: str) -> Sequence[str]:
    """Names of the plugins that may fill a slot in this search."""
    searched = space.parameters.get(f"{slot}.name")
    if isinstance(searched, Choices):
        return [str(name) for name in searched.values]
    if slot in (losses := default_losses(project)):
        return [losses[slot]]
    return [str(get_setting(project.manifest.model_dump(), slot)["name"])]


def _plugin(project: Project, slot: str, name: str) -> Plugin[Any]:
    return project.workspace.catalog.get(SLOTS[slot], name, where=f"{slot}.name")


def _walk(model: type[BaseModel], parts: Sequence[str], space: Space, path: str, above: str, owner: str) -> FieldInfo:
    """Follow names through models to a field."""
    for index, part in enumerate(parts):
        names = list(model.model_fields)
        if part not in names:
            way = ".".join(filter(None, [above, *parts[:index]]))
            close = get_close_matches(part, names, n=1, cutoff=0.5)
            near = f"did you mean {'.'.join(filter(None, [way, close[0]]))}? " if close else ""
            raise UnknownSettingError(
                f"{owner} has no setting {part!r}" + (f" in {way}" if way else ""),
                where=space.where(path),
                fix=f"{near}it takes: {', '.join(names) or 'no settings'}",
            )
        field = model.model_fields[part]
        if index == len(parts) - 1:
            return field
        inner = _inner_model(field)
        if inner is None:
            raise UnknownSettingError(
                f"{'.'.join(filter(None, [above, *parts[: index + 1]]))} has no settings of its own",
                where=space.where(path),
                fix="take the rest of the path away",
            )
        model = inner
    raise AssertionError("a path has at least one name")


def _inner_model(field: FieldInfo) -> type[BaseModel] | None:
    kinds = [field.annotation, *get_args(field.annotation)]
    return next((kind for kind in kinds if isinstance(kind, type) and issubclass(kind, BaseModel)), None)
