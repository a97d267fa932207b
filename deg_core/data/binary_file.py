"""A file that is read at given places, in which nothing is believed beyond its end."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import Any, BinaryIO

from deg_core.errors import VideoError

_COPY = "copy the file again; if that is how it was recorded, convert it"


class FileEndsError(VideoError):
    """What was to be read lies, at least in part, behind the end of the file."""


class BinaryFile:
    """A file, opened when it is first read from, also after pickling or `close`.

    Attributes:
        path: Where it is.
        size: Bytes in it.
    """

    def __init__(self, path: Path) -> None:
        self._file: BinaryIO | None = None
        self.path = path
        self.size = _size_of(path)

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "_file": None}

    def __del__(self) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file. May be called twice."""
        if self._file is not None:
            self._file.close()
        self._file = None

    def read(self, start: int, n_bytes: int, what: str) -> bytes:
        """Read exactly so many bytes.

        Args:
            start: Where from.
            n_bytes: How many.
            what: Their meaning, for messages.

        Raises:
            FileEndsError: The file ends before.
            VideoError: It cannot be read.
        """
        # Asked before anything is allocated: a damaged header may want terabytes.
        if n_bytes < 0 or start < 0 or start + n_bytes > self.size:
            problem = f"{what} would end at byte {start + n_bytes}, the file ends at byte {self.size}"
            raise FileEndsError(problem, where=str(self.path), fix=_COPY)
        try:
            if self._file is None:
                self._file = self.path.open("rb")
            self._file.seek(start)
            found = self._file.read(n_bytes)
        except OSError as error:
            raise _cannot_read(self.path, error) from error
        if len(found) != n_bytes:
            raise self.damaged(f"{what} is cut off: the file has become shorter since it was opened")
        return found

    def unpack(self, layout: str, start: int, what: str) -> tuple[Any, ...]:
        """Read numbers, little-endian, by a layout of the module `struct`."""
        layout = f"<{layout}"
        return struct.unpack(layout, self.read(start, struct.calcsize(layout), what))

    def damaged(self, problem: str, fix: str = _COPY) -> VideoError:
        """The refusal for a file that contradicts itself."""
        return VideoError(problem, where=str(self.path), fix=fix)


def _size_of(path: Path) -> int:
    if path.is_dir():
        raise VideoError("this is a folder, not a file", where=str(path), fix="name a file")
    try:
        size = path.stat().st_size
    except FileNotFoundError:
        fix = "check the path, and that its drive is mounted"
        raise VideoError("there is no such file", where=str(path), fix=fix) from None
    except OSError as error:
        raise _cannot_read(path, error) from error
    if size == 0:
        raise VideoError("the file is empty", where=str(path), fix="copy it again from where it was made")
    return size


def _cannot_read(path: Path, error: OSError) -> VideoError:
    reason = error.strerror or type(error).__name__
    return VideoError(f"cannot be read: {reason}", where=str(path), fix="check its permissions, or copy it again")
