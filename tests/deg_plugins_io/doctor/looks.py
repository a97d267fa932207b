"""Looks that end as the name of the video says, for processes of their own."""

from __future__ import annotations

import ctypes
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from deg_plugins_io.doctor.examination import Diagnosis


def look(path: Path, settings: Mapping[str, Any], count: Callable[[int], object]) -> Diagnosis:
    """Crash, stall, go slowly, or answer."""
    if path.name == "crashes":
        ctypes.string_at(0)
    if path.name == "stalls":
        time.sleep(60)
    if path.name == "is slow":
        for frames in range(4):
            time.sleep(0.4)
            count(frames)
    return Diagnosis(str(path), dict(settings))
