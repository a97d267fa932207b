"""Writes the pages that are drawn from the code, so that they cannot say anything else.

Run `python docs/generate.py`; a test fails when a page is stale.
"""

from __future__ import annotations

import inspect
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel

from deg_core import hookspecs
from deg_core.authoring.surface import SURFACE, describe_surface, digest_of, load_surface, renewed
from deg_core.catalog import load_catalog
from deg_core.descriptors import KINDS, Plugin
from deg_core.project.manifest import Manifest

HERE = Path(__file__).parent


def extension_points() -> str:
    """A section per hook: its docstring, what its descriptor holds, and what deg itself offers there."""
    catalog = load_catalog()
    lines = ["# Extension points", "", "Made from the code by `docs/generate.py`.", ""]
    for kind in KINDS:
        lines += [f"## `{kind.hook}`", "", _text(getattr(hookspecs, kind.hook)), ""]
        lines += [f"Yields `{kind.__name__}`, {_first_line(kind)[0].lower()}{_first_line(kind)[1:]}", ""]
        lines += [_text(kind, from_line=1), ""]
        offers = [o for o in catalog.of_kind(kind) if o.source.distribution == "deg-ethogram"]
        lines += [f"* `{offer.plugin.name}`: {offer.plugin.summary}" for offer in offers]
        lines += [""]
    return "\n".join(lines).rstrip() + "\n"


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


PAGES = {
    "extension-points.md": extension_points,
    "project-file.md": project_file,
    "built-in-settings.md": built_in_settings,
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


def _text(thing: Any, from_line: int = 0) -> str:
    return "\n".join((inspect.getdoc(thing) or "").splitlines()[from_line:]).strip()


def _first_line(thing: type[Plugin[Any]] | type[BaseModel]) -> str:
    return _text(thing).splitlines()[0]


def write_surface() -> None:
    """Write down what `deg_core.api` publishes, and print the digits that `api-changes.md` must hold."""
    text = json.dumps(renewed(load_surface()), indent=1, sort_keys=True) + "\n"
    SURFACE.write_text(text, encoding="utf-8", newline="\n")
    print(f"deg_core.api: {digest_of(describe_surface())}")


if __name__ == "__main__":
    write_surface()
    for page, make in PAGES.items():
        (HERE / page).write_text(make(), encoding="utf-8", newline="\n")
