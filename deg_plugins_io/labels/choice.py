"""Choosing one of several recordings, animals or persons that share a file: by name, never by order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import PureWindowsPath

from deg_core.api import LabelError, did_you_mean

_MANY = 12
"""Names listed in a message at most."""


def choose(found: Iterable[str], wanted: str | None, *, what: str, setting: str, where: str) -> str | None:
    """Choose one of the names in a file.

    Args:
        found: Names as they occur, any number of times.
        wanted: The one that was asked for, or None.
        what: What they name, such as `subject`.
        setting: The setting by which one is asked for.
        where: The file, for messages.

    Returns:
        The chosen name; None for a file without any, in which nothing was seen.

    Raises:
        LabelError: The wanted name is not there, or none is wanted and there are several.
    """
    names = list(dict.fromkeys(found))
    if not names:
        return None
    if wanted in names or (wanted is None and len(names) == 1):
        return names[0] if wanted is None else wanted
    if wanted is None:
        raise LabelError(f"holds {len(names)} {what}s", where=where, fix=_fix(names, setting, ""))
    fix = _fix(names, setting, did_you_mean(wanted, names))
    raise LabelError(f"holds no {what} {wanted!r}", where=where, fix=fix)


def _fix(names: Sequence[str], setting: str, meant: str) -> str:
    listed = ", ".join(map(repr, names[:_MANY])) + (f" and {len(names) - _MANY} more" if len(names) > _MANY else "")
    return f"{meant}choose with the setting `{setting}` among: {listed or 'none'}"


def choose_recording(
    media: Mapping[str, tuple[str, ...]], wanted: str | None, name: str, *, what: str, setting: str, where: str
) -> str | None:
    """Choose the part of a file that is about one recording.

    Args:
        media: Names of the video files that each part is about, by the part's name.
        wanted: The part that was asked for, or None.
        name: Stem of the recording's own file name, which decides where nothing is asked for.
        what: What the parts are, such as `observation`.
        setting: The setting by which one is asked for.
        where: The file, for messages.

    Raises:
        LabelError: As `choose`; several parts about this recording count as no choice.
    """
    own = [part for part, files in media.items() if any(is_file_of(file, name) for file in files)]
    if wanted is None and len(own) == 1:
        return own[0]
    return choose(media, wanted, what=what, setting=setting, where=where)


def is_file_of(file: str, name: str) -> bool:
    """Whether a path, written by whatever program on whatever computer, ends in a file with this stem."""
    path = PureWindowsPath(file)  # splits on both kinds of slash
    return name in {path.name, path.stem}
