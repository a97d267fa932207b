"""What is tried on damaged projects in a process of its own; see `harness.py`."""

from __future__ import annotations

import shutil
from pathlib import Path

from project_cases import cases, try_case
from whole_project import catalog

_CASES = cases()
# Folders are removed by whole paths, and not by names within what is open, which would look like some other place.
shutil._use_fd_functions = False  # type: ignore[attr-defined]
catalog()  # so that no case waits for it


def open_damaged(root: Path) -> None:
    """Open the file of a project that the case is about whose number is the folder's name."""
    try_case(_CASES[int(root.name)], root.parent / "whole", root)
