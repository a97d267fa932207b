"""Scores of the test frames of all folds together, with intervals over recordings.

A behaviour that happens in one recording has a score in one fold only; together it has one that means something.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from deg_plugins_analysis.trials.trial import Outcome, report_rows

if TYPE_CHECKING:
    from deg_core import Project


@dataclass(frozen=True, slots=True)
class TogetherRow:
    """One score of all test frames; None where undefined.

    Attributes:
        behaviour: Of which behaviour; `all` for the mean.
        metric: Which metric.
        score: The score.
        low: Lower end of its 95 % interval over recordings, or over blocks of one.
        high: Upper end.
        chance: The same by chance.
    """

    behaviour: str
    metric: str
    score: float | None
    low: float | None
    high: float | None
    chance: float | None


def score_together(project: Project, outcomes: Sequence[Outcome], n_resamples: int = 200) -> dict[str, Any]:
    """Score the test frames of all outcomes, as `deg evaluate --json` gives it."""
    stretches = [stretch for outcome in outcomes for stretch in outcome.stretches]
    return project.score(stretches, n_resamples=n_resamples).model_dump(mode="json")


def together_rows(report: Mapping[str, Any]) -> list[TogetherRow]:
    """Every score of a report beside its interval."""
    found = []
    for row in report_rows("", report):
        low, high = _interval(report, row.behaviour, row.metric) or (None, None)
        found.append(TogetherRow(row.behaviour, row.metric, row.score, low, high, row.chance))
    return found


def _interval(report: Mapping[str, Any], behaviour: str, metric: str) -> tuple[float, float] | None:
    if metric in report["scores"]:
        card = report["scores"][metric]
        found = card["overall_interval"] if behaviour == "all" else card["interval"].get(behaviour)
    elif behaviour in report["bouts"]["per_behaviour"]:
        names = [f"bout-f1@{overlap:g}" for overlap in report["bouts"]["overlaps"]]
        found = report["bouts"]["per_behaviour"][behaviour]["f1_interval"][names.index(metric)]
    else:
        return None
    return None if found is None else (found[0], found[1])
