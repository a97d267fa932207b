"""Projects of DeepEthogram to bring: one as the original wrote it, and others made here in its layout."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

PARITY = Path(__file__).resolve().parents[4] / "shared" / "parity"


@pytest.fixture(scope="session")
def parity() -> Path:
    """Numbers of the published system, and files as it writes them; they lie beside the repository."""
    if not (PARITY / "state.py").is_file():
        pytest.skip("the reference numbers are not on this machine")
    return PARITY


@pytest.fixture(scope="session")
def original(parity: Path) -> Path:
    """A whole project as the original wrote it."""
    return parity / "original" / "mouse_deepethogram"


@pytest.fixture
def own_copy(original: Path, tmp_path: Path) -> Path:
    """The same, to be spoilt."""
    copy = tmp_path / "mouse_deepethogram"
    shutil.copytree(original, copy)
    for path in [copy, *copy.rglob("*")]:
        path.chmod(0o755 if path.is_dir() else 0o644)
    return copy


@pytest.fixture(autouse=True)
def _quietly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(os.environ, "NO_COLOR", "1")
