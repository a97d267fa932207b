"""Everything a report is made from, taken out of a project once."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from deg_core.api import DegError, FeatureExtractorPlugin, Labels, ProjectError, Record, Split

if TYPE_CHECKING:
    from deg_core import Project
    from deg_core.evaluation.report import Report
    from deg_core.project.run_record import RunRecord


@dataclass(frozen=True, slots=True)
class Facts:
    """A project as it is.

    Attributes:
        project: The project.
        records: Its recordings.
        labels: Of every recording that somebody scored.
        predicted: The run that each predicted recording was predicted by, and its rate in Hz.
        runs: The newest sequence run and those it was built on, in the order in which they were trained.
        plans: What decided on each of these runs, as written down before it was trained; empty where it was not.
        split: Of the sequence run's own card.
        card: What `deg run-card` says of it.
        report: Scores of the test part, or why there are none.
    """

    project: Project
    records: tuple[Record, ...]
    labels: Mapping[str, Labels]
    predicted: Mapping[str, tuple[str, float]]
    runs: tuple[RunRecord, ...]
    plans: Mapping[str, Mapping[str, Any]]
    split: Split
    card: Mapping[str, Any]
    report: Report | DegError

    @property
    def run(self) -> RunRecord:
        """The run that predicts."""
        return self.runs[-1]

    @property
    def sees_frames(self) -> bool:
        """Whether the feature extractor is known to look at pictures, not at keypoints alone."""
        name = next((run.plugin.name for run in self.runs if run.stage == "features"), "")
        catalog = self.project.workspace.catalog
        if name not in catalog.names(FeatureExtractorPlugin):
            return False
        return catalog.get(FeatureExtractorPlugin, name, where="runs").needs_frames

    @property
    def predicted_now(self) -> list[str]:
        """Recordings that this run predicted."""
        return [name for name, (run_id, _) in self.predicted.items() if run_id == self.run.run_id]


def facts_of(project: Project, n_resamples: int) -> Facts:
    """Look at a project, and score its test part where that is predicted.

    Raises:
        ProjectError: No sequence model is trained.
        DegError: Labels, or the card of a run, are damaged.
    """
    run_id = project.run().run_id
    runs = _chain(project, run_id)
    records = tuple(project.recordings())
    found = {record.name: project.labels(record.name) for record in records}
    predicted = _predicted(project, records)
    split = Split(*(project.spans(part, run_id) for part in ("train", "validation", "test")))
    return Facts(
        project=project,
        records=records,
        labels={name: each for name, each in found.items() if each is not None},
        predicted=predicted,
        runs=runs,
        plans={run.run_id: _plan(project, run.run_id) for run in runs},
        split=split,
        card=project.run_card(run_id),
        report=_report(project, split, predicted, n_resamples),
    )


def _chain(project: Project, run_id: str) -> tuple[RunRecord, ...]:
    runs = [project.run(run_id)]
    while (below := runs[-1].built_on) is not None:
        runs.append(project.run(below))
    return tuple(reversed(runs))


def _predicted(project: Project, records: tuple[Record, ...]) -> dict[str, tuple[str, float]]:
    found = {}
    for record in records:
        try:
            prediction = project.prediction(record.name)
        except ProjectError:
            continue  # not predicted, or damaged, which `deg predict` mends alike
        found[record.name] = prediction.decisions.sequence_run.partition(":")[0], prediction.frames_per_second
    return found


def _plan(project: Project, run_id: str) -> Mapping[str, Any]:
    try:
        text = (project.workspace.layout.run(run_id) / "plan.json").read_text(encoding="utf-8")
        plan = json.loads(text)["plan"]
    except (OSError, ValueError, KeyError, TypeError):
        return {}  # a run that came from elsewhere has none; then less can be said
    return plan if isinstance(plan, dict) else {}


def _report(
    project: Project, split: Split, predicted: Mapping[str, tuple[str, float]], n_resamples: int
) -> Report | DegError:
    """Scores; nothing is predicted for them, since that may take hours."""
    run_id = project.run().run_id
    names = sorted({span.record for span in split.test})
    lacking = [name for name in names if predicted.get(name, ("", 0.0))[0] != run_id]
    if lacking:
        return ProjectError(
            f"{len(lacking)} of {len(names)} test recordings are not predicted by {run_id}",
            where=", ".join(lacking[:5]),
            fix="predict and score them: deg evaluate",
        )
    try:
        return project.evaluate("test", n_resamples=n_resamples)
    except DegError as error:
        return error
