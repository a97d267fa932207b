"""Writes files so that there is never half of one."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from deg_core.errors import DegError, ProjectError


@contextmanager
def writing_beside(path: Path, kind: type[DegError] = ProjectError) -> Iterator[Path]:
    """Give a temporary path beside `path`, and rename it there if all goes well; its folder is made.

    Args:
        path: Where the file, or folder, is to be.
        kind: What is raised where it cannot be written.

    Raises:
        DegError: The disk is full, or the folder may not be written to.
    """
    part = path.with_name(path.name + ".part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        yield part
        part.replace(path)
    except OSError as error:
        raise cannot_write(path, error, kind) from error
    finally:
        _remove(part)  # there is none where all went well


def _remove(path: Path) -> None:
    """Remove a file, or a folder as a video of stills is; nothing where there is none."""
    with suppress(OSError):  # what went wrong is told already; a file may stand where a folder should
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)


def cannot_write(path: Path, error: OSError, kind: type[DegError] = ProjectError) -> DegError:
    """The error for a file that could not be written."""
    return kind(
        f"cannot write: {error.strerror or str(error).splitlines()[0]}",
        where=str(path),
        fix="free some room, or mend the folder's permissions, and give the same command again: it goes on from there",
    )


def write_text(path: Path, text: str) -> None:
    """Write a text file in one step."""
    with writing_beside(path) as part:
        part.write_text(text, encoding="utf-8", newline="\n")
