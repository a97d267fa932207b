"""The core of deg: what a pipeline needs to be described, trained, run and scored.

Plugins import `deg_core.api`; scripts and notebooks import `Project`, `Model`, `open_video`, `read_pose`, `read_labels`
and `write_labels` from here, `RichProgress` and `SilentProgress` to show long jobs or not to, and what `live` of the
first two gives; and so do plugins' commands, and plugins that are built on what others offer.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from deg_core.cli.options import (
        json_option,
        optional_project_option,
        pairs_option,
        project_option,
        quiet_option,
        settings_option,
    )
    from deg_core.cli.progress import RichProgress
    from deg_core.jobs.label_files import read_labels, write_labels
    from deg_core.jobs.live import LiveDecisions, LiveSession
    from deg_core.jobs.model import Model
    from deg_core.jobs.project import Project
    from deg_core.jobs.reading import open_video, read_pose
    from deg_core.progress import SilentProgress

__all__ = [
    "LiveDecisions",
    "LiveSession",
    "Model",
    "Project",
    "RichProgress",
    "SilentProgress",
    "json_option",
    "open_video",
    "optional_project_option",
    "pairs_option",
    "project_option",
    "quiet_option",
    "read_labels",
    "read_pose",
    "settings_option",
    "write_labels",
]

_HOMES = {
    "LiveDecisions": "jobs.live",
    "LiveSession": "jobs.live",
    "Model": "jobs.model",
    "Project": "jobs.project",
    "RichProgress": "cli.progress",
    "json_option": "cli.options",
    "optional_project_option": "cli.options",
    "pairs_option": "cli.options",
    "project_option": "cli.options",
    "quiet_option": "cli.options",
    "settings_option": "cli.options",
    "SilentProgress": "progress",
    "open_video": "jobs.reading",
    "read_labels": "jobs.label_files",
    "read_pose": "jobs.reading",
    "write_labels": "jobs.label_files",
}


def __getattr__(name: str) -> Any:
    # Late, because a project brings torch, and plugins import this package to list themselves.
    if name in _HOMES:
        return getattr(import_module(f"deg_core.{_HOMES[name]}"), name)
    raise AttributeError(name)
