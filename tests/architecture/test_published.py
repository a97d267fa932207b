"""What plugin authors may rely on is written down."""

from __future__ import annotations

import inspect
from dataclasses import fields, is_dataclass
from typing import Any

import pytest

from deg_core import api, testing
from deg_core.descriptors import KINDS

PUBLISHED = [(module, name) for module in (api, testing) for name in module.__all__]
OBJECTS = [
    getattr(module, name)
    for module, name in PUBLISHED
    if inspect.isclass(getattr(module, name)) or inspect.isfunction(getattr(module, name))
]


def public_methods(kind: type[Any]) -> list[str]:
    return [
        name
        for name, member in vars(kind).items()
        if not name.startswith("_") and (inspect.isfunction(member) or isinstance(member, (property, classmethod)))
    ]


@pytest.mark.parametrize("module", [api, testing], ids=lambda module: module.__name__)
def test_what_is_published_is_there_once_and_in_order(module: Any) -> None:
    assert len(set(module.__all__)) == len(module.__all__)
    assert all(hasattr(module, name) for name in module.__all__)


@pytest.mark.parametrize("published", OBJECTS, ids=lambda each: each.__name__)
def test_everything_published_says_what_it_is(published: Any) -> None:
    assert vars(published).get("__doc__") if inspect.isclass(published) else published.__doc__
    if inspect.isclass(published):
        undocumented = [name for name in public_methods(published) if not inspect.getdoc(getattr(published, name))]
        assert undocumented == []


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_every_kind_of_plugin_is_published_and_its_fields_are_described(kind: type[Any]) -> None:
    assert kind.__name__ in api.__all__
    assert is_dataclass(kind)
    own = {field.name for field in fields(kind)} - {"name", "summary", "settings", "build"}
    text = inspect.getdoc(kind) or ""
    assert [name for name in sorted(own) if f"{name}:" not in text] == []
