"""The fakes of `deg_core.testing`, offered as any plugin is, for a project that is run to see what happens."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from deg_core.api import hookimpl
from deg_core.descriptors import KINDS, Plugin
from deg_core.testing import FAKES


def _offering(kind: type[Plugin[Any]]) -> Any:
    def offer() -> Iterator[Plugin[Any]]:
        return iter([plugin for plugin in FAKES if isinstance(plugin, kind)])

    return hookimpl(offer)


globals().update({kind.hook: _offering(kind) for kind in KINDS})
