"""Refusals that readers and label formats share, each with where it went wrong and what to do."""

from __future__ import annotations

from pathlib import Path
from typing import TypeVar

from deg_core.api import DegError, VideoError

E = TypeVar("E", bound=DegError)


def require_file(path: Path, kind: type[E]) -> None:
    """Refuse a path that is no readable file with something in it.

    Raises:
        DegError: Of the given kind: the file is missing, a folder, empty, or may not be read.
    """
    where = str(path)
    try:
        if path.is_dir():
            raise kind("this is a folder, not a file", where=where, fix="name a file, or choose a reader of folders")
        size = path.stat().st_size
    except FileNotFoundError:
        raise kind("there is no such file", where=where, fix="check the path, and that its drive is mounted") from None
    except OSError as error:
        raise cannot_read(path, error, kind) from error
    if size == 0:
        raise kind("the file is empty", where=where, fix="copy it again from where it was made")


def cannot_read(path: Path, error: Exception, kind: type[E]) -> E:
    """The refusal for an error of the operating system."""
    reason = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return kind(f"cannot be read: {reason}", where=str(path), fix="check its permissions and copy it again if need be")


def undecodable(index: int, path: Path) -> VideoError:
    """The refusal for a frame that is in the file, damaged."""
    return VideoError(
        f"frame {index} cannot be decoded",
        where=str(path),
        fix="the file is damaged there: copy it again, or write it anew with a video converter",
    )


def unequal_sizes(index: int, size: tuple[int, ...], usual: tuple[int, ...], path: Path) -> VideoError:
    """The refusal for a frame of another size than the ones before it."""
    return VideoError(
        f"frame {index} is {size[1]} x {size[0]} pixels, those before it {usual[1]} x {usual[0]}",
        where=str(path),
        fix="all frames of a video must have one size: split it, or scale it with a video converter",
    )


def rate_unknown(path: Path) -> VideoError:
    """The refusal for a video that does not say how fast it was taken."""
    return VideoError(
        "the file does not say how many frames it has per second",
        where=str(path),
        fix="give the rate with the reader's setting `frames_per_second`",
    )
