"""Draws how long bouts last."""

from __future__ import annotations

from textwrap import fill

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import NullFormatter

from deg_core import in_print_style
from deg_plugins_analysis.answers.style import colour_of
from deg_plugins_analysis.statistics.figures.panels import TITLE_LETTERS, panel_page
from deg_plugins_analysis.statistics.study import Study


@in_print_style
def draw_bout_lengths(found: Study, factor: str) -> Figure:
    """Draw the share of bouts that last at least so long, behaviour by behaviour and group by group.

    Bouts that are cut by the begin or end of scoring are in it with the length that was seen.

    Args:
        found: The statistics.
        factor: The column that tells groups apart.
    """
    groups = found.values[factor][0].groups
    lengths: dict[tuple[str, str], list[float]] = {}
    for bout in found.bouts:
        lengths.setdefault((bout.behaviour, found.group_of(factor, bout.recording)), []).append(bout.length_s)
    behaviours = [name for name in found.behaviours if any((name, group) in lengths for group in groups)]
    figure, panels = panel_page(len(behaviours), 3, 1.7)
    for axes, behaviour in zip(panels, behaviours, strict=True):
        for at, group in enumerate(groups):
            own = np.sort(np.array(lengths.get((behaviour, group), [])))
            if not len(own):
                continue
            share = 1 - np.arange(len(own)) / len(own)
            label = f"{group} ({len(own):,})" if len(groups) > 1 else f"{len(own):,} bouts"
            axes.step(
                own, share, where="pre", color=colour_of(at), label=label, linestyle=("-", "--", ":", "-.")[at % 4]
            )
        axes.set_xscale("log")
        # Plain numbers: powers of ten need mathematical text, which the style leaves off for names of behaviours.
        axes.xaxis.set_major_formatter(lambda seconds, _: f"{seconds:g}")
        axes.xaxis.set_minor_formatter(NullFormatter())
        axes.set_title(fill(behaviour, TITLE_LETTERS))
        axes.set_xlabel("bout length (s)")
        axes.set_ylabel("share at least so long")
        axes.set_ylim(0, 1.02)
        axes.legend(loc="upper right")
    return figure
