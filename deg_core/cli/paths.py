"""Where projects and files are that a command line speaks of. The only place that is told the working directory."""

from __future__ import annotations

import re
from collections.abc import Sequence
from glob import escape
from pathlib import Path

from deg_core.errors import ManifestError, ProjectError

_MANIFEST = "project.yaml"


def find_project(given: Path | None, working_directory: Path) -> Path:
    """The folder of a project.

    Args:
        given: The folder, or the project file in it, as a person named it; None where nobody did.
        working_directory: Where to begin looking upwards.

    Raises:
        ManifestError: Nobody named one, and neither here nor above is one.
    """
    if given is not None:
        return given.parent if given.name == _MANIFEST and given.is_file() else given
    for folder in (working_directory, *working_directory.parents):
        if (folder / _MANIFEST).is_file():
            return folder
    raise ManifestError(
        f"no {_MANIFEST} in this folder or any above it",
        where=str(working_directory),
        fix="go to a project's folder, name it with --project DIR, or make one: deg new",
    )


def expand(arguments: Sequence[str]) -> list[str]:
    """Expand patterns such as `videos/*.mp4`, which not every shell does; anything else stays as it is.

    Raises:
        ProjectError: A pattern that no file matches.
    """
    found = [each for argument in arguments for each in _expand_one(argument)]
    return list(dict.fromkeys(found))


def _expand_one(argument: str) -> list[str]:
    path = Path(argument).expanduser()
    if path.exists() or not any(sign in argument for sign in "*?["):
        return [str(path)]
    beginning = Path(path.anchor)
    matches = sorted(beginning.glob(str(path.relative_to(path.anchor))), key=_in_counting_order)
    if not matches:
        raise ProjectError("no file matches", where=argument, fix="mend the pattern, or the folder it begins in")
    return [str(match) for match in matches]


def _in_counting_order(path: Path) -> list[tuple[int, str]]:
    """Order in which `mouse-2` comes before `mouse-10`."""
    return [(int(part), "") if part.isdigit() else (-1, part) for part in re.split(r"(\d+)", str(path))]


def is_pattern(text: str) -> bool:
    """Whether it names another file for every recording."""
    return "{stem}" in text or "{name}" in text


def find_by_pattern(folder: Path, pattern: str, stem: str, name: str) -> Path:
    """The file of one recording, or where it would be.

    Args:
        folder: Where the pattern begins.
        pattern: `{stem}` is the stem of its video, `{name}` its own name, * and ? any letters.
        stem: Of its video.
        name: Its own.

    Raises:
        ProjectError: Several files fit.
    """
    plain = folder / Path(pattern.replace("{stem}", stem).replace("{name}", name)).expanduser()
    if plain.exists() or not any(sign in pattern for sign in "*?"):
        return plain
    filled = pattern.replace("{stem}", escape(stem)).replace("{name}", escape(name))
    path = folder / Path(filled).expanduser()
    beginning = Path(path.anchor)
    matches = sorted(beginning.glob(str(path.relative_to(path.anchor))))
    if len(matches) > 1:
        raise ProjectError(
            f"{len(matches)} files fit: {', '.join(match.name for match in matches)}",
            where=pattern,
            fix="make the pattern narrower, or give each recording its file by itself",
        )
    return matches[0] if matches else plain
