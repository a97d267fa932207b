"""What this package offers to deg."""

from __future__ import annotations

from collections.abc import Iterator

from deg_core.api import MetricPlugin, NoSettings, hookimpl

from deg_plugin_template.score import score_balanced

metric = MetricPlugin(
    name="template-name",
    summary="mean of recall and specificity; 0.5 by chance",
    settings=NoSettings,
    goal="max",
    score=score_balanced,
)


@hookimpl
def deg_metrics() -> Iterator[MetricPlugin[NoSettings]]:
    """Offer the score."""
    yield metric
