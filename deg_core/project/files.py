"""Tells files from any other, and damaged ones from whole ones."""

from __future__ import annotations

import hashlib
import zipfile
import zlib
from pathlib import Path
from tokenize import TokenError

from deg_core.errors import VideoError

DAMAGED_ARRAYS = (
    *(OSError, ValueError, TypeError, KeyError, EOFError, zipfile.BadZipFile, zlib.error, NotImplementedError),
    *(RuntimeError, MemoryError, AttributeError, SyntaxError, TokenError),  # NumPy reads headers as Python
)
"""What reading damaged files of arrays raises."""

_PROBE_BYTES = 1 << 20


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
