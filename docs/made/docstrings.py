"""Docstrings in Google's style as Markdown."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

_SECTION = re.compile(r"^(Args|Attributes|Returns|Raises):$", re.MULTILINE)
_ENTRY = re.compile(r"^    (\S[^:\n]*): ", re.MULTILINE)
_TITLES = {"Args": "Takes", "Returns": "Gives", "Raises": "Raises", "Attributes": "Has"}


@dataclass(frozen=True)
class Docstring:
    """A docstring in its parts.

    Attributes:
        text: What stands before all sections.
        sections: What stands in each, as it stands there.
    """

    text: str
    sections: dict[str, str]

    def entries(self, section: str) -> dict[str, str]:
        """What a section says of each name, on one line; nothing where there is no such section."""
        _, *parts = _ENTRY.split(self.sections.get(section, ""))
        return {name: _one_line(said) for name, said in zip(parts[::2], parts[1::2], strict=True)}


def read_docstring(thing: Any) -> Docstring:
    """The docstring of a class or function."""
    text, *parts = _SECTION.split((inspect.getdoc(thing) or "").strip())
    return Docstring(text.strip(), dict(zip(parts[::2], (part.strip("\n") for part in parts[1::2]), strict=True)))


def to_markdown(thing: Any, *, without: frozenset[str] = frozenset()) -> list[str]:
    """A docstring as lines of Markdown, each section as a list.

    Args:
        thing: A class or function.
        without: Sections to leave out.
    """
    docstring = read_docstring(thing)
    lines = [docstring.text, ""]
    for section in docstring.sections:
        if section not in without:
            lines += [*_section(docstring, section), ""]
    return lines


def own_methods(thing: type) -> Iterator[tuple[str, Any]]:
    """Methods that a class itself defines, in order, without Python's own, but with `__call__`."""
    for name, method in vars(thing).items():
        if inspect.isfunction(method) and (name == "__call__" or not name.startswith("_")):
            yield name, method


def signature(name: str, function: Any) -> str:
    """How a function is called, as somebody writes it who was given the object.

    Args:
        name: What to call it.
        function: With annotations that are text.
    """
    found = inspect.signature(function)
    parameters = [p for p in found.parameters.values() if p.name != "self"]
    given = found.replace(parameters=[p.replace(annotation=inspect.Parameter.empty) for p in parameters])
    listed = str(given.replace(return_annotation=inspect.Signature.empty))
    return f"{name}{listed} -> {plain(found.return_annotation)}"


def plain(annotation: Any) -> str:
    """An annotation as people read it: without type variables and quotes."""
    return str(annotation).replace("S_contra", "S").replace("[S]", "").strip("'")


def _section(docstring: Docstring, section: str) -> list[str]:
    entries = docstring.entries(section)
    if section in {"Args", "Attributes", "Raises"}:
        return [f"{_TITLES[section]}:", "", *(f"* `{name}`: {said}" for name, said in entries.items())]
    return [f"{_TITLES[section]}: {_one_line(docstring.sections[section])}"]


def _one_line(text: str) -> str:
    return " ".join(text.split())
