"""`jaaba-labels`: a person's labels in JAABA's `.jab`; frames from 1, `t1s` the first after a bout.

`None` and `No_<behaviour>` mean absent; all other frames are not labelled. Experiments are chosen as `observation`,
flies as `subject`. MATLAB may have saved it in any version from 5 to 7.3.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from deg_core.api import Timeline
from deg_plugins_io.labels.coding import Coding
from deg_plugins_io.labels.matlab import load_matlab
from deg_plugins_io.labels.reading import other_format, reader
from deg_plugins_io.labels.said import Mark, Observation
from deg_plugins_io.labels.settings import ObservedSettings
from deg_plugins_io.labels.spans import Scale

_ABSENT = "none"


def _parse(path: Path, settings: ObservedSettings, timeline: Timeline | None) -> Coding:  # noqa: ARG001
    variables = load_matlab(path)
    project = variables.get("x")
    if not isinstance(project, dict) or "labels" not in project:
        raise other_format(path, "holds no labels of JAABA")
    names = [str(name) for name in np.atleast_1d(project["expDirNames"])]
    labels = project["labels"] if isinstance(project["labels"], (list, np.ndarray)) else [project["labels"]]
    observations = [_observation(name, said) for name, said in zip(names, labels, strict=True)]
    return Coding(path=path, observations=observations, scale=Scale("frames", first=1), silence=-1)


read = reader(_parse, "JAABA")


def _observation(name: str, said: dict[str, Any]) -> Observation:
    flies = [np.atleast_1d(fly) for fly in np.atleast_1d(said["flies"])]
    rows = [row for at, fly in enumerate(flies) for row in _rows(said, at, len(flies), "-".join(f"{n:g}" for n in fly))]
    behaviours = tuple(dict.fromkeys(label for label, *_ in rows if not _is_absent(label)))
    marks = [mark for row in rows for mark in _marks(*row, behaviours)]
    return Observation(marks=marks, name=name, files=(name,), behaviours=behaviours)


def _rows(said: dict[str, Any], at: int, n_flies: int, fly: str) -> Iterator[tuple[str, float, float, str]]:
    """Name, first frame, frame after the last, and fly, of each bout."""
    names, t0s, t1s = (
        np.atleast_1d(said[key] if n_flies == 1 else said[key][at]).ravel() for key in ("names", "t0s", "t1s")
    )
    for name, start, stop in zip(names, t0s, t1s, strict=True):
        yield str(name), float(start), float(stop), fly


def _is_absent(name: str) -> bool:
    return name.lower() == _ABSENT or name.startswith("No_")


def _marks(name: str, start: float, stop: float, fly: str, behaviours: tuple[str, ...]) -> Iterator[Mark]:
    place = f"fly {fly}, {name} from {start:g}"
    if not _is_absent(name):
        yield Mark(name, start, stop, place, fly)
        return
    for behaviour in behaviours:
        if name.lower() == _ABSENT or name == f"No_{behaviour}":
            yield Mark(behaviour, start, stop, place, fly, value=0)
