"""Adds animals to a project as recordings, brings in their labels, and joins what was predicted of them."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from deg_core.api import ProjectError, Record

from deg_animals.making import Made

if TYPE_CHECKING:
    from deg_core import Project

VIDEO, INDIVIDUAL = "video", "individual"
"""Names of the groups that such recordings belong to."""


@dataclass(frozen=True, slots=True)
class Added:
    """A recording of an animal, whether it was one already, and whether its labels were read."""

    name: str
    status: Literal["added", "kept"]
    labelled: bool


def add_animals(
    project: Project, video: Path, made: Sequence[Made], labels: str | None = None, label_format: str = "auto"
) -> list[Added]:
    """Add a recording for each file, with the groups `video` and `individual`.

    Args:
        project: The project.
        video: The source.
        made: Files of its animals.
        labels: Label files: a path with `{video}` and `{individual}` filled in, relative to the source's folder. One
            without `{individual}` is a file of all animals, whose format is asked for one by its setting `subject`.
        label_format: Their format.

    Raises:
        ProjectError: Another recording has one of the names.
        LabelError: Labels are there and cannot be read.
    """
    return [_add(project, video, each, labels, label_format) for each in made]


def _add(project: Project, video: Path, made: Made, labels: str | None, label_format: str) -> Added:
    known = {record.name: record for record in project.recordings()}.get(made.path.stem)
    is_known = known is not None and known.video_path.resolve() == made.path.resolve()
    if not is_known:
        project.add(made.path, groups={VIDEO: video.stem, INDIVIDUAL: made.label})
    labelled = labels is not None and _import_labels(project, video, made, labels, label_format)
    return Added(made.path.stem, "kept" if is_known else "added", labelled)


def _import_labels(project: Project, video: Path, made: Made, labels: str, label_format: str) -> bool:
    path = video.parent / labels.replace("{video}", video.stem).replace("{individual}", made.label)
    if "{individual}" not in labels:
        project.import_labels(made.path.stem, path, label_format=label_format, subject=made.label)
        return True
    if not path.is_file():  # nobody scored this one
        return False
    project.import_labels(made.path.stem, path, label_format=label_format)
    return True


@dataclass(frozen=True, slots=True)
class Row:
    """A bout of an animal, or of a pair, in its video: frames `start` up to, not including, `stop`."""

    video: str
    individual: str
    start: int
    stop: int
    behaviour: str


def join_predictions(project: Project, videos: Iterable[str] = ()) -> list[Row]:
    """Every predicted bout of every animal, by video, individual and time.

    Args:
        project: The project.
        videos: Values of the group `video`; none for all.

    Raises:
        ProjectError: There are no such recordings, or one is not predicted yet.
    """
    rows = [
        Row(record.groups[VIDEO], record.groups[INDIVIDUAL], bout.start, bout.stop, bout.behaviour)
        for record in _animals(project, list(videos))
        for bout in project.prediction(record.name).ethogram.bouts()
    ]
    return sorted(rows, key=lambda row: (row.video, row.individual, row.start, row.stop, row.behaviour))


def _animals(project: Project, videos: list[str]) -> list[Record]:
    animals = [record for record in project.recordings() if {VIDEO, INDIVIDUAL} <= set(record.groups)]
    there = sorted({record.groups[VIDEO] for record in animals})
    missing = [video for video in videos if video not in there]
    if missing or not animals:
        known = f"there are animals of: {', '.join(there)}; " if there else ""
        raise ProjectError(
            f"no recordings of animals of {missing[0]!r}" if missing else "no recordings of animals",
            where=str(project.workspace.layout.root),
            fix=f"{known}add some: deg animals crop TRACKS VIDEO --add",
        )
    return [record for record in animals if not videos or record.groups[VIDEO] in videos]


def write_rows(path: Path, rows: Sequence[Row]) -> None:
    """Write a table `video,individual,start,stop,behaviour` in one step."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(path.name + ".part")
    with part.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, Row.__slots__, lineterminator="\n")
        writer.writeheader()
        writer.writerows(asdict(row) for row in rows)
    part.replace(path)
