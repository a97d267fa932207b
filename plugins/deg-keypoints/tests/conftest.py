"""Published files, which are not ours to give away."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

DATA = Path(__file__).resolve().parents[4] / "shared" / "data"


@pytest.fixture
def samples() -> Path:
    """Pose files of many programs."""
    if not DATA.is_dir():
        pytest.skip("the published pose files are not on this machine")
    return DATA / "pose_formats"


@pytest.fixture
def samples_of_sturman() -> Path:
    """Pose of a mouse on an elevated plus maze."""
    if not DATA.is_dir():
        pytest.skip("the published pose files are not on this machine")
    return next((DATA / "sturman2020").glob("EPM*DeepCut*.csv"))
