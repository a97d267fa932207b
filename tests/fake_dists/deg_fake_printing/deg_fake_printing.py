"""Talks while it is imported."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from deg_core.api import MetricPlugin, NoSettings, Score, hookimpl


def score(*arrays: Any) -> Score:
    return Score(1.0, ())


sound = MetricPlugin(name="fake-printing", summary="always right", settings=NoSettings, goal="max", score=score)


@hookimpl
def deg_metrics() -> Iterator[MetricPlugin[Any]]:
    print("and while it is asked")  # noqa: T201
    yield sound


print("hello from a plugin")  # noqa: T201
