"""Reads YAML that may be damaged, or made to do harm: what it stands for is bounded before anything is built of it."""

from __future__ import annotations

from io import StringIO
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from deg_core.errors import ManifestError

_MOST_NESTED = 100
_MOST_NODES = 100_000
YAML_ERRORS = (YAMLError, ValueError, RecursionError)
"""What `parse_yaml` raises: beside its own, of days that are none, of thousands of digits, and of what is too deep."""


def parse_yaml(text: str, typ: str = "safe") -> Any:
    """What a text stands for; nothing in it is run.

    Args:
        text: YAML.
        typ: `safe` for plain values, `rt` for those that know their lines.

    Raises:
        YAMLError, ValueError or RecursionError: It is no YAML, or by its aliases or its depth more than any file is.
    """
    depth = deepest = 0
    for letter in text:
        depth += (letter in "[{") - (letter in "]}")
        deepest = max(deepest, depth)
    if deepest > _MOST_NESTED:
        raise YAMLError(f"more than {_MOST_NESTED} brackets within each other")
    if "&" in text and "*" in text:
        root = YAML(typ="safe", pure=True).compose(StringIO(text))
        if _n_nodes(root, {}) > _MOST_NODES:
            raise YAMLError("its aliases stand for more than any file holds")
    return YAML(typ=typ, pure=True).load(text)


def _n_nodes(node: Any, known: dict[int, float]) -> float:
    """Nodes that it stands for, each alias as often as it is used; without end where one is within itself."""
    if id(node) not in known:
        known[id(node)] = float("inf")
        below = node.value if isinstance(getattr(node, "value", None), (list, tuple)) else ()
        flat = [each for pair in below for each in (pair if isinstance(pair, tuple) else (pair,))]
        known[id(node)] = 1 + sum(_n_nodes(each, known) for each in flat)
    return known[id(node)]


def yaml_values(path: Path, fix: str = "make it anew") -> Any:
    """Plain values of a YAML file of the project's own making.

    Raises:
        ManifestError: It is damaged.
    """
    try:
        return parse_yaml(path.read_text(encoding="utf-8"))
    except YAML_ERRORS as error:  # text that is not UTF-8 is a ValueError, too
        said = next(iter(str(error).splitlines()), "")
        raise ManifestError(f"not valid YAML: {said}", where=str(path), fix=fix) from error
    except OSError as error:
        raise ManifestError(f"cannot be read: {error.strerror}", where=str(path), fix="mend its permissions") from error
