"""Makes a project."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from deg_core.data.whole_file import writing_beside
from deg_core.errors import ManifestError, ProjectError
from deg_core.project.layout import Layout
from deg_core.project.manifest_file import load_manifest

_TEMPLATE = """\
# A project of deg. All settings with their defaults: deg config show. What they mean: deg config schema.
deg: 1
name: {name}
behaviours: [{behaviours}]
exclusive: {exclusive}      # true where at most one behaviour happens at a time
preset: {preset}        # settings that this file builds on; anything below overrides them
"""


def new_project(
    root: Path, behaviours: Sequence[str], *, name: str | None = None, preset: str = "small", exclusive: bool = False
) -> Layout:
    """Make a project in an empty or new folder.

    Args:
        root: The folder.
        behaviours: What is scored.
        name: What it is called; by default as the folder.
        preset: Settings to build on.
        exclusive: Whether at most one behaviour happens at a time.

    Raises:
        ProjectError: There is a project already.
        ManifestError: The behaviours or the preset will not do.
    """
    layout = Layout(root.resolve())
    if layout.manifest.exists():
        raise ProjectError(
            "there is a project here already", where=str(layout.manifest), fix="edit that file, or take another folder"
        )
    text = _TEMPLATE.format(
        name=_quoted(name or layout.root.name),
        behaviours=", ".join(_quoted(behaviour) for behaviour in behaviours),
        exclusive=str(exclusive).lower(),
        preset=preset,
    )
    with writing_beside(layout.manifest) as part:
        part.write_text(text, encoding="utf-8", newline="\n")
        _check(part, layout.manifest)
    return layout


def _check(part: Path, path: Path) -> None:
    """Refuse a project file before it gets its name."""
    try:
        load_manifest(part)
    except ManifestError as error:
        raise ManifestError(error.problem, where=str(path), fix="choose others, then make the project again") from None


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
