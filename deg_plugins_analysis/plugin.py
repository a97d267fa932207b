"""What this package offers to deg."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from deg_core.api import CommandPlugin, NoSettings, hookimpl

if TYPE_CHECKING:
    import click


def _load_cross_validate() -> click.Command:
    from deg_plugins_analysis.cross_validation.command import cross_validate

    return cross_validate


def _load_compare() -> click.Command:
    from deg_plugins_analysis.cross_validation.compare import compare

    return compare


def _load_learning_curve() -> click.Command:
    from deg_plugins_analysis.learning_curve.command import learning_curve

    return learning_curve


def _load_suggest() -> click.Command:
    from deg_plugins_analysis.labelling.suggest import suggest

    return suggest


def _load_audit() -> click.Command:
    from deg_plugins_analysis.labelling.audit import audit

    return audit


def _load_drift() -> click.Command:
    from deg_plugins_analysis.drift.command import drift

    return drift


def _command(name: str, summary: str, load: Callable[[], click.Command]) -> CommandPlugin[NoSettings]:
    return CommandPlugin(name=name, summary=summary, settings=NoSettings, load=load)


COMMANDS = (
    _command("cross-validate", "Train and test a pipeline fold by fold: mean and spread.", _load_cross_validate),
    _command("compare", "Train and test several pipelines on the same folds.", _load_compare),
    _command("learning-curve", "Say what more labels would bring.", _load_learning_curve),
    _command("suggest", "List the stretches whose labels would help most.", _load_suggest),
    _command("audit", "List labels that are probably wrong.", _load_audit),
    _command("drift", "Flag recordings unlike those that were learned from.", _load_drift),
)


@hookimpl
def deg_commands() -> Iterator[CommandPlugin[NoSettings]]:
    """Offer the commands of this package."""
    yield from COMMANDS
