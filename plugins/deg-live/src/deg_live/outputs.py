"""Brings decisions to functions of others, such that none of them can hold up or stop what is decided."""

from __future__ import annotations

import sys
from collections import deque
from collections.abc import Callable
from importlib import import_module
from importlib.metadata import entry_points
from pathlib import Path
from threading import Condition, Thread
from typing import Any

from deg_core.api import DegError, PluginNotFoundError

from deg_live.decision import Decision

GROUP = "deg_live_outputs"
"""Of entry points: functions that take a `Decision`."""

Output = Callable[[Decision], Any]

_MOST_WAITING = 300
"""Decisions, ten seconds at 30 frames per second."""


class Delivery:
    """A thread that calls one output with every decision.

    Args:
        name: Of the output, for messages.
        output: The function.
        say: Is told of the first error, and of the first decision that was not delivered.

    Attributes:
        n_failed: Calls that raised.
        n_undelivered: Decisions that were dropped since the output was too slow.
    """

    def __init__(self, name: str, output: Output, say: Callable[[str], None]) -> None:
        self.name, self.n_failed, self.n_undelivered = name, 0, 0
        self._output, self._say = output, say
        self._waiting: deque[Decision] = deque()
        self._changed = Condition()
        self._closed = False
        self._thread = Thread(target=self._deliver_all, name=f"output {name}", daemon=True)
        self._thread.start()

    def put(self, decision: Decision) -> None:
        """Let a decision be delivered. Never blocks; of too many that wait, the oldest is dropped."""
        with self._changed:
            self._waiting.append(decision)
            is_first = False
            if len(self._waiting) > _MOST_WAITING:
                self._waiting.popleft()
                is_first = not self.n_undelivered
                self.n_undelivered += 1
            self._changed.notify()
        if is_first:
            self._say(f"output {self.name} is too slow: decisions are dropped before it sees them")

    def close(self, patience_s: float = 2.0) -> None:
        """Deliver what waits, but not for longer than this."""
        with self._changed:
            self._closed = True
            self._changed.notify()
        self._thread.join(patience_s)
        if self._thread.is_alive():
            self._say(f"output {self.name} has not finished; left behind with {len(self._waiting)} decisions waiting")
            return
        end = getattr(self._output, "close", None)
        if callable(end):
            end()

    def _deliver_all(self) -> None:
        while (decision := self._next()) is not None:
            try:
                self._output(decision)
            except Exception as error:  # noqa: BLE001 - whatever a lab's function does, deciding goes on
                self.n_failed += 1
                if self.n_failed == 1:
                    self._say(f"output {self.name} failed at frame {decision.frame}: {type(error).__name__}: {error}")

    def _next(self) -> Decision | None:
        with self._changed:
            self._changed.wait_for(lambda: self._waiting or self._closed)
            return self._waiting.popleft() if self._waiting else None


def find_output(name: str, folder: Path) -> Output:
    """Find a function by `MODULE:FUNCTION`, or by the name under which a distribution offers it.

    Args:
        name: As somebody typed it.
        folder: Where modules may lie, beside all that is installed.

    Raises:
        PluginNotFoundError: There is none.
        DegError: It cannot be imported, or is no function.
    """
    module, colon, function = name.partition(":")
    output = _imported(module, function, folder) if colon else _offered(name)
    if not callable(output):
        raise DegError(f"{name} is no function", where="--call", fix="name a function that takes one decision")
    return output  # type: ignore[no-any-return]


def _imported(module: str, function: str, folder: Path) -> Any:
    sys.path.insert(0, str(folder))  # the command `deg` does not look where it is called
    try:
        return getattr(import_module(module), function)
    except Exception as error:  # a module of somebody else may raise whatever it likes
        raise DegError(
            f"{module}:{function} cannot be imported: {type(error).__name__}: {error}",
            where="--call",
            fix=f"write MODULE:FUNCTION, the module in {folder} or installed",
        ) from error
    finally:
        sys.path.remove(str(folder))


def _offered(name: str) -> Any:
    offers = {point.name: point for point in entry_points(group=GROUP)}
    if name not in offers:
        raise PluginNotFoundError(
            f"no output named {name!r}",
            where="--call",
            fix=f"installed: {', '.join(sorted(offers)) or 'none'}; or write MODULE:FUNCTION",
        )
    return offers[name].load()
