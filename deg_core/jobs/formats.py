"""Which format a file of labels or of pose is read in: the one that was named, or the only one that can."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from deg_core.catalog import Catalog
from deg_core.descriptors import LabelFormatPlugin, PoseFormatPlugin
from deg_core.errors import DegError, OtherFormatError
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
    for candidates in _candidates(path, choice, kind, catalog, refusal):
        for chosen in candidates:
            try:
                results[chosen.plugin.name] = read(chosen)
            except refusal as error:
                refusals[chosen.plugin.name] = error
        if results or _recognised(refusals):
            break
    if len(results) == 1:
        return next(iter(results.values()))
    raise _no_choice(path, results, refusals, kind, refusal)


def _recognised(refusals: Mapping[str, DegError]) -> list[str]:
    """Formats that know the file for their own and cannot read it as it is."""
    return [name for name, error in refusals.items() if not isinstance(error, OtherFormatError)]


def _no_choice(
    path: Path,
    results: Mapping[str, object],
    refusals: Mapping[str, DegError],
    kind: type[Any],
    refusal: type[DegError],
) -> DegError:
    own = _recognised(refusals)
    if not results and len(refusals) == 1:
        return next(iter(refusals.values()))
    if not results and len(own) == 1:
        error = refusals[own[0]]
        return refusal(error.problem, where=error.where, fix=f"{error.fix}\nread as {own[0]}: {_option(kind)} {own[0]}")
    problem = f"could be {' or '.join(sorted(results))}" if results else f"no {kind.kind} can read it"
    reasons: dict[str, list[str]] = {}
    for name in own or refusals:
        reasons.setdefault(refusals[name].problem, []).append(name)
    told = [f"{', '.join(names)}: {reason}" for reason, names in reasons.items()]
    return refusal(problem, where=str(path), fix="\n".join([f"say which it is, with {_option(kind)} NAME", *told]))


def _option(kind: type[Any]) -> str:
    return "--pose-format" if kind is PoseFormatPlugin else "--format"


def _candidates(
    path: Path, choice: FormatChoice, kind: type[P], catalog: Catalog, refusal: type[DegError]
) -> list[list[Chosen[P]]]:
    """Those whose suffix it has, and then, for labels, all others: people rename files."""
    if choice.name != "auto":
        slot = Slot(name=choice.name, settings=dict(choice.settings or {}))
        return [[choose(catalog, kind, slot, where=kind.kind)]]
    if choice.settings:
        raise refusal(
            f"settings {', '.join(choice.settings)} of which format?",
            where=str(path),
            fix=f"name it, with {_option(kind)} NAME",
        )
    offered = [choose(catalog, kind, Slot(name=name), where=kind.kind) for name in catalog.names(kind)]
    readable = [each for each in offered if each.plugin.read]
    named = [each for each in readable if path.name.lower().endswith(tuple(each.plugin.suffixes))]
    return [named, [each for each in readable if each not in named]] if kind is LabelFormatPlugin else [named]
