"""The core of deg: what a pipeline needs to be described, trained, run and scored.

Plugins import `deg_core.api`; scripts and notebooks import `Project`, `Model`, `open_video`, `read_pose`, `read_labels`
and `write_labels` from here, `RichProgress` and `SilentProgress` to show long jobs or not to, and what `live` of the
first two gives; and so do plugins' commands, with the options that commands have in common and the style and files of
their figures, and plugins that are built on what others offer.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from deg_core.cli.figures import COLOURS, PAGE_WIDTH_IN, in_print_style, save_figure, save_table
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
    "COLOURS",
    "PAGE_WIDTH_IN",
    "LiveDecisions",
    "LiveSession",
    "Model",
    "Project",
    "RichProgress",
    "SilentProgress",
    "in_print_style",
    "json_option",
    "open_video",
    "optional_project_option",
    "pairs_option",
    "project_option",
    "quiet_option",
    "read_labels",
    "read_pose",
    "save_figure",
    "save_table",
    "settings_option",
    "write_labels",
]

_HOMES = {
    "cli.figures": "COLOURS PAGE_WIDTH_IN in_print_style save_figure save_table",
    "cli.options": "json_option optional_project_option pairs_option project_option quiet_option settings_option",
    "cli.progress": "RichProgress",
    "jobs.label_files": "read_labels write_labels",
    "jobs.live": "LiveDecisions LiveSession",
    "jobs.model": "Model",
    "jobs.project": "Project",
    "jobs.reading": "open_video read_pose",
    "progress": "SilentProgress",
}


def __getattr__(name: str) -> Any:
    # Late, because a project brings torch, and plugins import this package to list themselves.
    for home, names in _HOMES.items():
        if name in names.split():
            return getattr(import_module(f"deg_core.{home}"), name)
    raise AttributeError(name)
