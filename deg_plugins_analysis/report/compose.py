"""Puts a report together: what a reader must know first, then what was done, how good it is, what the animals did."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from deg_core.api import DegError
from deg_plugins_analysis.report import cautions
from deg_plugins_analysis.report.about_animals import ethogram_section, statistics_section
from deg_plugins_analysis.report.about_data import data_section, model_section, repeat_section
from deg_plugins_analysis.report.about_scores import examples_section, scores_section, training_section
from deg_plugins_analysis.report.document import Caution, Document, Missing, Section, Text, amount
from deg_plugins_analysis.report.facts import Facts, facts_of
from deg_plugins_analysis.report.kept import kept_sections
from deg_plugins_analysis.report.methods import methods_paragraphs
from deg_plugins_analysis.report.parts import PartCount, count_parts, neighbours
from deg_plugins_analysis.trials.options import number_text

if TYPE_CHECKING:
    from deg_core import Project
    from deg_plugins_analysis.drift.measures import Drift


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a person asked for.

    Attributes:
        animal: The group that names animals.
        n_ethograms: Ethograms at the most.
        n_resamples: For intervals of scores.
        drift: Whether recordings are compared with those that were learned from.
        made: When the report was made, and with what.
    """

    animal: str
    n_ethograms: int
    n_resamples: int
    drift: bool
    made: str


def compose(project: Project, wishes: Wishes, tell: Callable[[str], None]) -> Document:
    """Make the report of a project. What cannot be made is said in it.

    Args:
        project: The project.
        wishes: What is wanted.
        tell: Told what is being done, now and then.

    Raises:
        ProjectError: No sequence model is trained.
        DegError: Labels, or the card of a run, are damaged.
    """
    tell("scores")
    facts = facts_of(project, wishes.n_resamples)
    counts = count_parts(facts.split, facts.labels, facts.run.behaviours)
    sections = []
    for name, make in _sections(facts, counts, wishes):
        tell(name)
        sections.append(make())
    tell("what else was computed")
    sections[6:6] = kept_sections(project)
    tell("warnings")
    found = cautions.gravest_first(_cautions(facts, counts, wishes))
    title = project.workspace.name
    document = Document(title, wishes.made, _summary(facts), found, tuple(sections))
    return _without(document, f"{project.workspace.layout.root}{os.sep}")


def _without(document: Document, root: str) -> Document:
    """Without the folder of the project, which means nothing to who reads it elsewhere."""
    cut = [replace(each, text=each.text.replace(root, "")) for each in document.cautions]
    sections = []
    for section in document.sections:
        blocks = (replace(b, where=b.where.replace(root, "")) if isinstance(b, Missing) else b for b in section.blocks)
        sections.append(replace(section, blocks=tuple(blocks)))
    return replace(document, cautions=tuple(cut), sections=tuple(sections))


def _sections(facts: Facts, counts: list[PartCount], wishes: Wishes) -> Iterator[tuple[str, Callable[[], Section]]]:
    yield "scores and curves", lambda: scores_section(facts)
    yield "hits and mistakes", lambda: examples_section(facts)
    yield "ethograms", lambda: ethogram_section(facts, wishes.n_ethograms)
    yield "statistics of bouts", lambda: statistics_section(facts, wishes.animal, facts.run.seed)
    yield "data", lambda: data_section(facts, counts)
    yield "training curves", lambda: training_section(facts)
    yield "model", lambda: model_section(facts)
    yield "methods", lambda: Section("methods", "Methods", tuple(map(Text, methods_paragraphs(facts))))
    yield "how to repeat it", lambda: repeat_section(facts)


def _summary(facts: Facts) -> str:
    behaviours = ", ".join(facts.run.behaviours)
    about = f"deg was taught to see {behaviours} in {amount(len(facts.records), 'recording')}"
    if isinstance(facts.report, DegError):
        return f"{about}. It has not been scored on data that it never saw."
    told = [
        f"{name} {number_text(card.overall, 2)} (by chance {number_text(card.chance_overall, 2)})"
        for name, card in facts.report.scores.items()
        if name in ("f1", "average-precision")
    ]
    score = f", means over behaviours: {' and '.join(told)}" if told else ""
    return f"{about}, and tested on {facts.report.n_frames:,} frames that it never saw{score}."


def _cautions(facts: Facts, counts: list[PartCount], wishes: Wishes) -> Iterator[Caution]:
    yield from cautions.shared_recordings(neighbours(facts.split), _seen_frames(facts.project))
    yield from cautions.shared_videos(facts.split, facts.records, _contents(facts))
    yield from cautions.shared_animals(facts.split, facts.records, wishes.animal)
    yield from cautions.few_positives(counts)
    if not isinstance(facts.report, DegError):
        yield from cautions.doubtful_scores(facts.report)
    elif facts.split.test:
        yield Caution("warning", "Not tested", f"{facts.report.problem} ({facts.report.where}). {facts.report.fix}.")
    else:
        fix = "Give it a share (split.fractions), split, and train again."
        yield Caution(
            "warning",
            "No test part",
            f"Nothing was kept back to test on: no score of this model can be believed. {fix}",
        )
    stale = sorted(set(facts.predicted) - set(facts.predicted_now))
    yield from cautions.other_runs(stale, facts.run.run_id)
    yield from _drift(facts, wishes)
    yield from cautions.changed_software(facts.card["changed"])


def _seen_frames(project: Project) -> int | None:
    try:
        return project.seen_frames()
    except DegError:
        return None  # a network that cannot be built here; then a gap cannot be judged


def _contents(facts: Facts) -> Mapping[str, str]:
    """Fingerprints of videos, which `deg run-card` took."""
    return {name: each["video"] for name, each in facts.card["data"].items() if each["video"] != "gone"}


def _drift(facts: Facts, wishes: Wishes) -> Iterator[Caution]:
    """Compare recordings with those learned from, where all that needs is there: nothing is predicted for it."""
    known = {record.name for record in facts.records}
    train = {span.record for span in facts.split.train} & known
    others = [name for name in facts.predicted_now if name not in train]
    if not wishes.drift or not others:
        return
    lacking = sorted(train - set(facts.predicted_now))
    if lacking:
        text = f"{cautions.names_of(lacking)} is not predicted by this model. Compare with: deg drift."
        yield Caution("note", "Drift was not looked for", text)
        return
    try:
        yield from cautions.drifted(_find_drift(facts.project, others))
    except DegError as error:
        text = f"{error.problem} ({error.where}). To have it: {error.fix}."
        yield Caution("note", "Drift was not looked for", text)


def _find_drift(project: Project, names: list[str]) -> Mapping[str, Drift]:
    from deg_plugins_analysis.drift.command import find_drift

    return find_drift(project, names)
