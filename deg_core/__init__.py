"""The core of deg: what a pipeline needs to be described, trained, run and scored.

Plugins import `deg_core.api`; scripts and notebooks import `Project` and `Model` from here.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from deg_core.jobs.model import Model
    from deg_core.jobs.project import Project

__all__ = ["Model", "Project"]


def __getattr__(name: str) -> Any:
    # Late, because a project brings torch, and plugins import this package to list themselves.
    if name in __all__:
        return getattr(import_module(f"deg_core.jobs.{name.lower()}"), name)
    raise AttributeError(name)
