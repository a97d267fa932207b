"""Label files in any format that deg reads."""

from __future__ import annotations

import glob
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from deg_core.api import LabelError, Labels, Timeline
from deg_plugins_analysis.observations.observation import Observation

_LONGEST_S = 48 * 3600.0


@dataclass(frozen=True, slots=True)
class FileReading:
    """How files of labels are read.

    Attributes:
        label_format: Name of the format; `auto` takes the one that fits.
        settings: Of the format.
        frames_per_second: Hz; None where nobody said.
        duration_of: Seconds that a recording lasts, by its name; None where nobody said.
        until_last_bout: Take a recording that nobody measured to end with its last bout.
    """

    label_format: str = "auto"
    settings: Mapping[str, Any] = field(default_factory=dict)
    frames_per_second: float | None = None
    duration_of: Callable[[str], float | None] = lambda _: None
    until_last_bout: bool = False


def find_files(patterns: Sequence[str]) -> list[Path]:
    """Files that fit shell patterns, each once, in order of their paths.

    Raises:
        LabelError: A pattern fits none.
    """
    found: set[str] = set()
    for pattern in patterns:
        files = [path for path in glob.glob(pattern, recursive=True) if Path(path).is_file()]  # noqa: PTH207 (absolute patterns)
        if not files:
            raise LabelError(
                "no file fits", where=pattern, fix='mend the pattern, and quote it: --labels "scores/*.csv"'
            )
        found.update(files)
    return [Path(path) for path in sorted(found)]


def read_files(patterns_of: Mapping[str, Sequence[str]], reading: FileReading) -> list[Observation]:
    """Read label files; a recording is named by the stem of its file.

    Args:
        patterns_of: Shell patterns of each rater's files, by rater.
        reading: How.

    Returns:
        Observations; behaviours that another file names and a file of events does not, are absent in it.

    Raises:
        LabelError: A file cannot be read, or its rate or length is not known.
    """
    files = [(rater, path) for rater, patterns in patterns_of.items() for path in find_files(patterns)]
    first = [_read(path, reading, ()) for _, path in files]
    names = tuple(dict.fromkeys(name for labels in first for name in labels.behaviours))
    # Files of events name only what happened; told of all behaviours, they say that the others did not.
    whole = [
        labels if labels.behaviours == names else _read(path, reading, names)
        for labels, (_, path) in zip(first, files, strict=True)
    ]
    return [Observation(path.stem, rater, labels) for labels, (rater, path) in zip(whole, files, strict=True)]


def _read(path: Path, reading: FileReading, behaviours: tuple[str, ...]) -> Labels:
    from deg_core import read_labels

    def read(timeline: Timeline | None) -> Labels:
        return read_labels(path, timeline, reading.label_format, reading.settings, behaviours)

    duration_s, rate = reading.duration_of(path.stem), reading.frames_per_second
    if duration_s is not None and rate is not None:
        return read(Timeline.regular(path.stem, round(duration_s * rate), rate))
    try:
        labels = read(None)
    except LabelError as error:
        if rate is None or not reading.until_last_bout:
            raise _untold(error) from error
        labels = _until_last_bout(path.stem, rate, read)
    return _with_rate(labels, rate, path)


def _untold(error: LabelError) -> LabelError:
    hint = "where it lists bouts: --fps RATE with --duration SECONDS, or with --until-last-bout"
    return LabelError(error.problem, where=error.where, fix=f"{error.fix}\n{hint}")


def _until_last_bout(name: str, rate: float, read: Callable[[Timeline | None], Labels]) -> Labels:
    """Read bouts of a recording of unknown length by trying longer ones until all fit."""
    duration_s = 1800.0
    while True:
        try:
            labels = read(Timeline.regular(name, round(duration_s * rate), rate))
            break
        except LabelError:
            duration_s *= 4
            if duration_s > _LONGEST_S:
                raise
    present = (labels.marks == 1).any(axis=1)
    n_frames = int(present.nonzero()[0][-1]) + 1 if present.any() else 0
    return Labels(labels.marks[:n_frames], labels.behaviours, rate)


def _with_rate(labels: Labels, rate: float | None, path: Path) -> Labels:
    own = labels.frames_per_second
    if own is None and rate is None:
        raise LabelError("the file does not tell its frame rate", where=str(path), fix="say it: --fps 30")
    if own is not None and rate is not None and abs(own - rate) > 1e-6 * rate:
        raise LabelError(
            f"{own:g} frames per second, not {rate:g}", where=str(path), fix="correct --fps, or leave it out"
        )
    return Labels(labels.marks, labels.behaviours, own or rate)
