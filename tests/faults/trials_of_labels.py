"""What is tried on damaged label files in a process of its own; see `harness.py`."""

from __future__ import annotations

from pathlib import Path

from label_cases import cases, try_case

_CASES = cases()  # here, since the undamaged files are written for it


def read_damaged(path: Path) -> None:
    """Read the damaged file whose case has the number by which its folder is called."""
    try_case(_CASES[int(path.parent.name)], path)
