"""What this package offers to deg."""

from __future__ import annotations

from collections.abc import Iterator
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


@hookimpl
def deg_commands() -> Iterator[CommandPlugin[NoSettings]]:
    """Offer the commands of this package."""
    yield CommandPlugin(
        name="cross-validate",
        summary="Train and test a pipeline fold by fold: mean and spread.",
        settings=NoSettings,
        load=_load_cross_validate,
    )
    yield CommandPlugin(
        name="compare",
        summary="Train and test several pipelines on the same folds.",
        settings=NoSettings,
        load=_load_compare,
    )
