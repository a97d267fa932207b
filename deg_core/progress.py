"""How long jobs report where they are, without knowing who is watching."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Protocol


class Task(Protocol):
    """One counted piece of work in progress."""

    def advance(self, n: int = 1, note: str = "") -> None:
        """Count n more steps done, with an optional short note such as the present score."""


class Progress(Protocol):
    """Shows tasks to a person, or does not."""

    def task(self, description: str, total: int, done: int = 0) -> AbstractContextManager[Task]:
        """Begin a task of `total` steps, `done` of which were finished earlier; leaving the context ends it."""


class _Silence:
    def advance(self, n: int = 1, note: str = "") -> None:
        pass


class SilentProgress:
    """Shows nothing."""

    @contextmanager
    def task(self, description: str, total: int, done: int = 0) -> Iterator[Task]:  # noqa: ARG002
        """Begin a task nobody watches."""
        yield _Silence()
