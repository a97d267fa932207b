"""What software made a run: versions, and the state of the project's folder under git."""

from __future__ import annotations

import platform
import shutil
import subprocess
from importlib import metadata
from pathlib import Path

_DISTRIBUTIONS = ("deg-ethogram", "torch", "torchvision", "pytorch-lightning", "kornia", "numpy", "scikit-learn")
_PATIENCE_S = 10


def software_versions() -> dict[str, str]:
    """Versions of Python and of the distributions that numbers depend on."""
    versions = {"python": platform.python_version()}
    for name in _DISTRIBUTIONS:
        try:
            versions[name] = metadata.version(name)
        except metadata.PackageNotFoundError:  # run from a source tree
            continue
    return versions


def git_state(folder: Path) -> str | None:
    """Commit of a folder, with `+` where files differ from it; None where git or a repository is missing."""
    git = shutil.which("git")
    if git is None:
        return None
    commit = _answer(git, folder, "rev-parse", "HEAD")
    changes = _answer(git, folder, "status", "--porcelain", "--untracked-files=no")
    return None if not commit else commit + ("+" if changes else "")


def _answer(git: str, folder: Path, *arguments: str) -> str | None:
    try:
        done = subprocess.run(
            [git, "-C", str(folder), *arguments], capture_output=True, text=True, timeout=_PATIENCE_S, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.strip()
