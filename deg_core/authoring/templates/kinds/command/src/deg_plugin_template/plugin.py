"""What this package offers to deg."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deg_core.api import CommandPlugin, NoSettings, hookimpl

if TYPE_CHECKING:
    import click


def load_command() -> click.Command:
    """Import the command."""
    from deg_plugin_template.command import recordings  # here, so that `deg --help` stays fast

    return recordings


command = CommandPlugin(
    name="template-name",
    summary="say how long each behaviour was labelled in each recording",
    settings=NoSettings,
    load=load_command,
)


@hookimpl
def deg_commands() -> Iterator[CommandPlugin[NoSettings]]:
    """Offer the command."""
    yield command
