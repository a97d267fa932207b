from __future__ import annotations

import dataclasses
import inspect

import pytest

from deg_core import hookspecs
from deg_core.descriptors import KINDS, MetricPlugin, NoSettings, Plugin
from deg_core.interfaces import Score


def metric(name: str) -> MetricPlugin[NoSettings]:
    return MetricPlugin(name=name, summary="", settings=NoSettings, goal="max", score=lambda *_: Score(0.0, ()))


@pytest.mark.parametrize("name", ["tgm", "two-stream", "f1", "resnet-3d-18"])
def test_names_are_lower_case_with_hyphens(name: str) -> None:
    assert metric(name).name == name


@pytest.mark.parametrize("name", ["", "TGM", "two_stream", "two--stream", "-a", "a-", "a b", "é", "a\n"])
def test_other_names_are_refused(name: str) -> None:
    with pytest.raises(ValueError, match="not lower-case-with-hyphens"):
        metric(name)


def test_a_descriptor_never_changes() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        metric("a").name = "b"  # type: ignore[misc]


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_every_kind_has_one_hook_that_yields_it(kind: type[Plugin[NoSettings]]) -> None:
    hook = getattr(hookspecs, kind.hook)
    assert kind.__name__ in inspect.signature(hook).return_annotation
    assert not inspect.signature(hook).parameters
    assert kind.kind == kind.kind.lower()


def test_every_hook_is_asked_for_in_the_order_data_meets_them() -> None:
    hooks = [name for name in vars(hookspecs) if name.startswith("deg_")]
    assert hooks == [kind.hook for kind in KINDS]
