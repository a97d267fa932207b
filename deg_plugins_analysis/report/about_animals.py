"""What the animals did: ethograms, and statistics of bouts."""

from __future__ import annotations

from collections.abc import Iterator
from math import isfinite
from typing import TYPE_CHECKING

from deg_core.api import DegError, ProjectError
from deg_plugins_analysis.answers.options import Source
from deg_plugins_analysis.answers.table import Table, table_of
from deg_plugins_analysis.answers.voice import number, percent
from deg_plugins_analysis.observations.gather import gather
from deg_plugins_analysis.report.cautions import names_of
from deg_plugins_analysis.report.document import (
    Block,
    Missing,
    Picture,
    Section,
    Text,
    amount,
    download_of,
    grid_of,
    plain_cell,
)
from deg_plugins_analysis.report.drawn import draw
from deg_plugins_analysis.report.facts import Facts
from deg_plugins_analysis.report.parts import PART_NAMES, PARTS
from deg_plugins_analysis.report.pictures import png_of
from deg_plugins_analysis.statistics.animals import MEASURES
from deg_plugins_analysis.statistics.comparison import GroupMean
from deg_plugins_analysis.statistics.figures import draw_all
from deg_plugins_analysis.statistics.study import ALL, Plan, study

if TYPE_CHECKING:
    from deg_plugins_analysis.observations.groups import Groups
    from deg_plugins_analysis.statistics.study import Study

_CAPTIONS = {
    "measures": "Time spent, number and length of bouts, and time to the first. Each point is an animal; bars are "
    "means.",
    "bout_lengths": "Share of bouts that last at least so long.",
    "over_time": "Share of time spent, over the recording.",
    "transitions": "Which behaviour follows which, beside what the same bouts in any order would give.",
}
_MEANS = ("time spent", "bouts per min", "bout mean (s)", "first after (s)", "interval (s)")
_FIGURE_TABLES = {"measures": "groups", "bout_lengths": "bouts", "over_time": "courses", "transitions": "transitions"}


def ethogram_section(facts: Facts, n_shown: int) -> Section:
    """Ethograms of some recordings, those of the test part first."""
    every = _in_order(facts)
    if not every:
        error = ProjectError("nothing is predicted yet", where=facts.run.run_id, fix="predict: deg predict")
        return Section("ethograms", "Ethograms", (Missing.of("Ethograms", error),))
    chosen = every[:n_shown]
    left_out = f" The others: deg plot ethogram; {names_of(every[n_shown:])}." if len(every) > n_shown else ""
    text = (
        f"{len(chosen)} of {len(every)} predicted recordings are shown, test recordings first.{left_out} For every "
        f"behaviour "
        "the upper row is what a person saw (where somebody looked), the next what deg decided, the curve its "
        "probability."
    )
    pictures = [
        draw(
            facts.project,
            "ethogram",
            f"Ethogram of {name}",
            f"{name}: {_standing(facts, name)}.",
            name,
        )
        for name in chosen
    ]
    return Section("ethograms", "Ethograms", (Text(text), *pictures))


def _standing(facts: Facts, name: str) -> str:
    """What a recording was to the model, by which one must judge its ethogram."""
    run_id, _ = facts.predicted[name]
    parts = [part for part in PARTS if any(span.record == name for span in facts.split.part(part))]
    known = {"train": "learned from", "validation": "thresholds were chosen on it", "test": "tested on, never seen"}
    told = known[parts[0]] if parts else "neither learned from nor tested on"
    if len(parts) > 1:
        told = f"stretches of it are for {' and '.join(PART_NAMES[part] for part in parts)}"
    return told if run_id == facts.run.run_id else f"{told}; predicted by another model, {run_id}"


def _in_order(facts: Facts) -> list[str]:
    """Predicted recordings: of the test part, then others that were not learned from, then the rest."""
    tested = {span.record for span in facts.split.test}
    learned = {span.record for span in (*facts.split.train, *facts.split.validation)}
    return sorted(facts.predicted, key=lambda name: (name not in tested, name in learned, name))


def statistics_section(facts: Facts, animal: str, seed: int) -> Section:
    """What `deg stats` says of the predictions."""
    title = "What the animals did"
    try:
        gathered = gather(Source(root=facts.project.workspace.layout.root), "predictions")
        found = study(gathered.observations, gathered.groups, Plan(animal=animal, seed=seed))
    except DegError as error:
        return Section("behaviour", title, (Missing.of("Statistics of bouts", error),))
    learned = {span.record for span in facts.split.train} & set(facts.predicted)
    notes = [f"{note[0].upper()}{note[1:]}." for note in (*gathered.notes, *found.notes)]
    text = (
        f"Statistics are of what deg decided in {amount(len(gathered.observations), 'recording')} of "
        f"{amount(found.n_animals, 'animal')} "
        f"({len(learned)} of these recordings it learned from). Means are over animals, as deg stats writes them. "
        f"{' '.join(notes)}"
    )
    blocks = (Text(text), *_tables(found), *_figures(found, gathered.groups))
    return Section("behaviour", title, blocks)


def _tables(found: Study) -> Iterator[Block]:
    yield _means(found)
    own = found.summaries
    columns = ("recording", "behaviour", "time_s", "share", "n_bouts", "bouts_per_min", "bout_mean_s", "bout_median_s",
               "latency_s")  # fmt: skip
    values = tuple(tuple(getattr(each, name) for name in columns) for each in own)
    rows = [
        [each.recording, each.behaviour, number(each.time_s, 1), percent(each.share), str(each.n_bouts),
         number(each.bouts_per_min, 2), number(each.bout_mean_s, 2), number(each.bout_median_s, 2),
         number(each.latency_s, 1)]
        for each in own
    ]  # fmt: skip
    names = ("recording", "behaviour", "time (s)", "share", "bouts", "per min", "mean bout (s)", "median bout (s)",
             "first after (s)")  # fmt: skip
    caption = "Each behaviour in each recording. A dash: not defined, as the length of bouts where there are none."
    yield grid_of(caption, Table("bout_statistics", columns, values), rows, names)


def _means(found: Study) -> Block:
    """A row for each behaviour: means over animals."""
    means = {(mean.behaviour, mean.measure): mean for mean in found.means if mean.factor == ALL}
    rows = [[name, *(_mean(means[name, measure]) for measure in MEASURES)] for name in found.behaviours]
    caption = "Means over animals, in brackets their 95 % interval. A dash: not defined, as the length of no bouts."
    own = [mean for mean in found.means if mean.factor == ALL]
    return grid_of(caption, table_of("means", own, GroupMean), rows, ("behaviour", *_MEANS))


def _mean(mean: GroupMean) -> str:
    write = percent if mean.measure == "share" else lambda value: number(value, 2)
    interval = f" ({write(mean.low)} to {write(mean.high)})" if isfinite(mean.low) else ""
    return f"{write(mean.mean)}{interval}"


def _figures(found: Study, groups: Groups) -> Iterator[Block]:
    tables = {table.name: table for table in found.tables(groups)}
    has_course = len({point.start_s for point in found.courses}) > 1
    for name, figure in draw_all(found):
        if name == "over_time" and not has_course:
            continue  # recordings no longer than a stretch of time have no course
        caption = _CAPTIONS.get(name, plain_cell(name))
        table = tables.get(_FIGURE_TABLES.get(name, ""))
        yield Picture(
            png_of(figure), caption, caption, "deg stats --figures pdf", download_of(table) if table else None
        )
