"""A setting has no default, so that its name alone is no choice."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from deg_core.api import MetricPlugin, PluginSettings, Score, hookimpl


def score(*arrays: Any) -> Score:
    return Score(1.0, ())


class Settings(PluginSettings):
    width: int


sound = MetricPlugin(name="fake-required", summary="", settings=Settings, goal="max", score=score)


@hookimpl
def deg_metrics() -> Iterator[MetricPlugin[Any]]:
    yield sound
