"""Writes files so that there is never half of one."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from deg_core.errors import ProjectError, VideoError

_PROBE_BYTES = 1 << 20


@contextmanager
def writing_beside(path: Path) -> Iterator[Path]:
    """Give a temporary path beside `path`, and rename it there if all goes well.

    Raises:
        ProjectError: The disk is full, or the folder may not be written to.
    """
    part = path.with_name(path.name + ".part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        yield part
        part.replace(path)
    except OSError as error:
        _remove(part)
        raise cannot_write(path, error) from error
    except BaseException:
        _remove(part)
        raise


def _remove(path: Path) -> None:
    """Remove a file, or a folder as a video of stills is; nothing where there is none."""
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def cannot_write(path: Path, error: OSError) -> ProjectError:
    """The error for a file that could not be written."""
    reason = error.strerror or str(error).splitlines()[0]
    return ProjectError(
        f"cannot write: {reason}",
        where=str(path),
        fix="free some room, or mend the folder's permissions, and give the same command again: it goes on from there",
    )


def write_text(path: Path, text: str) -> None:
    """Write a text file in one step."""
    with writing_beside(path) as part:
        part.write_text(text, encoding="utf-8", newline="\n")


def fingerprint(path: Path) -> str:
    """Tell a video from any other, without reading all of it.

    Returns:
        Size and SHA-256 of the first and last MiB; for a folder, of its file names and sizes.

    Raises:
        VideoError: It is missing or cannot be read.
    """
    try:
        return _fingerprint(path)
    except OSError as error:
        raise VideoError(
            f"the video cannot be read: {error.strerror}",
            where=str(path),
            fix="bring it back, or mend the path in its recording.yaml",
        ) from error


def _fingerprint(path: Path) -> str:
    digest = hashlib.sha256()
    if path.is_dir():
        entries = sorted((entry.name, entry.stat().st_size) for entry in path.iterdir() if entry.is_file())
        digest.update(repr(entries).encode())
        return f"{len(entries)}-{digest.hexdigest()[:32]}"
    size = path.stat().st_size
    with path.open("rb") as file:
        digest.update(file.read(_PROBE_BYTES))
        file.seek(max(0, size - _PROBE_BYTES))
        digest.update(file.read(_PROBE_BYTES))
    return f"{size}-{digest.hexdigest()[:32]}"


def sha256_of(path: Path) -> str:
    """SHA-256 of a whole file, as hexadecimal digits."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_PROBE_BYTES):
            digest.update(block)
    return digest.hexdigest()
