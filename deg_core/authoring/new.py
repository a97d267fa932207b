"""Writes a ready distribution for a plugin of any kind, from template files that are tested as they lie there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from deg_core.catalog import Catalog
from deg_core.data.whole_file import cannot_write
from deg_core.descriptors import KINDS
from deg_core.errors import PluginConflictError, PluginNotFoundError, ProjectError, did_you_mean

TEMPLATES = Path(__file__).parent / "templates"
KIND_NAMES = {kind.kind.replace(" ", "-"): kind for kind in KINDS}
"""Kinds of plugins as they are typed; each has a folder of this name in `templates/kinds`."""

_NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_LONGEST = 40
_LEFT = {"__pycache__", ".ruff_cache", ".mypy_cache", ".pytest_cache"}
"""What tools leave behind in a source tree."""
_USE = "<!-- use -->\n"


def new_plugin(kind: str, name: str, folder: Path, catalog: Catalog) -> list[Path]:
    """Write a distribution that offers one plugin.

    Args:
        kind: Such as `sequence-model`.
        name: What projects call it; lower case with hyphens.
        folder: Where; nothing may be there yet.
        catalog: Plugins whose names are taken.

    Returns:
        The files, relative to the folder, in order.

    Raises:
        PluginNotFoundError: There is no such kind.
        ProjectError: The name cannot be one, or something is in the way.
        PluginConflictError: An installed plugin has this name.
    """
    _check_name(_check_kind(kind), name, catalog)
    if folder.exists():
        raise ProjectError("something is there already", where=str(folder), fix="name another folder")
    words = _words(kind, name)
    made = []
    try:
        for place, text in _files(kind):
            path = folder / _filled(place, words)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(_filled(text, words), encoding="utf-8", newline="\n")
            made.append(path.relative_to(folder))
    except OSError as error:
        raise cannot_write(folder, error) from error
    return sorted(made)


def distribution_of(name: str) -> str:
    """Name of the distribution that a new plugin comes in, by custom `deg-NAME`."""
    return f"deg-{name}"


def _check_kind(kind: str) -> str:
    if kind in KIND_NAMES:
        return kind
    fix = f"{did_you_mean(kind, KIND_NAMES)}kinds: {', '.join(KIND_NAMES)}"
    raise PluginNotFoundError(f"no kind of plugin named {kind!r}", where="deg plugin new", fix=fix)


def _check_name(kind: str, name: str, catalog: Catalog) -> None:
    if not _NAME.fullmatch(name) or len(name) > _LONGEST:
        problem = f"{name!r} cannot be the name of a plugin"
        fix = f"lower case, digits and single hyphens, a letter first, at most {_LONGEST} of them, such as my-reader"
        raise ProjectError(problem, where="deg plugin new", fix=fix)
    if name.startswith("deg-"):
        fix = f"leave out the prefix, which distributions have: {name.removeprefix('deg-')}"
        raise ProjectError(f"{name!r} would come in {distribution_of(name)}", where="deg plugin new", fix=fix)
    taken = [str(offer.source) for offer in catalog.of_kind(KIND_NAMES[kind]) if offer.plugin.name == name]
    if taken:
        raise PluginConflictError(
            f"{KIND_NAMES[kind].kind} {name!r} is offered by {taken[0]}", where="deg plugin new", fix="another name"
        )


def _words(kind: str, name: str) -> dict[str, str]:
    """What stands in the templates, and what it becomes."""
    distribution = distribution_of(name)
    return {
        "deg_plugin_template": distribution.replace("-", "_"),
        "deg-plugin-template": distribution,
        "template-name": name,
        "template-kind": KIND_NAMES[kind].kind,
    }


def _filled(text: str, words: dict[str, str]) -> str:
    for placeholder, word in words.items():
        text = text.replace(placeholder, word)
    return text


def _files(kind: str) -> Iterator[tuple[str, str]]:
    """Place and text of every template file: those of all kinds, then those of one."""
    own = TEMPLATES / "kinds" / kind
    for root in (TEMPLATES, own):
        for path in sorted(root.rglob("*")):
            place = path.relative_to(root)
            if path.is_dir() or place.parts[0] == "kinds" or _LEFT & {*place.parts} or path == own / "USE.md":
                continue
            text = path.read_text(encoding="utf-8")
            if root == TEMPLATES and place.name == "README.md":
                text = text.replace(_USE, (own / "USE.md").read_text(encoding="utf-8"))
            # Named without its dot here, or it would hide template files from git.
            yield (".gitignore" if place.name == "gitignore" else place.as_posix()), text
