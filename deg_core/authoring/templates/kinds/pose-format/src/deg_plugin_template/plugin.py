"""What this package offers to deg."""

from __future__ import annotations

from collections.abc import Iterator

from deg_core.api import NoSettings, PoseFormatPlugin, hookimpl

from deg_plugin_template.table import read_table

table = PoseFormatPlugin(
    name="template-name",
    summary="a line of x, y and confidence for every frame, separated by tabs",
    settings=NoSettings,
    suffixes=(".xyc",),
    read=read_table,
)


@hookimpl
def deg_pose_formats() -> Iterator[PoseFormatPlugin[NoSettings]]:
    """Offer the format."""
    yield table
