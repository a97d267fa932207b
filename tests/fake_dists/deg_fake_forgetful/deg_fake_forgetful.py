"""Its hook forgets to offer anything."""

from __future__ import annotations

from deg_core.api import hookimpl


@hookimpl
def deg_metrics() -> None:
    pass
