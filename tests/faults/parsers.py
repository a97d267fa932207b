"""Every parser of label files, for fuzzing: what bytes may do to them."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from whole_labels import CLIP, Whole, whole_files

from deg_core.api import DegError, LabelFormatPlugin, Labels

logging.getLogger("deg_plugins_io").addHandler(logging.NullHandler())


@cache
def files_by_parser() -> dict[str, list[Whole]]:
    """Undamaged files of every format."""
    found: dict[str, list[Whole]] = {}
    for file in whole_files():
        found.setdefault(file.plugin.name, []).append(file)
    return found


def parse(file: Whole, content: bytes, path: Path, behaviours: Sequence[str] = ()) -> Labels | None:
    """Read bytes in a format, with and without a video; what is not refused is labels.

    Raises:
        AssertionError: It is something else.
    """
    path.write_bytes(content)
    plugin: LabelFormatPlugin = file.plugin
    assert plugin.read is not None
    labels = None
    for timeline in (None, CLIP):
        try:
            labels = plugin.read(path, plugin.settings(**file.settings), timeline, tuple(behaviours))
        except DegError:
            labels = None
            continue
        assert labels.n_frames > 0
        assert timeline is None or labels.n_frames == CLIP.n_frames
        assert all(labels.behaviours)
    return labels
