"""Reads and writes label files in any format, in a project and without one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from deg_core.catalog import Catalog, load_catalog
from deg_core.data.labels import Labels
from deg_core.data.timeline import Timeline
from deg_core.data.whole_file import writing_beside
from deg_core.descriptors import LabelFormatPlugin
from deg_core.errors import LabelError
from deg_core.jobs.formats import FormatChoice, read_in_format
from deg_core.project.manifest import Slot
from deg_core.project.resolve import Chosen, choose


def read_labels(
    path: str | Path,
    timeline: Timeline | None = None,
    label_format: str = "auto",
    settings: Mapping[str, Any] | None = None,
    behaviours: Sequence[str] = (),
    catalog: Catalog | None = None,
) -> Labels:
    """Read a label file without keeping it anywhere.

    Args:
        path: A label file.
        timeline: When the frames of its video were taken; None where the file itself has a row per frame.
        label_format: A label format; `auto` takes the one that fits.
        settings: Settings of the format.
        behaviours: Those that were looked for, absent where a file of events names none; any others follow.
        catalog: Plugins to choose from; by default all that are installed.

    Raises:
        LabelError: No format, or several, can read it.
    """
    known = load_catalog() if catalog is None else catalog

    def read(chosen: Chosen[LabelFormatPlugin[Any]]) -> Labels:
        if chosen.plugin.read is None:
            problem = f"deg writes {chosen.plugin.name!r} files but does not read them"
            raise LabelError(problem, where=str(path), fix="use another format")
        return chosen.plugin.read(Path(path), chosen.settings, timeline, tuple(behaviours))

    return read_in_format(Path(path), FormatChoice(label_format, settings), LabelFormatPlugin, known, read, LabelError)


def write_labels(
    path: str | Path,
    labels: Labels,
    timeline: Timeline,
    label_format: str,
    settings: Mapping[str, Any] | None = None,
    catalog: Catalog | None = None,
) -> tuple[str, ...]:
    """Write a label file; what its format cannot hold is given back, a sentence each.

    Args:
        path: A file, which is written over.
        labels: What happens in a recording.
        timeline: When its frames were taken.
        label_format: A label format.
        settings: Settings of the format.
        catalog: Plugins to choose from; by default all that are installed.

    Raises:
        LabelError: The format cannot be written.
        ProjectError: The file cannot be written.
    """
    known = load_catalog() if catalog is None else catalog
    chosen = chosen_writer(FormatChoice(label_format, settings), known)
    return write_chosen(Path(path), labels, timeline, chosen)


def chosen_writer(choice: FormatChoice, catalog: Catalog) -> Chosen[LabelFormatPlugin[Any]]:
    """A format that can be written, its settings checked.

    Raises:
        LabelError: It cannot be written.
    """
    slot = Slot(name=choice.name, settings=dict(choice.settings or {}))
    chosen = choose(catalog, LabelFormatPlugin, slot, where="label format")
    if chosen.plugin.write is None:
        raise LabelError(f"deg does not write {choice.name!r} files", where="--format", fix="choose another format")
    return chosen


def write_chosen(
    path: Path, labels: Labels, timeline: Timeline, chosen: Chosen[LabelFormatPlugin[Any]]
) -> tuple[str, ...]:
    """Write a file in a format that `chosen_writer` gave, beside its place and then renamed."""
    assert chosen.plugin.write is not None
    with writing_beside(path) as part:
        return tuple(chosen.plugin.write(part, labels, chosen.settings, timeline))
