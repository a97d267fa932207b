"""Its name is not lower-case-with-hyphens."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from deg_core.api import MetricPlugin, NoSettings, Score, hookimpl


def score(*arrays: Any) -> Score:
    return Score(1.0, ())


sound = MetricPlugin(name="Fake_Badly_Named", summary="always right", settings=NoSettings, goal="max", score=score)


@hookimpl
def deg_metrics() -> Iterator[MetricPlugin[Any]]:
    yield sound
