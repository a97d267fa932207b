"""`deg audit`: labels that are probably wrong."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import click
import numpy as np

from deg_plugins_analysis.answers.table import table_of
from deg_plugins_analysis.answers.voice import show
from deg_plugins_analysis.labelling.confident import class_confidence, find_doubts
from deg_plugins_analysis.trials.options import Folding, fold_options, keep_table, open_project, place_for
from deg_plugins_analysis.trials.trial import Outcome


@dataclass(frozen=True, slots=True)
class AuditRow:
    """A run of frames to look at again.

    Attributes:
        recording: Where.
        behaviour: Which behaviour.
        start: First frame.
        stop: First frame after it.
        start_s: The same in seconds.
        stop_s: The same in seconds.
        labelled: What the label says: present or absent.
        probability: Mean probability of the behaviour, of models that did not learn from these frames.
        doubt: How strongly they contradict, added up over frames.
    """

    recording: str
    behaviour: str
    start: int
    stop: int
    start_s: float
    stop_s: float
    labelled: str
    probability: float
    doubt: float


def audit_labels(outcomes: Sequence[Outcome], behaviours: Sequence[str], least_frames: int) -> list[AuditRow]:
    """Labels of test frames that models of other folds contradict, the strongest contradiction first.

    Args:
        outcomes: Of folds, whose test parts together are what is looked at.
        behaviours: Names of the columns.
        least_frames: Shorter runs are left out.
    """
    rows = []
    pieces = [
        (each, start) for outcome in outcomes for each, start in zip(outcome.stretches, outcome.starts, strict=True)
    ]
    for column, behaviour in enumerate(behaviours):
        confidence = class_confidence(
            np.concatenate([each.probabilities[:, column] for each, _ in pieces]),
            np.concatenate([each.labels[:, column] for each, _ in pieces]),
        )
        for each, first in pieces:
            rate = each.frames_per_second if each.frames_per_second > 0 else float("nan")
            doubts = find_doubts(each.probabilities[:, column], each.labels[:, column], confidence, least_frames)
            for doubt in doubts:
                start, stop = first + doubt.start, first + doubt.stop
                label = "present" if doubt.labelled else "absent"
                times = (start / rate, stop / rate, label, doubt.probability, doubt.doubt)
                rows.append(AuditRow(each.recording, behaviour, start, stop, *times))
    return sorted(rows, key=lambda row: (-row.doubt, row.recording, row.start))


@click.command()
@click.option(
    "--least-frames",
    type=click.IntRange(min=1),
    default=5,
    show_default=True,
    help="Shorter contradictions are left out: bouts rarely begin on the very frame.",
)
@click.option(
    "--show", "n_shown", type=click.IntRange(min=0), default=20, show_default=True, help="Rows on the screen."
)
@fold_options
def audit(
    *,
    least_frames: int,
    n_shown: int,
    folding: Folding,
) -> None:
    """List labels that are probably wrong, by models that did not learn from them.

    The project's pipeline is trained fold by fold, where `deg cross-validate` has not done so; then every label is
    compared with what the models of the other folds say (confident learning, Northcutt et al. 2021). Nothing is
    changed: audit.csv is a list for a person to look through, the worst first.
    """
    from deg_plugins_analysis.trials.candidates import own_candidate
    from deg_plugins_analysis.trials.folds import fold_trials
    from deg_plugins_analysis.trials.running import run_trials

    project, progress = open_project(folding.root, quiet=folding.quiet)
    place = place_for(project, folding.folder, "cross-validation")
    splits = folding.splits(project)
    outcomes = run_trials(project, fold_trials(own_candidate(project), splits), place, progress, keep=folding.keep)
    rows = audit_labels(outcomes, project.manifest.behaviours, least_frames)
    n_looked_at = sum(outcome.test_frames for outcome in outcomes)
    show(
        ["recording", "behaviour", "frames", "seconds", "labelled", "models say"],
        [
            [
                *(row.recording, row.behaviour, f"{row.start}-{row.stop}", f"{row.start_s:.1f}-{row.stop_s:.1f}"),
                *(row.labelled, f"{row.probability:.0%}"),
            ]
            for row in rows[:n_shown]
        ],
    )
    in_doubt = sum(row.stop - row.start for row in rows)
    click.echo(f"\n{len(rows)} runs, {in_doubt} labels in doubt, in {n_looked_at} frames")
    keep_table(table_of("audit", rows, AuditRow), place)
