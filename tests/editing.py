"""Projects whose file somebody edits, for tests."""

from __future__ import annotations

from typing import Any

from deg_core.jobs.workspace import Workspace, open_workspace
from deg_core.project.manifest_file import dump_yaml, merge_values
from deg_core.project.records import yaml_values


def edited(project: Workspace, **changes: Any) -> Workspace:
    """The project after settings in its file were changed."""
    values = merge_values(yaml_values(project.layout.manifest), changes)
    project.layout.manifest.write_text(dump_yaml(values), encoding="utf-8")
    return open_workspace(project.layout.root, project.catalog)
