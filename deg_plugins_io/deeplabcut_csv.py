"""Pose as DeepLabCut and Lightning Pose write it in CSV: header rows of keypoints and coordinates, a row per frame.

Axes: T frames, M individuals, B keypoints.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from deg_core.api import LabelError, Pose, PoseError, Timeline
from deg_plugins_io.encoding import read_text
from deg_plugins_io.settings import DeeplabcutCsvSettings

_ANIMAL = "animal"
"""Name of the one animal of a file that names none."""
_HEADERS = ("scorer", "individuals", "bodyparts", "coords")
_MISSING = {"", "nan", "NaN"}


@dataclass(frozen=True, slots=True)
class _Header:
    """What stands in which column.

    Attributes:
        points: Individual, keypoint and coordinate (x, y, likelihood or another) by column.
        n_rows: Rows it takes.
    """

    points: dict[int, tuple[str, str, str]]
    n_rows: int


def read(path: Path, settings: DeeplabcutCsvSettings, timeline: Timeline) -> Pose:
    """See `ReadPose`. Frames without a row are missing, unless the rows are all of a recording of another length."""
    try:
        text = read_text(path)
    except LabelError as error:
        raise _refuse(path, error.problem) from None
    rows = csv.reader(text.splitlines(), strict=True)
    numbers, values = [], []  # row by row, since texts of a day of tracks would not fit into memory
    try:
        first = list(islice(rows, len(_HEADERS)))
        header = _header(path, first)
        for line, row in enumerate(chain(first[header.n_rows :], rows), header.n_rows + 1):
            if row:
                numbers.append(_frame_number(path, line, row[0]))
                values.append(_numbers(path, line, row, len(first[0])))
    except csv.Error as error:
        raise _refuse(path, f"not a table: {error}") from None
    frames = _frames(path, numbers, timeline)
    values_TC = np.array(values, dtype=np.float32)
    pose = _pose(path, header, frames, values_TC, timeline.n_frames)
    return pose.choose_individuals(settings.individuals, where=str(path))


def _refuse(path: Path, problem: str, line: int | None = None) -> PoseError:
    where = str(path) if line is None else f"{path}, line {line}"
    return PoseError(problem, where=where, fix="is it pose that DeepLabCut wrote? export it again, as csv")


def _header(path: Path, rows: Sequence[Sequence[str]]) -> _Header:
    names = [row[0].strip() if row else "" for row in rows[:4]]
    found = tuple(name for name in names if name in _HEADERS)
    if found not in {_HEADERS, (_HEADERS[0], *_HEADERS[2:])} or names[: len(found)] != list(found):
        raise _refuse(path, "does not begin with rows named scorer, bodyparts and coords")
    lines = dict(zip(found, rows, strict=False))
    if len({len(line) for line in lines.values()}) > 1:
        raise _refuse(path, "rows of the header differ in length")
    bodyparts, coords = lines["bodyparts"], lines["coords"]
    individuals = lines.get("individuals", [_ANIMAL] * len(bodyparts))
    named = [column for column, name in enumerate(bodyparts) if name.strip() and column]
    columns = {at: (individuals[at].strip(), bodyparts[at].strip(), coords[at].strip()) for at in named}
    if len(set(columns.values())) != len(columns) or not columns:
        raise _refuse(path, "a keypoint is there twice" if columns else "there are no keypoints")
    return _Header(columns, len(found))


def _frames(path: Path, numbers: Sequence[int], timeline: Timeline) -> NDArray[np.int64]:
    """The frame of each row; shape (rows,), rising."""
    frames = np.array(numbers, dtype=np.int64)
    if not len(frames) or (np.diff(frames) <= 0).any():
        raise _refuse(path, "frames are not in order" if len(frames) else "there are no frames")
    is_whole = frames[0] == 0 and frames[-1] == len(frames) - 1
    if frames[-1] >= timeline.n_frames or (is_whole and len(frames) != timeline.n_frames):
        raise PoseError(
            f"pose of {frames[-1] + 1} frames, the recording has {timeline.n_frames}",
            where=str(path),
            fix="check that the file belongs to this recording and that neither was cut",
        )
    return frames


def _frame_number(path: Path, line: int, cell: str) -> int:
    number = cell.removesuffix(".0")
    if not number.isdecimal():
        pictures = "; annotations of single pictures are no pose of a video" if "labeled-data" in cell else ""
        raise _refuse(path, f"{cell!r} is no frame number{pictures}", line)
    return int(number)


def _numbers(path: Path, line: int, row: Sequence[str], width: int) -> NDArray[np.float32]:
    if len(row) != width:
        raise _refuse(path, f"{len(row)} cells under a header of {width}", line)
    try:
        return np.array([np.nan if cell in _MISSING else float(cell) for cell in row], dtype=np.float32)
    except ValueError:
        raise _refuse(path, "a cell is not a number", line) from None


def _pose(
    path: Path, header: _Header, frames: NDArray[np.int64], values_TC: NDArray[np.float32], n_frames: int
) -> Pose:
    individuals = tuple(dict.fromkeys(each[0] for each in header.points.values()))
    keypoints = tuple(dict.fromkeys(each[1] for each in header.points.values()))
    table_TMB3 = np.full((n_frames, len(individuals), len(keypoints), 3), np.nan, dtype=np.float32)
    for column, (individual, keypoint, coordinate) in header.points.items():
        if coordinate in {"x", "y", "likelihood"}:  # Lightning Pose adds others
            animal, point = individuals.index(individual), keypoints.index(keypoint)
            table_TMB3[frames, animal, point, "xyl".index(coordinate[0])] = values_TC[:, column]
    table_TMB3[np.isnan(table_TMB3[..., :2]).any(axis=-1), :2] = np.nan
    try:
        return Pose(keypoints, individuals, table_TMB3[..., :2], table_TMB3[..., 2].clip(0, 1))
    except ValueError as error:
        raise _refuse(path, str(error)) from None
