"""The core of deg: what a pipeline needs to be described, trained, run and scored.

Plugins import `deg_core.api`; scripts and notebooks import `Project` from here.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from deg_core.jobs.project import Project

__all__ = ["Project"]


def __getattr__(name: str) -> Any:
    # Late, because a project brings torch, and plugins import this package to list themselves.
    if name == "Project":
        return import_module("deg_core.jobs.project").Project
    raise AttributeError(name)
