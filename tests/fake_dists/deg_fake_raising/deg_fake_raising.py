"""Fails half-way: what it has offered before does not count either."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from deg_core.api import MetricPlugin, NoSettings, Score, hookimpl


def score(*arrays: Any) -> Score:
    return Score(1.0, ())


sound = MetricPlugin(name="fake-raising", summary="always right", settings=NoSettings, goal="max", score=score)


@hookimpl
def deg_metrics() -> Iterator[MetricPlugin[Any]]:
    yield sound
    raise RuntimeError("half-way")
