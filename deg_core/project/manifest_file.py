"""Reads `project.yaml`, names the line of every mistake, and fills in presets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib import resources
from io import StringIO
from pathlib import Path
from typing import Any, cast

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from deg_core.data.yaml_text import parse_yaml
from deg_core.errors import ManifestError, did_you_mean
from deg_core.project.manifest import Manifest

Values = Mapping[str, Any]

_MOVED = {"bouts": "bouts are a post-processor's now: postprocess: {name: min-bout, settings: {frames: N}}"}
"""How to write what the file held once."""


def load_manifest(path: Path) -> Manifest:
    """Read and check a project file.

    Raises:
        ManifestError: The file is missing, is not YAML, or holds something it should not; with the line.
    """
    document = _parse(path)
    preset = document.get("preset")
    values = merge_values(load_preset(str(preset), where=str(path)) if preset else {}, document)
    try:
        return Manifest.model_validate(values)
    except ValidationError as error:
        raise _explain(_most_telling(error.errors()), path, document) from None


def preset_names() -> list[str]:
    """Names of the presets that come with deg."""
    return sorted(entry.name[:-5] for entry in _preset_folder().iterdir() if entry.name.endswith(".yaml"))


def load_preset(name: str, *, where: str) -> Values:
    """The settings of a preset.

    Raises:
        ManifestError: There is none of this name.
    """
    if name not in preset_names():
        raise ManifestError(f"no preset named {name!r}", where=where, fix=f"presets: {', '.join(preset_names())}")
    text = (_preset_folder() / f"{name}.yaml").read_text(encoding="utf-8")
    return cast("Values", parse_yaml(text))


def merge_values(below: Values, above: Values) -> dict[str, Any]:
    """Lay one set of nested settings over another; a plugin's settings go when its name changes."""
    merged: dict[str, Any] = dict(below)
    for key, value in above.items():
        old = merged.get(key)
        if isinstance(value, Mapping) and isinstance(old, Mapping):
            if "name" in value and value["name"] != old.get("name"):
                old = {k: v for k, v in old.items() if k != "settings"}
            value = merge_values(old, value)
        merged[key] = value
    return merged


def dump_yaml(values: Values) -> str:
    """Write nested values as YAML."""
    stream = StringIO()
    yaml = YAML()
    yaml.default_flow_style = None
    yaml.width = 110
    yaml.dump(dict(values), stream)
    return stream.getvalue()


def _preset_folder() -> Any:
    return resources.files("deg_core.project") / "presets"


def _parse(path: Path) -> CommentedMap:
    if not path.is_file():
        raise ManifestError(
            "there is no project file here", where=str(path), fix="go to a project's folder, or make one: deg new"
        )
    try:
        document = parse_yaml(path.read_text(encoding="utf-8"), "rt")
    except UnicodeDecodeError:
        raise ManifestError("not a text file in UTF-8", where=str(path), fix="save it as UTF-8") from None
    except YAMLError as error:
        raise ManifestError(_yaml_problem(error), where=_yaml_place(error, path), fix="mend the YAML there") from None
    if not isinstance(document, CommentedMap):
        raise ManifestError("no settings in it", where=str(path), fix="begin with `behaviours: [...]`")
    return document


def _yaml_problem(error: Exception) -> str:
    problem = error.problem if isinstance(error, MarkedYAMLError) else None
    return f"not valid YAML: {problem or str(error).splitlines()[0]}"


def _yaml_place(error: Exception, path: Path) -> str:
    mark = error.problem_mark if isinstance(error, MarkedYAMLError) else None
    return f"{path}, line {mark.line + 1}" if mark is not None else str(path)


def _most_telling(errors: Sequence[ErrorDetails]) -> ErrorDetails:
    """A misspelt name also leaves the right one missing; the misspelling says more."""
    return next((error for error in errors if error["type"] == "extra_forbidden"), errors[0])


def _explain(error: ErrorDetails, path: Path, document: CommentedMap) -> ManifestError:
    location = [part for part in error["loc"] if part != "function-after"]
    dotted = ".".join(str(part) for part in location)
    line = _line_of(document, location)
    where = ", ".join([str(path), *([f"line {line}"] if line else []), *([dotted] if dotted else [])])
    if error["type"] == "extra_forbidden":
        return ManifestError(
            f"unknown setting {location[-1]!r}", where=where, fix=_MOVED.get(dotted) or _near(location)
        )
    if error["type"] == "missing":
        return ManifestError(f"{dotted} is missing", where=where, fix=f"add `{dotted}:` to the file")
    message = error["msg"].removeprefix("Value error, ")
    return ManifestError(f"{dotted}: {message}" if dotted else message, where=where, fix="see `deg config schema`")


def _near(location: Sequence[int | str]) -> str:
    model: Any = Manifest
    for part in location[:-1]:
        field = _fields_of(model).get(str(part))
        model = field.annotation if field is not None else None
    names = list(_fields_of(model))
    return f"{did_you_mean(str(location[-1]), names)}it takes: {', '.join(names)}"


def _fields_of(model: Any) -> dict[str, FieldInfo]:
    """The settings of a section by the names they have in the file; none of anything else."""
    if not (isinstance(model, type) and issubclass(model, BaseModel)):
        return {}
    return {field.alias or name: field for name, field in model.model_fields.items()}


def _line_of(document: Any, location: Sequence[int | str]) -> int | None:
    line: int | None = None
    for part in location:
        try:
            if not hasattr(document, "lc"):
                break
            marks = document.lc.key(part) if isinstance(document, CommentedMap) else document.lc.item(part)
            line = int(marks[0]) + 1
            document = document[part]
        except (KeyError, IndexError, TypeError):
            break
    return line
