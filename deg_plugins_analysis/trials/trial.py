"""One training from nothing, and what it came to.

Axes: T frames, K behaviours.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from deg_core.api import ScoredStretch, Split

if TYPE_CHECKING:
    from deg_core import Project


@dataclass(frozen=True, slots=True)
class Trial:
    """What is trained on what.

    Attributes:
        name: Of its folder, such as `baseline/fold-0`.
        settings: What its `project.yaml` says.
        split: Frames it learns from, chooses by, and is scored on.
    """

    name: str
    settings: Mapping[str, Any]
    split: Split

    @property
    def recordings(self) -> list[str]:
        """Those that take part."""
        parts = (self.split.train, self.split.validation, self.split.test)
        return sorted({span.record for part in parts for span in part})


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a trial.

    Attributes:
        trial: Its name.
        report: Scores of its test part, as `deg evaluate --json` gives them.
        stretches: The test part itself: probabilities, decisions and labels.
        starts: First frame of each stretch in its recording.
        train_frames: Frames that it learned from.
        train_present: Of those, frames in which each behaviour is labelled present.
    """

    trial: str
    report: Mapping[str, Any]
    stretches: tuple[ScoredStretch, ...]
    starts: tuple[int, ...]
    train_frames: int
    train_present: Mapping[str, int]

    @property
    def test_frames(self) -> int:
        """Frames in its test part."""
        return sum(len(stretch.labels) for stretch in self.stretches)


@dataclass(frozen=True, slots=True)
class ScoreRow:
    """One score; None where undefined.

    Attributes:
        trial: Whose.
        behaviour: Of which behaviour; `all` for the mean.
        metric: Name of the metric; of bouts `bout-f1@0.5` and `edit`.
        score: The score.
        chance: The same by chance.
    """

    trial: str
    behaviour: str
    metric: str
    score: float | None
    chance: float | None


def digest_of(project: Project, trial: Trial) -> str:
    """The same only for the same settings, split, labels and videos, as hexadecimal digits."""
    digest = hashlib.sha256(json.dumps(trial.settings, sort_keys=True, default=str).encode())
    digest.update(repr(trial.split).encode())
    for name in trial.recordings:
        record, labels = project.record(name), project.labels(name)
        digest.update(f"{name} {record.video_path} {_size(record.video_path)}".encode())
        digest.update(b"" if labels is None else labels.marks.tobytes())
        if record.pose_path is not None:
            digest.update(record.pose_path.read_bytes())
    return digest.hexdigest()


def _size(path: Any) -> int:
    return int(path.stat().st_size) if path.is_file() else 0


def rows_of(outcomes: Iterable[Outcome]) -> list[ScoreRow]:
    """Every score of every outcome, of frames and of bouts."""
    return [row for outcome in outcomes for row in report_rows(outcome.trial, outcome.report)]


def report_rows(trial: str, report: Mapping[str, Any]) -> list[ScoreRow]:
    """Every score of a report."""
    rows = []
    for metric, card in report["scores"].items():
        for behaviour, score in card["per_behaviour"].items():
            rows.append(ScoreRow(trial, behaviour, metric, score, card["chance"][behaviour]))
        rows.append(ScoreRow(trial, "all", metric, card["overall"], card["chance_overall"]))
    bouts = report["bouts"]
    for place, overlap in enumerate(bouts["overlaps"]):
        metric = f"bout-f1@{overlap:g}"
        for behaviour, card in bouts["per_behaviour"].items():
            rows.append(ScoreRow(trial, behaviour, metric, card["f1"][place], card["f1_chance"][place]))
        rows.append(ScoreRow(trial, "all", metric, bouts["f1"][place], bouts["f1_chance"][place]))
    rows.append(ScoreRow(trial, "all", "edit", bouts["edit"], bouts["edit_chance"]))
    return rows
