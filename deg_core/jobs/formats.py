"""Which format a file of labels or of pose is read in: the one that was named, or the only one that can."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from deg_core.catalog import Catalog
from deg_core.descriptors import LabelFormatPlugin, PoseFormatPlugin
from deg_core.errors import DegError
from deg_core.project.manifest import Slot
from deg_core.project.resolve import Chosen, choose

P = TypeVar("P", LabelFormatPlugin[Any], PoseFormatPlugin[Any])
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class FormatChoice:
    """Which format to use, `auto` for the one that fits, and its settings."""

    name: str = "auto"
    settings: Mapping[str, Any] | None = None


def read_in_format(
    path: Path,
    choice: FormatChoice,
    kind: type[P],
    catalog: Catalog,
    read: Callable[[Chosen[P]], T],
    refusal: type[DegError],
) -> T:
    """Read a file in the chosen format, or in the only one that fits.

    Args:
        path: The file.
        choice: Its format.
        kind: What formats are tried.
        catalog: Where they are found.
        read: Reads the file in one of them.
        refusal: The error for a file that cannot be read, which `read` raises too.

    Raises:
        DegError: Of the given kind: the file is missing, or no format, or several, can read it.
    """
    if not path.is_file():
        raise refusal("there is no such file", where=str(path), fix="mend the path")
    results: dict[str, T] = {}
    refusals: dict[str, DegError] = {}
    for chosen in _candidates(path, choice, kind, catalog, refusal):
        try:
            results[chosen.plugin.name] = read(chosen)
        except refusal as error:
            refusals[chosen.plugin.name] = error
    if len(results) == 1:
        return next(iter(results.values()))
    if not results and len(refusals) == 1:
        raise next(iter(refusals.values()))
    problem = f"could be {' or '.join(sorted(results))}" if results else f"no {kind.kind} can read it"
    reasons: list[str] = [f"{name}: {refused.problem}" for name, refused in refusals.items()]
    fix = "\n".join([f"say which it is, with {_option(kind)} NAME", *reasons])
    raise refusal(problem, where=str(path), fix=fix)


def _option(kind: type[Any]) -> str:
    return "--pose-format" if kind is PoseFormatPlugin else "--format"


def _candidates(
    path: Path, choice: FormatChoice, kind: type[P], catalog: Catalog, refusal: type[DegError]
) -> list[Chosen[P]]:
    if choice.name != "auto":
        slot = Slot(name=choice.name, settings=dict(choice.settings or {}))
        return [choose(catalog, kind, slot, where=kind.kind)]
    if choice.settings:
        raise refusal(
            f"settings {', '.join(choice.settings)} of which format?",
            where=str(path),
            fix=f"name it, with {_option(kind)} NAME",
        )
    offered = [choose(catalog, kind, Slot(name=name), where=kind.kind) for name in catalog.names(kind)]
    return [each for each in offered if each.plugin.read and path.name.lower().endswith(tuple(each.plugin.suffixes))]
