"""A page per hook: its docstring, what its descriptor holds, what is built, its contract, who offers it."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from dataclasses import MISSING, Field, fields, is_dataclass
from pathlib import Path
from typing import Any

from deg_core import api, descriptors, hookspecs, interfaces, testing
from deg_core.authoring.trial import CONTRACTS
from deg_core.descriptors import (
    KINDS,
    FeatureExtractorPlugin,
    FlowGeneratorPlugin,
    Plugin,
    SequenceModelPlugin,
    VideoReaderPlugin,
)
from deg_core.interfaces import TorchComponent
from made.docstrings import own_methods, plain, read_docstring, signature, to_markdown
from made.offers import Offered, offered

DOCS = Path(__file__).parents[1]

Kind = type[Plugin[Any]]

MORE: dict[Kind, tuple[type, ...]] = {
    VideoReaderPlugin: (api.TimedVideoReader,),
    FlowGeneratorPlugin: (api.StartsFromWeights, api.TakesStatistics),
    FeatureExtractorPlugin: (
        api.SeesPose,
        api.HasParts,
        api.StartsFromBaseRate,
        api.StartsFromWeights,
        api.TakesStatistics,
        api.FitsDirectly,
        api.SurveysRecordings,
        api.LooksAt,
    ),
    SequenceModelPlugin: (
        api.ReadsInPieces,
        api.LooksAhead,
        api.StartsFromBaseRate,
        api.StartsFromWeights,
        api.FitsDirectly,
    ),
}
"""What components of a kind may do besides, where it makes sense."""

_NAME = re.compile(r"[A-Za-z]\w+")
_TRIES = re.compile(r"deg_core\.testing|\bTest\w+\(\)")
"""What tells a block that tries a plugin from those that make it."""
_EXAMPLE = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def slug(kind: Kind) -> str:
    """Name of a kind's page, such as `video-readers`."""
    return kind.hook.removeprefix("deg_").replace("_", "-")


def hook_page(kind: Kind) -> str:
    """The page of one hook."""
    lines = [f"# `{kind.hook}`", "", "Made from the code by `docs/generate.py`.", ""]
    lines += [*to_markdown(getattr(hookspecs, kind.hook))]
    lines += [*_descriptor(kind), *_calls(kind)]
    for built in _built(kind):
        lines += [f"## What it gives: `{built.__name__}`", "", *_interface(built)]
    for value in _values(kind):
        lines += [f"## The value `{value.__name__}`", "", *to_markdown(value)]
    if kind in MORE:
        lines += ["## What it may do besides", "", "deg asks whether a component has these methods, and uses them.", ""]
        for more in MORE[kind]:
            lines += [f"### `{more.__name__}`", "", *_interface(more)]
    lines += [*_contract(kind), *_offers(kind, offered())]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)) + "\n".join(["", *_example(kind), ""])


def hooks_index() -> str:
    """The list of all hooks."""
    lines = [
        "# Extension points",
        "",
        "Made from the code by `docs/generate.py`. A plugin offers what it has through these",
    ]
    lines += ["hooks, in the order data meets them.", "", "| hook | yields | what for | offered |", "|---|---|---|---|"]
    for kind in KINDS:
        what = read_docstring(getattr(hookspecs, kind.hook)).text.splitlines()[0]
        names = ", ".join(f"`{each.plugin.name}`" for each in offered() if isinstance(each.plugin, kind))
        link = f"[`{kind.hook}`](hooks/{slug(kind)}.md)"
        lines += [f"| {link} | `{kind.__name__}` | {what} | {names} |"]
    toctree = ["", "```{toctree}", ":hidden:", "", *(f"hooks/{slug(kind)}" for kind in KINDS), "```"]
    return "\n".join(lines + toctree) + "\n"


def contract_of(kind: Kind) -> type:
    """The contract of a kind of plugin."""
    contract: type = getattr(testing, CONTRACTS[kind.kind.replace(" ", "-")])
    return contract


def _descriptor(kind: Kind) -> list[str]:
    lines = ["## What the hook yields", "", f"`{kind.__name__}`: {read_docstring(kind).text}", ""]
    meanings = read_docstring(Plugin).entries("Attributes") | read_docstring(kind).entries("Attributes")
    lines += ["| field | type | default | meaning |", "|---|---|---|---|"]
    for field in fields(kind):
        meaning = meanings.get(field.name) or f"{read_docstring(_protocol(field)).text}"
        lines += [f"| `{field.name}` | `{_cell(plain(field.type))}` | {_default(field)} | {meaning} |"]
    return [*lines, ""]


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _default(field: Field[Any]) -> str:
    return "required" if field.default is MISSING else f"`{field.default!r}`"


