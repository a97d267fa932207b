"""How something that plugins use goes away: it works and warns until the version that is named, then it is gone."""

from __future__ import annotations

import functools
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Retired:
    """A name that goes away.

    Attributes:
        thing: What it still means.
        removal: Version of `deg_core.api` that no longer has it.
        instead: What to use.
    """

    thing: Any
    removal: str
    instead: str


def retired(name: str, table: Mapping[str, Retired], module: str) -> Any:
    """What a module's `__getattr__` answers for its retired names.

    Raises:
        AttributeError: It is none of them.
    """
    if name not in table:
        raise AttributeError(f"module {module!r} has no attribute {name!r}")
    old = table[name]
    _warn(f"{module}.{name}", old.removal, old.instead)
    return old.thing


def deprecated(*, removal: str, instead: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Let a function warn whenever it is called.

    Args:
        removal: Version of `deg_core.api` that no longer has it.
        instead: What to use.
    """

    def mark(function: Callable[P, R]) -> Callable[P, R]:
        @functools.wraps(function)
        def warning(*args: P.args, **kwargs: P.kwargs) -> R:
            _warn(function.__qualname__, removal, instead)
            return function(*args, **kwargs)

        return warning

    return mark


def _warn(name: str, removal: str, instead: str) -> None:
    text = f"{name} goes away in version {removal} of deg_core.api; use {instead}"
    warnings.warn(text, DeprecationWarning, stacklevel=3)
