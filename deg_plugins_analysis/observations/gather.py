"""Brings together what the options of a command name."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from deg_core.api import LabelError, did_you_mean
from deg_plugins_analysis.answers.options import Source
from deg_plugins_analysis.observations import from_project, groups
from deg_plugins_analysis.observations.bout_table import ONE_RATER, read_bout_tables
from deg_plugins_analysis.observations.gridding import Grid, grid_bouts
from deg_plugins_analysis.observations.label_files import FileReading, find_files, read_files
from deg_plugins_analysis.observations.observation import (
    Observation,
    all_behaviours,
    in_columns,
    rename,
    require_one_each,
    without,
)
from deg_plugins_analysis.observations.spelling import suggest_same, suggest_twins

if TYPE_CHECKING:
    from deg_core import Project

What = Literal["predictions", "labels", "both"]


@dataclass(frozen=True, slots=True)
class Gathered:
    """Everything that is analysed.

    Attributes:
        observations: All with the same columns; one for each recording and rater.
        groups: What recordings belong to.
        notes: What a person should know.
        folder: Where answers go by default; None outside a project.
    """

    observations: list[Observation]
    groups: groups.Groups
    notes: list[str]
    folder: Path | None


def gather(source: Source, what: What, groups_path: Path | None = None) -> Gathered:
    """Read what is to be analysed.

    Args:
        source: Where it comes from.
        what: What is taken from a project.
        groups_path: A table with what recordings belong to.

    Raises:
        DegError: Something cannot be read, or contradicts itself.
    """
    notes: list[str] = []
    table = groups.read_groups(groups_path) if groups_path else {}
    with _warnings_as(notes):
        observations, known, folder = _read(source, what, table, notes)
    observations = _named(observations, source, notes)
    require_one_each(observations)
    return Gathered(observations, known, notes, folder)


def _read(
    source: Source, what: What, table: groups.Groups, notes: list[str]
) -> tuple[list[Observation], groups.Groups, Path | None]:
    kinds = [bool(source.bouts), bool(source.labels or source.raters)]
    if sum(kinds) > 1:
        raise LabelError(
            "tables of bouts and label files at once", where="--bouts", fix="choose one: --bouts, --labels or --rater"
        )
    if not any(kinds):
        return _from_project(open_project(source.root), what, table)
    observations = _from_tables(source, table, notes) if source.bouts else _from_files(source, table)
    if source.root is None:
        return observations, table, None
    if what != "both":
        raise LabelError("files and a project at once", where="--project", fix="choose one of them")
    return [*observations, *from_project.predicted(open_project(source.root))], table, None


def open_project(root: Path | None) -> Project:
    """The project in a folder, or else the one a person is in."""
    from deg_core import Project

    return Project.find(Path.cwd()) if root is None else Project(root)


def _from_project(
    project: Project, what: What, table: groups.Groups
) -> tuple[list[Observation], groups.Groups, Path | None]:
    observations: list[Observation] = []
    if what in ("labels", "both"):
        observations += from_project.labelled(project)
    if what in ("predictions", "both"):
        observations += from_project.predicted(project)
    merged = groups.merge_groups(from_project.groups_of(project), table)
    return observations, merged, project.workspace.layout.root / "analysis"


def _from_tables(source: Source, table: groups.Groups, notes: list[str]) -> list[Observation]:
    bouts = read_bout_tables(find_files(source.bouts), source.columns or {}, source.ignored)
    grid = Grid(
        frames_per_second=source.frames_per_second,
        unit=source.unit,
        duration_s=source.duration_s,
        durations_s=groups.durations(table),
        until_last_bout=source.until_last_bout,
        sessions=source.sessions,
        same=source.same or {},
    )
    observations, said = grid_bouts(bouts, grid)
    notes += said
    used: dict[str, set[str]] = {}
    for bout in bouts:
        used.setdefault(bout.rater, set()).add(grid.same.get(bout.behaviour, bout.behaviour))
    _note_spelling(used, notes)
    return observations


def _from_files(source: Source, table: groups.Groups) -> list[Observation]:
    lengths = groups.durations(table)
    reading = FileReading(
        label_format=source.label_format,
        settings=source.settings or {},
        frames_per_second=source.frames_per_second,
        duration_of=lambda name: lengths.get(name, source.duration_s),
        until_last_bout=source.until_last_bout,
    )
    patterns: dict[str, list[str]] = {ONE_RATER: list(source.labels)} if source.labels else {}
    for rater, pattern in source.raters:
        patterns.setdefault(rater, []).append(pattern)
    return read_files(patterns, reading)


def _named(observations: Sequence[Observation], source: Source, notes: list[str]) -> list[Observation]:
    """Leave out, rename and choose behaviours, and give all the same columns."""
    same = source.same or {}
    kept = [replace(each, labels=without(each.labels, source.ignored)) for each in observations]
    renamed = [replace(each, labels=rename(each.labels, same)) for each in kept]
    known = all_behaviours(renamed)
    _require_known([*source.behaviours], known, "--behaviour")
    if not source.bouts:
        _require_known([*same], all_behaviours(kept), "--same")
        _note_spelling(_used(renamed), notes)
    if not known:
        raise LabelError("no behaviour is left", where="--ignore", fix="leave fewer out")
    return in_columns(renamed, [name for name in known if name in source.behaviours] if source.behaviours else known)


def _used(observations: Sequence[Observation]) -> dict[str, set[str]]:
    """Behaviours of which each rater saw anything."""
    used: dict[str, set[str]] = {}
    for each in observations:
        present = (each.labels.marks == 1).any(axis=0)
        names = {name for name, seen in zip(each.labels.behaviours, present, strict=True) if seen}
        used.setdefault(each.rater, set()).update(names)
    return used


def _note_spelling(used: Mapping[str, set[str]], notes: list[str]) -> None:
    everything = set().union(*used.values()) if used else set()
    twins = suggest_twins(everything)
    notes += twins
    told = "\n".join(twins)
    notes += [
        sentence for sentence in suggest_same(used) if not all(repr(name) in told for name in _names_in(sentence))
    ]


def _names_in(sentence: str) -> tuple[str, str]:
    parts = sentence.split("'")
    return parts[1], parts[3]


def _require_known(names: Sequence[str], known: Sequence[str], option: str) -> None:
    for name in names:
        if name not in known:
            meant = did_you_mean(name, known)
            raise LabelError(
                f"nobody knows a behaviour {name!r}", where=option, fix=f"{meant}known are: {', '.join(known)}"
            )


@contextmanager
def _warnings_as(notes: list[str]) -> Iterator[None]:
    """What readers of files warn of becomes notes, each once."""
    handler = _Listener(notes.append)
    logger = logging.getLogger("deg_plugins_io")
    propagates, logger.propagate = logger.propagate, False
    logger.addHandler(handler)
    try:
        yield
    finally:
        logger.removeHandler(handler)
        logger.propagate = propagates


class _Listener(logging.Handler):
    """Hands warnings on, each once."""

    def __init__(self, tell: Callable[[str], None]) -> None:
        super().__init__(logging.WARNING)
        self._tell = tell
        self._told: set[str] = set()

    def emit(self, record: logging.LogRecord) -> None:
        """Hand a warning on."""
        text = record.getMessage()
        if text not in self._told:
            self._told.add(text)
            self._tell(text)
