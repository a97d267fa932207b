"""Writes a report as one web page that needs nothing else: pictures and tables are in it."""

from __future__ import annotations

from base64 import b64encode
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from deg_plugins_analysis.report.document import Document


def to_html(document: Document) -> str:
    """The page. Every text is escaped: names of recordings and behaviours may hold anything."""
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["address"] = _address
    return environment.get_template("template.html").render(document=document)


def _address(content: str | bytes, kind: str) -> str:
    """A file as an address that holds it."""
    data = content.encode("utf-8") if isinstance(content, str) else content
    return f"data:{kind};base64,{b64encode(data).decode('ascii')}"
