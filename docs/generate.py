"""Writes the pages that are drawn from the code, so that they cannot say anything else.

Run `python docs/generate.py`; a test fails when a page is stale.
"""

from __future__ import annotations

import inspect
import json
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel

from deg_core.authoring.surface import SURFACE, describe_surface, digest_of, load_surface, renewed
from deg_core.catalog import load_catalog
from deg_core.descriptors import KINDS
from deg_core.project.manifest import Manifest

__all__ = ["PAGES", "contract_of", "made_folders", "slug"]

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))

from made.docstrings import read_docstring  # noqa: E402
from made.formats import formats  # noqa: E402
from made.gallery import distribution_page, gallery  # noqa: E402
from made.hooks import contract_of, hook_page, hooks_index, slug  # noqa: E402
from made.offers import distributions  # noqa: E402
from made.rooms import draw_rooms  # noqa: E402
from made.trace import draw_life_of_a_record  # noqa: E402


def project_file() -> str:
    """A table per section of `project.yaml`."""
    lines = ["# The project file", "", "Made from the code by `docs/generate.py`. `deg config show` prints a project's"]
    lines += ["own with every default filled in, `deg plugins show NAME` the settings of a plugin.", ""]
    for path, model in _sections("", Manifest):
        lines += [f"## `{path or 'project.yaml'}`", "", _first_line(model), ""]
        lines += ["| setting | default | meaning |", "|---|---|---|"]
        lines += [_row(field.alias or name, field) for name, field in model.model_fields.items()]
        lines += [""]
    return "\n".join(lines).rstrip() + "\n"


def built_in_settings() -> str:
    """A table per built-in plugin that has settings."""
    catalog = load_catalog()
    lines = ["# Settings of the built-in plugins", "", "Made from the code by `docs/generate.py`.", ""]
    for kind in KINDS:
        for offer in catalog.of_kind(kind):
            fields = offer.plugin.settings.model_fields
            if offer.source.distribution != "deg-ethogram" or not fields:
                continue
            lines += [f"## {kind.kind} `{offer.plugin.name}`", "", offer.plugin.summary, ""]
            lines += ["| setting | default | meaning |", "|---|---|---|"]
            lines += [*(_row(name, field) for name, field in fields.items()), ""]
    return "\n".join(lines).rstrip() + "\n"


PAGES: dict[str, Callable[[], str]] = {
    "extension-points.md": hooks_index,
    "project-file.md": project_file,
    "built-in-settings.md": built_in_settings,
    "gallery.md": gallery,
    "formats.md": formats,
    "images/rooms.svg": draw_rooms,
    "images/life-of-a-record.svg": draw_life_of_a_record,
    **{f"hooks/{slug(kind)}.md": partial(hook_page, kind) for kind in KINDS},
    **{
        f"distributions/{each.folder.name}.md": partial(distribution_page, each.folder.name) for each in distributions()
    },
}


def _sections(path: str, model: type[BaseModel]) -> Iterator[tuple[str, type[BaseModel]]]:
    yield path, model
    for name, field in model.model_fields.items():
        for part in (field.annotation, *get_args(field.annotation)):
            if inspect.isclass(part) and issubclass(part, BaseModel):
                yield from _sections(f"{path}.{name}".lstrip("."), part)


def _row(name: str, field: Any) -> str:
    return f"| `{name}` | {_default(field)} | {field.description or ''} |"


def _default(field: Any) -> str:
    if field.is_required():
        return "required"
    default = field.get_default(call_default_factory=True)
    return "see below" if isinstance(default, BaseModel) else f"`{default!r}`"


def _first_line(thing: type[BaseModel]) -> str:
    return read_docstring(thing).text.splitlines()[0]


def made_folders() -> set[Path]:
    """Folders that hold nothing but pages made here."""
    return {HERE / "hooks", HERE / "distributions"}


def write_surface() -> None:
    """Write down what `deg_core.api` publishes, and print the digits that `api-changes.md` must hold."""
    text = json.dumps(renewed(load_surface()), indent=1, sort_keys=True) + "\n"
    SURFACE.write_text(text, encoding="utf-8", newline="\n")
    print(f"deg_core.api: {digest_of(describe_surface())}")


if __name__ == "__main__":
    write_surface()
    for page, make in PAGES.items():
        path = HERE / page
        path.parent.mkdir(exist_ok=True)
        path.write_text(make(), encoding="utf-8", newline="\n")
    for path in (path for folder in made_folders() for path in folder.glob("*.md")):
        if path.relative_to(HERE).as_posix() not in PAGES:
            path.unlink()  # of what is no more
