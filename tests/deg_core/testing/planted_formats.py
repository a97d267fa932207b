"""A good label format and copies of it with one fault each, for `test_label_format.py` to try the contract on.

Not collected by itself, by its name: the tests in here are meant to fail.
"""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import numpy as np

from deg_core.data.bouts import find_runs
from deg_core.data.labels import Labels
from deg_core.data.timeline import Timeline
from deg_core.descriptors import LabelFormatPlugin, NoSettings
from deg_core.errors import LabelError
from deg_core.testing import LabelFormatContract


class GoodFormat:
    """JSON: length, and for each behaviour its spans in seconds and those that nobody looked at, in frames."""

    def refuse(self, path: Path, problem: str) -> LabelError:
        return LabelError(problem, where=str(path), fix="write it again")

    def load(self, path: Path) -> Any:
        try:
            return json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise self.refuse(path, f"not JSON: {error}") from None

    def span(self, timeline: Timeline, start_s: float, stop_s: float) -> tuple[int, int]:
        return timeline.span_of(start_s, stop_s)

    def check_length(self, path: Path, n_frames: int, timeline: Timeline) -> None:
        if n_frames != timeline.n_frames:
            raise self.refuse(path, f"labels for {n_frames} frames")

    def names(self, loaded: Any, behaviours: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(loaded["bouts"])

    def read(self, path: Path, settings: Any, timeline: Timeline, behaviours: tuple[str, ...]) -> Labels:
        loaded = self.load(path)
        if timeline is None:
            raise self.refuse(path, "needs the recording")
        self.check_length(path, loaded["n_frames"], timeline)
        names = self.names(loaded, behaviours)
        marks = np.zeros((timeline.n_frames, len(names)), dtype=np.int8)
        for column, name in enumerate(names):
            for start_s, stop_s in loaded["bouts"].get(name, []):
                marks[slice(*self.span(timeline, start_s, stop_s)), column] = 1
            for start, stop in loaded["unseen"].get(name, []):
                marks[start:stop, column] = -1
        return Labels(marks, names, timeline.frames_per_second)

    def bouts(self, column: Any, timeline: Timeline) -> list[list[float]]:
        return [[timeline.time_at(start), timeline.time_at(stop)] for start, stop in find_runs(column == 1)]

    def unseen(self, column: Any) -> list[list[int]]:
        return find_runs(column == -1).tolist()

    def write(self, path: Path, labels: Labels, settings: Any, timeline: Timeline) -> tuple[str, ...]:
        columns = dict(zip(labels.behaviours, labels.marks.T, strict=True))
        written = {
            "n_frames": labels.n_frames,
            "bouts": {name: self.bouts(column, timeline) for name, column in columns.items()},
            "unseen": {name: self.unseen(column) for name, column in columns.items()},
        }
        path.write_text(json.dumps(written), encoding="utf-8")
        return ()


class StopInside(GoodFormat):
    def span(self, timeline: Timeline, start_s: float, stop_s: float) -> Any:
        start, stop = timeline.span_of(start_s, stop_s)
        return start, stop + 1


class CountsFromOne(GoodFormat):
    def span(self, timeline: Timeline, start_s: float, stop_s: float) -> Any:
        start, stop = timeline.span_of(start_s, stop_s)
        return start + 1, stop + 1


class ForgetsUnseen(GoodFormat):
    def unseen(self, column: Any) -> Any:
        return []


class RoundsTimes(GoodFormat):
    def bouts(self, column: Any, timeline: Timeline) -> Any:
        return [[round(at, 2) for at in bout] for bout in super().bouts(column, timeline)]


class AssumesAnEvenRate(GoodFormat):
    def span(self, timeline: Timeline, start_s: float, stop_s: float) -> Any:
        return round(start_s * timeline.frames_per_second), round(stop_s * timeline.frames_per_second)


class TakesAnyLength(GoodFormat):
    def check_length(self, path: Path, n_frames: int, timeline: Timeline) -> None:
        pass


class TakesAnyText(GoodFormat):
    def load(self, path: Path) -> Any:
        try:
            return json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {"n_frames": 97, "bouts": {}, "unseen": {}}


class FailsInItsOwnWay(GoodFormat):
    def load(self, path: Path) -> Any:
        return json.loads(path.read_text(encoding="utf-8"))


class HidesUnknownBehaviours(GoodFormat):
    def names(self, loaded: Any, behaviours: tuple[str, ...]) -> Any:
        return tuple(name for name in loaded["bouts"] if not behaviours or name in behaviours)


class KeepsOnlyTheFirstBout(GoodFormat):
    def bouts(self, column: Any, timeline: Timeline) -> Any:
        return super().bouts(column, timeline)[:1]


class InventsBehaviours(GoodFormat):
    def read(self, path: Path, settings: Any, timeline: Timeline, behaviours: tuple[str, ...]) -> Any:
        labels = super().read(path, settings, timeline, behaviours)
        extra = [name for name in behaviours if name not in labels.behaviours]
        marks = np.column_stack([labels.marks, *(np.ones((labels.n_frames, 1), np.int8) for _ in extra)])
        return Labels(marks, (*labels.behaviours, *extra), labels.frames_per_second)


class AddsToTheFile(GoodFormat):
    def write(self, path: Path, labels: Labels, settings: Any, timeline: Timeline) -> Any:
        before = len(path.read_text(encoding="utf-8")) if path.exists() else 0
        notes = super().write(path, labels, settings, timeline)
        path.write_text(path.read_text(encoding="utf-8") + " " * before, encoding="utf-8")
        return notes


class Seeds(GoodFormat):
    def load(self, path: Path) -> Any:
        random.seed(0)
        return super().load(path)


def _contract(format_class: type[GoodFormat]) -> type[LabelFormatContract]:
    made = format_class()
    marks = np.array([[0, 0], [1, 0], [1, -1], [0, 0]], dtype=np.int8)

    class Contract(LabelFormatContract):
        plugin = LabelFormatPlugin(
            name="json",
            summary="spans",
            settings=NoSettings,
            suffixes=(".json",),
            read=made.read,
            write=made.write,
        )
        example = '{"n_frames": 4, "bouts": {"walk": [[0.04, 0.12]], "rear": []}, "unseen": {"rear": [[2, 3]]}}'
        example_labels = Labels(marks, ("walk", "rear"), 25.0)

    Contract.__name__ = Contract.__qualname__ = f"Test{format_class.__name__}"
    return Contract


FORMATS = (
    GoodFormat,
    StopInside,
    CountsFromOne,
    ForgetsUnseen,
    RoundsTimes,
    AssumesAnEvenRate,
    TakesAnyLength,
    TakesAnyText,
    FailsInItsOwnWay,
    HidesUnknownBehaviours,
    KeepsOnlyTheFirstBout,
    InventsBehaviours,
    AddsToTheFile,
    Seeds,
)
globals().update({f"Test{each.__name__}": _contract(each) for each in FORMATS})
