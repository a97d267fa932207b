"""What this package offers to deg."""

from __future__ import annotations

from collections.abc import Iterator

from deg_core.api import LabelFormatPlugin, NoSettings, hookimpl

from deg_plugin_template.table import read_table, write_table

table = LabelFormatPlugin(
    name="template-name",
    summary="a line of marks for every frame, separated by tabs",
    settings=NoSettings,
    suffixes=(".tsv",),
    read=read_table,
    write=write_table,
)


@hookimpl
def deg_label_formats() -> Iterator[LabelFormatPlugin[NoSettings]]:
    """Offer the format."""
    yield table
