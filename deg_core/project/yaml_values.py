"""Reads the small YAML files of a project."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ruamel.yaml.error import YAMLError

from deg_core.data.yaml_text import parse_yaml
from deg_core.errors import ManifestError


def yaml_values(path: Path, fix: str = "make it anew") -> Any:
    """Plain values of a YAML file of the project's own making.

    Raises:
        ManifestError: It is damaged.
    """
    try:
        return parse_yaml(path.read_text(encoding="utf-8"))
    except (YAMLError, UnicodeDecodeError) as error:
        said = next(iter(str(error).splitlines()), "")
        raise ManifestError(f"not valid YAML: {said}", where=str(path), fix=fix) from error
    except OSError as error:
        raise ManifestError(f"cannot be read: {error.strerror}", where=str(path), fix="mend its permissions") from error
