"""The statistics as a person reads them in a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite

import click

from deg_plugins_analysis.answers import voice
from deg_plugins_analysis.answers.voice import between, number, p_value, percent
from deg_plugins_analysis.statistics.animals import MEASURES
from deg_plugins_analysis.statistics.comparison import Comparison, GroupMean
from deg_plugins_analysis.statistics.rows import RunRow
from deg_plugins_analysis.statistics.study import ALL, Study

_MOST_RUNS = 12
_ALPHA = 0.05


def tell(found: Study) -> None:
    """Show the most important tables."""
    recordings = {each.recording: each.scored_s for each in found.summaries}
    minutes = sum(recordings.values()) / 60
    click.echo(
        f"{len(recordings)} recordings of {found.n_animals} animals, {minutes:.1f} minutes scored. "
        "Means are over animals; in brackets their 95 % interval."
    )
    for factor in dict.fromkeys(mean.factor for mean in found.means):
        _tell_means(found, factor)
    if found.comparisons:
        _tell_comparisons(found.comparisons)
    _tell_runs("Transitions", found.rows_of(found.transitions))
    if found.sequences:
        _tell_runs("Sequences", found.rows_of(found.sequences))


def _tell_means(found: Study, factor: str) -> None:
    means = {(m.behaviour, m.group, m.measure): m for m in found.means if m.factor == factor}
    groups = list(dict.fromkeys(group for _, group, _ in means))
    voice.heading("Behaviours" if factor == ALL else f"By {factor}")
    columns = ["behaviour", *(["group"] if factor != ALL else []), "animals"]
    columns += ["time spent", "bouts/min", "bout mean (s)", "first after (s)", "interval (s)"]
    rows = []
    for behaviour in found.behaviours:
        for group in groups:
            cells = [means[behaviour, group, measure] for measure in MEASURES]
            who = [behaviour, *([group] if factor != ALL else []), str(cells[0].n_animals)]
            rows.append([*who, *(_mean(cell, cells[0].n_animals) for cell in cells)])
    voice.show(columns, rows)


def _mean(mean: GroupMean, n_animals: int) -> str:
    """A mean and its interval, and the number of animals where some have no such value."""
    if not isfinite(mean.mean):
        return "-"
    write = percent if mean.measure == "share" else lambda value: number(value, 2)
    interval = f" [{write(mean.low)}, {write(mean.high)}]" if isfinite(mean.low) else ""
    fewer = f" n={mean.n_animals}" if mean.n_animals < n_animals else ""
    return f"{write(mean.mean)}{interval}{fewer}"


def _tell_comparisons(comparisons: Sequence[Comparison]) -> None:
    voice.heading("Comparisons")
    columns = [
        "measure",
        "behaviour",
        "groups",
        "n",
        "difference",
        "95 % interval",
        "effect",
        "p",
        "corrected",
    ]
    rows = [
        [
            each.measure,
            each.behaviour,
            f"{each.other} - {each.group}" if each.other else f"all {each.factor}",
            f"{each.n}/{each.n_other}" if each.other else str(each.n),
            number(each.difference),
            between(each.low, each.high),
            f"{number(each.effect, 2)} {each.effect_name}",
            p_value(each.p),
            p_value(each.p_corrected),
        ]
        for each in comparisons
    ]
    voice.show(columns, rows)
    reasons = dict.fromkeys(each.test for each in comparisons if each.test.startswith("none"))
    for reason in reasons:
        click.echo(f"not tested where {reason.removeprefix('none: ')}")
    hopeless = [each.least_p for each in comparisons if each.least_p > _ALPHA]
    if hopeless:
        click.echo(
            f"{len(hopeless)} have too few animals for p below {_ALPHA}: {min(hopeless):.2g} is the least there is"
        )


def _tell_runs(title: str, rows: Sequence[RunRow]) -> None:
    for factor, group in dict.fromkeys((row.factor, row.group) for row in rows):
        own = [row for row in rows if (row.factor, row.group) == (factor, group)][:_MOST_RUNS]
        voice.heading(title if factor == ALL else f"{title}, {factor} {group}")
        columns = ["in this order", "seen", "share", "by chance", "times chance", "p", "corrected"]
        voice.show(
            columns,
            [
                [
                    " > ".join(row.sequence),
                    str(row.count),
                    percent(row.share),
                    number(row.expected, 1),
                    number(row.ratio, 2),
                    p_value(row.p),
                    p_value(row.p_corrected),
                ]
                for row in own
            ],
        )
