"""The core of deg: what a pipeline needs to be described, trained, run and scored.

Plugins import `deg_core.api`; scripts and notebooks import `Project`, `Model`, `open_video` and `read_pose` from here,
and so do plugins that are built on what others offer.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from deg_core.jobs.model import Model
    from deg_core.jobs.project import Project
    from deg_core.jobs.reading import open_video, read_pose

__all__ = ["Model", "Project", "open_video", "read_pose"]

_ROOMS = {"Model": "model", "Project": "project", "open_video": "reading", "read_pose": "reading"}


def __getattr__(name: str) -> Any:
    # Late, because a project brings torch, and plugins import this package to list themselves.
    if name in _ROOMS:
        return getattr(import_module(f"deg_core.jobs.{_ROOMS[name]}"), name)
    raise AttributeError(name)
