"""Settings of a project as nested values, reached by dotted paths."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from copy import deepcopy
from typing import Any

Values = dict[str, Any]


def get_setting(values: Mapping[str, Any], path: str) -> Any:
    """The value at a dotted path.

    Raises:
        KeyError: There is none.
    """
    found: Any = values
    for part in path.split("."):
        if not isinstance(found, Mapping):
            raise KeyError(path)
        found = found[part]
    return found


def put_setting(values: Values, path: str, value: Any) -> None:
    """Put a value at a dotted path; what is missing, or null, on the way is made."""
    *way, last = path.split(".")
    for part in way:
        if values.get(part) is None:
            values[part] = {}
        values = values[part]
    values[last] = value


def lay_over(values: Mapping[str, Any], changes: Mapping[str, Any], losses: Mapping[str, str]) -> Values:
    """Settings of a project with some of them changed.

    Args:
        values: All settings.
        changes: New values by dotted path. A plugin's settings go when its name changes.
        losses: The loss that each stage has where its slot is empty, by the slot's path.
    """
    changed = deepcopy(dict(values))
    for path, name in losses.items():
        if any(each.startswith(f"{path}.") for each in changes) and get_setting(changed, path) is None:
            put_setting(changed, path, {"name": name, "settings": {}})
    for path, value in sorted(changes.items(), key=lambda item: not item[0].endswith(".name")):
        if path.endswith(".name") and get_setting(changed, path) != value:
            put_setting(changed, f"{path.removesuffix('.name')}.settings", {})
        put_setting(changed, path, value)
    return changed


def fragment(values: Mapping[str, Any], changes: Mapping[str, Any]) -> Values:
    """Only the changed settings, nested as in a project file; a loss comes with its name, without which it is none."""
    nested: Values = {}
    for path, value in changes.items():
        slot = ".".join(path.split(".")[:2])
        if slot.endswith(".loss"):
            put_setting(nested, f"{slot}.name", get_setting(values, f"{slot}.name"))
        put_setting(nested, path, value)
    return nested


def flat(values: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, Any]]:
    """Every setting with its dotted path."""
    for key, value in values.items():
        path = f"{above}{key}"
        if isinstance(value, Mapping) and value:
            yield from flat(value, f"{path}.")
        else:
            yield path, value


def short_paths(paths: Iterable[str]) -> dict[str, str]:
    """For each dotted path, as much of its end as tells it from the others."""
    split = {path: path.split(".") for path in paths}
    short = {}
    for path, parts in split.items():
        others = [other for name, other in split.items() if name != path]
        n = next(n for n in range(1, len(parts) + 1) if n == len(parts) or all(o[-n:] != parts[-n:] for o in others))
        short[path] = ".".join(parts[-n:])
    return short
