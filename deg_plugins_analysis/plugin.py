"""What this package offers to deg."""

from __future__ import annotations

from collections.abc import Iterator

from deg_core.api import CommandPlugin, NoSettings, hookimpl


@hookimpl
def deg_commands() -> Iterator[CommandPlugin[NoSettings]]:
    """Offer the commands of this package."""
    yield from ()
