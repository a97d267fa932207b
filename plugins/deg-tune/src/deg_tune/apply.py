"""Writes settings into a project file, and leaves all else in it as it is."""

from __future__ import annotations

from collections.abc import Mapping
from io import StringIO
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from deg_tune.folders import write_text


def apply_settings(manifest: Path, settings: Mapping[str, Any]) -> None:
    """Put nested settings into a project file; comments, order and everything else stay.

    A plugin's other settings go when its name changes.
    """
    yaml = YAML(typ="rt", pure=True)
    yaml.preserve_quotes = True
    yaml.width = 4096
    document = yaml.load(manifest.read_text(encoding="utf-8"))
    _merge(document, settings)
    text = StringIO()
    yaml.dump(document, text)
    write_text(manifest, text.getvalue())


def _merge(below: Any, above: Mapping[str, Any]) -> None:
    if "name" in above and "name" in below and below["name"] != above["name"]:
        below.pop("settings", None)
    for key, value in above.items():
        if isinstance(value, Mapping) and isinstance(below.get(key), Mapping):
            _merge(below[key], value)
        else:
            below[key] = value
