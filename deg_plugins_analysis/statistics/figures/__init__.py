"""Figures of statistics."""

from __future__ import annotations

from collections.abc import Iterator

from matplotlib.figure import Figure

from deg_plugins_analysis.statistics.figures.bout_lengths import draw_bout_lengths
from deg_plugins_analysis.statistics.figures.measures import draw_measures
from deg_plugins_analysis.statistics.figures.over_time import draw_over_time
from deg_plugins_analysis.statistics.figures.transitions import draw_transitions
from deg_plugins_analysis.statistics.study import ALL, Study


def draw_all(found: Study) -> Iterator[tuple[str, Figure]]:
    """Every figure and the name of its file without suffix; those of groups for each factor."""
    factors = [factor for factor in found.values if factor != ALL] or [ALL]
    for factor in factors:
        ending = "" if factor == ALL else f"_{factor}"
        yield f"measures{ending}", draw_measures(found.values[factor], found.means, factor)
        if found.bouts:
            yield f"bout_lengths{ending}", draw_bout_lengths(found, factor)
        yield (
            f"over_time{ending}",
            draw_over_time([p for p in found.courses if p.factor == factor], found.behaviours, is_day=False),
        )
        if found.day_courses:
            day = [p for p in found.day_courses if p.factor == factor]
            yield f"over_day{ending}", draw_over_time(day, found.behaviours, is_day=True)
        for (name, group), runs in found.transitions.items():
            if name == factor and any(run.count for run in runs.runs):
                title = "" if factor == ALL else f"{factor}: {group}"
                yield (
                    f"transitions{ending}{'' if factor == ALL else '_' + _plain(group)}",
                    draw_transitions(runs, found.behaviours, title),
                )


def _plain(text: str) -> str:
    """A group as a part of a file's name."""
    return "".join(letter if letter.isalnum() or letter in "-." else "-" for letter in text)
