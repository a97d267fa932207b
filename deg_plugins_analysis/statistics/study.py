"""All statistics of a set of recordings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from deg_core.api import LabelError
from deg_plugins_analysis.answers.table import Table, table_of
from deg_plugins_analysis.observations.groups import DURATION, Groups, clock_starts, column_of
from deg_plugins_analysis.observations.observation import Observation
from deg_plugins_analysis.statistics.animals import AnimalValues, animal_values
from deg_plugins_analysis.statistics.bins import Bin, over_day, over_recording
from deg_plugins_analysis.statistics.chance import Runs, runs_against_chance
from deg_plugins_analysis.statistics.comparison import Comparison, Effort, GroupMean, compare_groups, group_means
from deg_plugins_analysis.statistics.courses import CoursePoint, courses
from deg_plugins_analysis.statistics.order import sequences_of
from deg_plugins_analysis.statistics.rows import BoutRow, RunRow, bout_rows, run_rows
from deg_plugins_analysis.statistics.summary import Summary, summarise

ALL = "all"
"""The factor, and the group, of all recordings."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be found out.

    Attributes:
        factors: Columns whose groups are compared.
        animal: Column that names animals.
        bin_s: Length of stretches of time, seconds.
        sequence: Bouts of the runs looked at beside transitions; 0 for none.
        max_gap_s: A longer time without behaviour breaks a sequence; None for never.
        n_shuffles: Orders of bouts that chance is made of.
        effort: How much is drawn for groups.
        seed: Of all chance.
    """

    factors: tuple[str, ...] = ()
    animal: str = "animal"
    bin_s: float = 60.0
    sequence: int = 0
    max_gap_s: float | None = None
    n_shuffles: int = 1000
    effort: Effort = field(default_factory=Effort)
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Study:
    """What was found out.

    Attributes:
        behaviours: Those looked at, in order.
        summaries: Each behaviour in each recording.
        bouts: Every bout.
        bins: Stretches of each recording.
        hours: Hours of the day in each recording; empty where nobody said when recordings began.
        values: Each measure by animal, by factor.
        means: Each measure by group.
        comparisons: Between groups.
        courses: Over the recording, by group.
        day_courses: Over the day, by group.
        transitions: Pairs of bouts by factor and group.
        sequences: Longer runs by factor and group.
        factors: The group of each recording, by factor.
        n_animals: How many animals there are.
        notes: What a person should know.
    """

    behaviours: tuple[str, ...]
    summaries: list[Summary]
    bouts: list[BoutRow]
    bins: list[Bin]
    hours: list[Bin]
    values: dict[str, list[AnimalValues]]
    means: list[GroupMean]
    comparisons: list[Comparison]
    courses: list[CoursePoint]
    day_courses: list[CoursePoint]
    transitions: dict[tuple[str, str], Runs]
    sequences: dict[tuple[str, str], Runs]
    factors: dict[str, dict[str, str]]
    n_animals: int
    notes: list[str]

    def group_of(self, factor: str, recording: str) -> str:
        """The group of a recording."""
        return self.factors[factor][recording]

    def tables(self, groups: Groups) -> list[Table]:
        """Everything as tidy tables; those about recordings have their groups as further columns."""
        own = {name: {k: v for k, v in values.items() if k != DURATION} for name, values in groups.items()}
        tables = [
            table_of("summary", self.summaries, Summary, own),
            table_of("bouts", self.bouts, BoutRow, own),
            table_of("bins", self.bins, Bin, own),
            table_of("hours", self.hours, Bin, own),
            table_of("groups", self.means, GroupMean),
            table_of("comparisons", self.comparisons, Comparison),
            table_of("courses", self.courses, CoursePoint),
            table_of("day_courses", self.day_courses, CoursePoint),
            table_of("transitions", self.rows_of(self.transitions), RunRow),
            table_of("sequences", self.rows_of(self.sequences), RunRow),
        ]
        return [table for table in tables if table.rows]

    @staticmethod
    def rows_of(runs: Mapping[tuple[str, str], Runs]) -> list[RunRow]:
        """Runs of all groups as rows."""
        return [row for (factor, group), each in runs.items() for row in run_rows(factor, group, each)]


def study(observations: Sequence[Observation], groups: Groups, plan: Plan) -> Study:
    """Find out everything.

    Args:
        observations: Of one rater, all with the same behaviours.
        groups: What recordings belong to.
        plan: What is wanted.

    Raises:
        LabelError: There are several raters, or a recording has no group where groups are to be compared.
    """
    _require_one_rater(observations)
    random = np.random.default_rng(plan.seed)
    notes: list[str] = []
    names = [each.recording for each in observations]
    animal_of = _animals(names, groups, plan.animal, notes)
    factors = {ALL: dict.fromkeys(names, ALL), **{name: column_of(groups, name, names) for name in plan.factors}}
    starts = clock_starts(groups)
    summaries = [summary for each in observations for summary in summarise(each)]
    bins = [each for one in observations for each in over_recording(one, plan.bin_s)]
    hours = [each for one in observations if one.recording in starts for each in over_day(one, starts[one.recording])]
    values = {factor: animal_values(summaries, animal_of, group_of) for factor, group_of in factors.items()}
    _note_what_never_happens(summaries, notes)
    _note_incomplete(values, notes)
    return Study(
        behaviours=observations[0].labels.behaviours,
        summaries=summaries,
        bouts=[row for each in observations for row in bout_rows(each, starts.get(each.recording))],
        bins=bins,
        hours=hours,
        values=values,
        means=[mean for factor, own in values.items() for mean in group_means(factor, own, random, plan.effort)],
        comparisons=[each for name in plan.factors for each in compare_groups(name, values[name], random, plan.effort)],
        courses=[point for name, of in factors.items() for point in _course(name, bins, animal_of, of, random, plan)],
        day_courses=[
            point for name, of in factors.items() for point in _course(name, hours, animal_of, of, random, plan)
        ],
        transitions=_runs(observations, factors, 2, random, plan),
        sequences=_runs(observations, factors, plan.sequence, random, plan) if plan.sequence else {},
        factors=factors,
        n_animals=len(set(animal_of.values())),
        notes=notes,
    )


def _require_one_rater(observations: Sequence[Observation]) -> None:
    raters = sorted({each.rater for each in observations})
    if len(raters) > 1:
        raise LabelError(
            f"{len(raters)} people scored these recordings, and one animal must not count several times",
            where=", ".join(raters),
            fix="choose one: --scored-by NAME; `deg agreement` compares them",
        )


def _animals(names: Sequence[str], groups: Groups, column: str, notes: list[str]) -> dict[str, str]:
    if any(groups.get(name, {}).get(column) for name in names):
        return column_of(groups, column, names)
    notes.append(f"no column {column!r} names the animals: every recording counts as an animal of its own")
    return {name: name for name in names}


def _note_what_never_happens(summaries: Sequence[Summary], notes: list[str]) -> None:
    for behaviour in dict.fromkeys(each.behaviour for each in summaries):
        own = [each for each in summaries if each.behaviour == behaviour]
        if not any(each.scored_s for each in own):
            notes.append(f"nobody looked for {behaviour!r} in any recording")
        elif not any(each.n_bouts for each in own):
            notes.append(f"{behaviour!r} never happens: it has no bout length, latency or interval")


def _note_incomplete(values: Mapping[str, Sequence[AnimalValues]], notes: list[str]) -> None:
    for factor, own in values.items():
        member = own[0].is_member
        if own[0].repeats and not member.all():
            lacking = int((~member.all(axis=1)).sum())
            notes.append(
                f"{factor}: {lacking} of {len(member)} animals are not in all groups; where animals are compared with "
                "themselves, those that lack one of the groups are left out"
            )


def _course(
    factor: str,
    bins: Sequence[Bin],
    animal_of: Mapping[str, str],
    group_of: Mapping[str, str],
    random: np.random.Generator,
    plan: Plan,
) -> list[CoursePoint]:
    effort = plan.effort
    return courses(
        factor,
        bins,
        animal_of,
        group_of,
        random,
        n_bootstrap=min(effort.n_bootstrap, 1000),
        confidence=effort.confidence,
    )


def _runs(
    observations: Sequence[Observation],
    factors: Mapping[str, Mapping[str, str]],
    length: int,
    random: np.random.Generator,
    plan: Plan,
) -> dict[tuple[str, str], Runs]:
    orders = {each.recording: sequences_of(each.labels, plan.max_gap_s) for each in observations}
    members = {
        (factor, group): [name for name, own in group_of.items() if own == group]
        for factor, group_of in factors.items()
        for group in sorted(set(group_of.values()))
    }
    behaviours = observations[0].labels.behaviours
    return runs_against_chance(orders, members, behaviours, length, random, n_permutations=plan.n_shuffles)
