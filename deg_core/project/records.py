"""The recordings of a project: a folder each, with what is known about it and its labels."""

from __future__ import annotations

import csv
import re
import shutil
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from pydantic import Field

from deg_core.data.labels import Labels, mark_rows
from deg_core.data.record import Record
from deg_core.data.whole_file import write_text, writing_beside
from deg_core.errors import LabelError, ManifestError, ProjectError
from deg_core.project.layout import Layout
from deg_core.project.manifest import Section
from deg_core.project.manifest_file import dump_yaml
from deg_core.project.yaml_values import yaml_values

_CARD = "recording.yaml"
_LABELS = "labels.csv"
_NAME = re.compile(r"[^\s/\\:*?\"<>|.][^/\\:*?\"<>|\n\r\t]*")


class RecordCard(Section):
    """What `recording.yaml` holds."""

    video: str
    groups: dict[str, str] = Field(default_factory=dict)


def list_records(layout: Layout) -> list[Record]:
    """Every recording of a project, by name."""
    if not layout.recordings.is_dir():
        return []
    return [load_record(layout, card.parent.name) for card in sorted(layout.recordings.glob(f"*/{_CARD}"))]


def load_record(layout: Layout, name: str) -> Record:
    """One recording.

    Raises:
        ProjectError: The project has none of this name.
        ManifestError: Its card is damaged.
    """
    folder = layout.recording(name)
    path = folder / _CARD
    if not path.is_file():
        raise ProjectError(
            f"no recording named {name!r}", where=str(layout.root), fix="`deg check` lists them; add it with `deg add`"
        )
    try:
        card = RecordCard.model_validate(yaml_values(path, "it needs `video: PATH`"))
        video = folder / card.video  # an absolute one stays as it is
        video_path = video if Path(card.video).is_absolute() else video.resolve()
    except ValueError as error:  # also a path that no system has
        problem = str(error).splitlines()[0]
        raise ManifestError(f"damaged: {problem}", where=str(path), fix="it needs `video: PATH`") from None
    labels, pose = folder / _LABELS, layout.pose(name)
    return Record(
        name=name,
        video_path=video_path,
        labels_path=labels if labels.is_file() else None,
        groups=card.groups,
        pose_path=pose if pose.is_file() else None,
    )


def add_record(layout: Layout, name: str, video: Path, groups: Mapping[str, str], *, copy: bool) -> Record:
    """Add a recording to a project.

    Args:
        layout: The project.
        name: Name of the recording, unused so far.
        video: Its video, an existing file or folder.
        groups: What it belongs to, such as `{"animal": "m3"}`.
        copy: Copy the video into the project; else remember where it lies.

    Raises:
        ProjectError: The name is taken or cannot be a folder's name.
    """
    if not _NAME.fullmatch(name):
        raise ProjectError(f"{name!r} cannot name a recording", where=str(video), fix="give another with --name")
    folder = layout.recording(name)
    if (folder / _CARD).exists():
        known = load_record(layout, name)
        raise ProjectError(
            f"there is a recording named {name!r} already ({known.video_path})",
            where=str(video),
            fix="give another name with --name, or remove the folder of the old one",
        )
    folder.mkdir(parents=True, exist_ok=True)
    reference = _copied(video, folder) if copy else _reference(video.resolve(), layout)
    write_text(folder / _CARD, dump_yaml({"video": reference, "groups": dict(groups)}))
    return load_record(layout, name)


def _copied(video: Path, folder: Path) -> str:
    with writing_beside(folder / video.name) as part:
        if video.is_dir():
            shutil.copytree(video, part)
        else:
            shutil.copyfile(video, part)
    return video.name


def _reference(video: Path, layout: Layout) -> str:
    """Relative where the video lies inside the project, so that both can move together; else absolute."""
    if video.is_relative_to(layout.root):
        return Path("../..", video.relative_to(layout.root)).as_posix()
    return str(video)


def load_labels(record: Record, behaviours: tuple[str, ...]) -> Labels | None:
    """The labels of a recording in the project's columns; None where nobody scored it.

    Raises:
        LabelError: The file is damaged or knows other behaviours.
    """
    if record.labels_path is None:
        return None
    where = str(record.labels_path)
    try:
        with record.labels_path.open(encoding="utf-8") as file:
            header, rows = next(csv.reader([file.readline()]), []), file.readlines()
        if header[:1] != ["frame"] or not rows:
            raise ValueError("no header, or no rows")
        table = np.loadtxt(rows, delimiter=",", dtype=np.int32, ndmin=2, comments=None)
        if table.shape[1] != len(header) or (table[:, 0] != np.arange(len(table))).any() or (table[:, 1:] > 1).any():
            raise ValueError(
                "a row for each frame, from 0, and a mark of 1, 0 or -1 in each column, is not what it holds"
            )
        labels = Labels(np.maximum(table[:, 1:], -2).astype(np.int8), tuple(header[1:]))
    except (ValueError, TypeError, csv.Error) as error:
        raise LabelError(f"damaged: {error}", where=where, fix="import the labels again: deg import-labels") from None
    return labels.for_behaviours(behaviours, where=where)


def save_labels(layout: Layout, name: str, labels: Labels) -> None:
    """Keep labels beside a recording: a row per frame, a column per behaviour, 1, 0 or -1."""
    with (
        writing_beside(layout.recording(name) / _LABELS) as part,
        part.open("w", encoding="utf-8", newline="\n") as file,
    ):
        csv.writer(file, lineterminator="\n").writerow(["frame", *labels.behaviours])  # quotes a comma in a name
        file.write(mark_rows(labels.marks))