def _protocol(field: Field[Any]) -> Any:
    """What a descriptor's function looks like, if the field is one."""
    names = _NAME.findall(str(field.type))
    found = [getattr(descriptors, name) for name in names if hasattr(descriptors, name)]
    return next((each for each in found if getattr(each, "_is_protocol", False)), None)


def _calls(kind: Kind) -> list[str]:
    lines: list[str] = []
    for field in fields(kind):
        protocol = _protocol(field)
        if protocol is not None:
            call = vars(protocol)["__call__"]
            lines += [f"## What deg calls: `{field.name}`", "", f"`{signature(field.name, call)}`", ""]
            lines += to_markdown(protocol) + to_markdown(call)
    return lines


def _mentioned(kind: Kind) -> Iterator[Any]:
    """What the annotations of a descriptor's functions name."""
    for field in fields(kind):
        call = vars(_protocol(field) or object).get("__call__")
        if inspect.isfunction(call):
            for annotation in call.__annotations__.values():
                yield from (getattr(api, name) for name in _NAME.findall(str(annotation)) if hasattr(api, name))


def _built(kind: Kind) -> list[Any]:
    return [thing for thing in dict.fromkeys(_mentioned(kind)) if getattr(thing, "_is_protocol", False)]


def _values(kind: Kind) -> list[Any]:
    return [thing for thing in dict.fromkeys(_mentioned(kind)) if is_dataclass(thing)]


def _interface(thing: type) -> list[str]:
    """A protocol: its docstring, and every method with its own."""
    lines = to_markdown(thing)
    if TorchComponent in thing.__mro__:
        lines = [f"{lines[0]} See `deg_core.api.{thing.__name__}`.", *lines[1:]]
    for name, method in own_methods(thing):
        lines += [f"`{signature(name, method)}`", "", *to_markdown(method)]
    for name in _NAME.findall(str([m.__annotations__ for _, m in own_methods(thing)])):
        value = getattr(interfaces, name, None)
        if inspect.isclass(value) and is_dataclass(value) and value.__module__ == interfaces.__name__:
            lines += [f"`{name}`: {to_markdown(value)[0]}", "", *to_markdown(value)[1:]]
    return lines


def _contract(kind: Kind) -> list[str]:
    contract = contract_of(kind)
    lines = [
        "## What its contract checks",
        "",
        f"`deg_core.testing.{contract.__name__}`: {to_markdown(contract)[0]}",
        "",
    ]
    lines += to_markdown(contract)[1:]
    for name in _tests(contract):
        said = " ".join((inspect.getdoc(getattr(contract, name)) or "").split())
        lines += [f"* **{name.removeprefix('test_').replace('_', ' ')}**: {said}"]
    return [*lines, ""]


def _tests(contract: type) -> list[str]:
    """Its tests, those of the classes it builds on first."""
    names = [name for each in reversed(contract.__mro__) for name in vars(each) if name.startswith("test_")]
    return list(dict.fromkeys(names))


def _offers(kind: Kind, offers: list[Offered]) -> list[str]:
    lines = ["## Who offers it", "", "| name | what it is | distribution |", "|---|---|---|"]
    for offer in offers:
        if isinstance(offer.plugin, kind):
            link = offer.distribution
            if link != "deg-ethogram":
                link = f"[{link}](../../plugins/{link}/README.md)"
            lines += [f"| `{offer.plugin.name}` | {_cell(offer.plugin.summary)} | {link} |"]
    return [*lines, ""]


def _example(kind: Kind) -> list[str]:
    """What the how-to of this kind shows, in one piece."""
    page = DOCS / "howto" / f"{kind.kind.replace(' ', '-')}.md"
    blocks = _EXAMPLE.findall(page.read_text(encoding="utf-8"))
    code = "\n\n\n".join(block.strip() for block in blocks if not _TRIES.search(block))
    lines = ["## A minimal example", "", f"Step by step: [how to write one](../howto/{page.name}).", ""]
    return [*lines, "```python", code, "```"]
