"""The search space: which settings are searched, and over which values."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

from deg_core.api import ManifestError, parse_yaml
from optuna.distributions import BaseDistribution, CategoricalDistribution, FloatDistribution, IntDistribution
from ruamel.yaml.comments import CommentedMap
from ruamel.yaml.error import YAMLError

_LIKE = "write `PATH: [a, b, c]`, or `PATH: {low: 1e-5, high: 1e-3, log: true}`"
_RANGE_KEYS = ("low", "high", "log", "step")


@dataclass(frozen=True, slots=True)
class Choices:
    """One of some values.

    Attributes:
        path: The setting, dotted, as in the project file.
        values: What it may be.
    """

    path: str
    values: tuple[Any, ...]

    def distribution(self) -> BaseDistribution:
        """For Optuna, which knows no lists: they go by their text."""
        return CategoricalDistribution([_label(value) for value in self.values])

    def value(self, drawn: Any) -> Any:
        """The setting's value for what Optuna drew."""
        return next(value for value in self.values if _label(value) == drawn and type(_label(value)) is type(drawn))

    def drawn(self, value: Any) -> Any:
        """What Optuna has to draw for a value; None where the value is not one of these."""
        return next((_label(each) for each in self.values if each == value and type(each) is type(value)), None)

    def tried(self) -> tuple[Any, ...]:
        """The values to check before anything is trained: all."""
        return self.values


@dataclass(frozen=True, slots=True)
class Range:
    """A number between two.

    Attributes:
        path: The setting, dotted, as in the project file.
        low: The least.
        high: The greatest.
        log: Whether it is drawn evenly in its logarithm.
        step: Between neighbours; None for every number.
        whole: Whether only whole numbers are meant.
    """

    path: str
    low: float
    high: float
    log: bool = False
    step: float | None = None
    whole: bool = False

    def distribution(self) -> BaseDistribution:
        """For Optuna."""
        if self.whole:
            return IntDistribution(int(self.low), int(self.high), log=self.log, step=int(self.step or 1))
        return FloatDistribution(self.low, self.high, log=self.log, step=self.step)

    def value(self, drawn: Any) -> Any:
        """The setting's value for what Optuna drew: the same."""
        return drawn

    def drawn(self, value: Any) -> Any:
        """What Optuna has to draw for a value; None where the value lies outside."""
        number = isinstance(value, (int, float)) and not isinstance(value, bool)
        if not number or not self.low <= value <= self.high:
            return None
        if self.step is not None and abs((value - self.low) / self.step % 1) > 1e-9:
            return None
        return value

    def tried(self) -> tuple[Any, ...]:
        """The values to check before anything is trained: whole numbers where they are few, else both ends."""
        numbers = range(int(self.low), int(self.high) + 1, int(self.step or 1)) if self.whole else ()
        return tuple(numbers) if 0 < len(numbers) <= 64 else (self.low, self.high)


Parameter = Choices | Range


@dataclass(frozen=True, slots=True)
class Space:
    """A search space, not checked against a project yet.

    Attributes:
        name: The file, or the name of the space that comes with this package.
        parameters: By path.
        lines: Line of each, from 1.
        built_in: Whether it comes with this package; then settings that a project lacks are left out.
    """

    name: str
    parameters: Mapping[str, Parameter]
    lines: Mapping[str, int]
    built_in: bool = False

    def where(self, path: str) -> str:
        """The place of a parameter, for messages."""
        return f"{self.name}, line {self.lines[path]}, {path}"

    def distributions(self) -> dict[str, BaseDistribution]:
        """For Optuna."""
        return {path: parameter.distribution() for path, parameter in self.parameters.items()}

    def changes(self, drawn: Mapping[str, Any]) -> dict[str, Any]:
        """Settings for what Optuna drew."""
        return {path: self.parameters[path].value(value) for path, value in drawn.items()}

    def described(self) -> dict[str, str]:
        """What tells this space from another: each parameter as text."""
        return {path: repr(parameter) for path, parameter in sorted(self.parameters.items())}


def built_in_spaces() -> list[str]:
    """Names of the spaces that come with this package."""
    return sorted(entry.name[:-5] for entry in _folder().iterdir() if entry.name.endswith(".yaml"))


def load_space(name: str, folder: Path) -> Space:
    """Read a search space.

    Args:
        name: A file, absolute or in `folder`, or a space that comes with this package.
        folder: The project's.

    Raises:
        ManifestError: It is neither, or damaged.
    """
    path = Path(name) if Path(name).is_file() else folder / name
    if path.is_file():
        return _parse(path.read_text(encoding="utf-8"), str(path), built_in=False)
    if name in built_in_spaces():
        return _parse((_folder() / f"{name}.yaml").read_text(encoding="utf-8"), name, built_in=True)
    raise ManifestError(
        f"no search space {name!r}",
        where=str(path),
        fix=f"write the file, or take one that comes along: {', '.join(built_in_spaces())}",
    )


def _folder() -> Any:
    return resources.files("deg_tune") / "spaces"


def _parse(text: str, name: str, *, built_in: bool) -> Space:
    try:
        document = parse_yaml(text, "rt")
        values = parse_yaml(text)
    except YAMLError as error:
        raise ManifestError(f"not valid YAML: {str(error).splitlines()[0]}", where=name, fix="mend it") from None
    if not isinstance(document, CommentedMap) or not document:
        raise ManifestError("no settings to search in it", where=name, fix=_LIKE)
    lines = {str(key): int(document.lc.key(key)[0]) + 1 for key in document}
    parameters = {
        str(key): _parameter(str(key), value, f"{name}, line {lines[str(key)]}, {key}") for key, value in values.items()
    }
    return Space(name, parameters, lines, built_in)


def _parameter(path: str, value: Any, where: str) -> Parameter:
    if isinstance(value, list) and value:
        if len({json.dumps(each, sort_keys=True, default=str) for each in value}) < len(value):
            raise ManifestError("a value occurs twice", where=where, fix="name each once")
        return Choices(path, tuple(value))
    if isinstance(value, dict):
        return _range(path, value, where)
    raise ManifestError(f"{value!r} is neither a list of values nor a range", where=where, fix=_LIKE)


def _range(path: str, value: Mapping[str, Any], where: str) -> Range:
    unknown = [str(key) for key in value if key not in _RANGE_KEYS]
    if unknown or not {"low", "high"} <= value.keys():
        problem = f"unknown {unknown[0]!r} in a range" if unknown else "a range needs low and high"
        raise ManifestError(problem, where=where, fix=f"it takes: {', '.join(_RANGE_KEYS)}; {_LIKE}")
    low, high, log, step = value["low"], value["high"], value.get("log", False), value.get("step")
    numbers = [low, high] if step is None else [low, high, step]
    if not all(isinstance(each, (int, float)) and not isinstance(each, bool) for each in numbers):
        raise ManifestError("low, high and step are numbers", where=where, fix=_LIKE)
    if not isinstance(log, bool):
        raise ManifestError(f"log is {log!r}, not true or false", where=where, fix=_LIKE)
    if not low < high or (step is not None and step <= 0):
        raise ManifestError(f"nothing lies between {low} and {high}", where=where, fix="low < high, and step > 0")
    if log and (low <= 0 or step is not None):
        raise ManifestError("a logarithmic range needs low > 0 and no step", where=where, fix="mend one of the two")
    return Range(path, low, high, log, step)


def _label(value: Any) -> Any:
    return value if value is None or isinstance(value, (bool, int, float, str)) else json.dumps(value)
