"""Reads YAML that may be damaged, or made to do harm: what it stands for is bounded before anything is built of it."""

from __future__ import annotations

from io import StringIO
from typing import Any

_MOST_NESTED = 100
_MOST_NODES = 100_000


def parse_yaml(text: str, typ: str = "safe") -> Any:
    """What a text stands for; nothing in it is run.

    Args:
        text: YAML.
        typ: `safe` for plain values, `rt` for those that know their lines.

    Raises:
        ruamel.yaml.error.YAMLError: It is no YAML, or by its aliases or its depth more than any file is.
    """
    from ruamel.yaml import YAML  # here, since lists of plugins need it not
    from ruamel.yaml.error import YAMLError

    try:
        _require_modest(text)
        return YAML(typ=typ, pure=True).load(text)
    except (ValueError, TypeError, RecursionError, LookupError, AttributeError, ArithmeticError) as error:
        # Of days that are none, thousands of digits, names that are lists, and what is too deep.
        raise YAMLError(next(iter(str(error).splitlines()), type(error).__name__)) from error


def _require_modest(text: str) -> None:
    from ruamel.yaml import YAML

    depth = deepest = 0
    for letter in text:
        depth += (letter in "[{") - (letter in "]}")
        deepest = max(deepest, depth)
    if deepest > _MOST_NESTED:
        raise ValueError(f"more than {_MOST_NESTED} brackets within each other")
    if "&" in text and "*" in text:
        root = YAML(typ="safe", pure=True).compose(StringIO(text))
        if _n_nodes(root, {}) > _MOST_NODES:
            raise ValueError("its aliases stand for more than any file holds")


def _n_nodes(node: Any, known: dict[int, float]) -> float:
    """Nodes that it stands for, each alias as often as it is used; without end where one is within itself."""
    if id(node) not in known:
        known[id(node)] = float("inf")
        below = node.value if isinstance(getattr(node, "value", None), (list, tuple)) else ()
        flat = [each for pair in below for each in (pair if isinstance(pair, tuple) else (pair,))]
        known[id(node)] = 1 + sum(_n_nodes(each, known) for each in flat)
    return known[id(node)]
