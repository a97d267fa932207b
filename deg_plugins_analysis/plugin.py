"""What this package offers to deg."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, cast

from deg_core.api import CommandPlugin, NoSettings, hookimpl

if TYPE_CHECKING:
    import click

COMMANDS = {
    "stats": ("statistics.command:stats", "Say what animals did: time, bouts, order, differences between groups."),
    "agreement": (
        "agreement.command:agreement",
        "Say how far raters agree: people, and deg among them.",
    ),
    "cross-validate": ("cross_validation.command:cross_validate", "Train and test fold by fold: mean and spread."),
    "compare": ("cross_validation.compare:compare", "Train and test several pipelines on the same folds."),
    "learning-curve": ("learning_curve.command:learning_curve", "Say what more labels would bring."),
    "suggest": ("labelling.suggest:suggest", "List the stretches whose labels would help most."),
    "audit": ("labelling.audit:audit", "List labels that are probably wrong."),
    "calibrate": ("calibration.command:calibrate", "Write probabilities that come true as often as they say."),
    "drift": ("drift.command:drift", "Flag recordings unlike those that were learned from."),
    "report": ("report.command:report", "Write what was done, how good it is and what animals did on one page."),
    "benchmark": ("benchmark.command:benchmark", "Measure how fast this machine predicts, and what limits it."),
}
"""Where each command is, and what it does."""


def _load(place: str) -> click.Command:
    module, name = place.split(":")
    return cast("click.Command", getattr(import_module(f"deg_plugins_analysis.{module}"), name))


@hookimpl
def deg_commands() -> Iterator[CommandPlugin[NoSettings]]:
    """Offer the commands of this package."""
    for name, (place, summary) in COMMANDS.items():
        yield CommandPlugin(name=name, summary=summary, settings=NoSettings, load=partial(_load, place))
