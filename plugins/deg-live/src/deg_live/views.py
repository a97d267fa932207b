"""Shows a live session: a picture that changes in a terminal, lines of JSON for scripts, or a line now and then."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Protocol, TextIO

from deg_live.clock import Clock
from deg_live.decision import Decision
from deg_live.status import STRIP_S, Status, draw_strip, latency_words, sentence

if TYPE_CHECKING:
    from rich.console import Console

_REFRESH_S = 0.2
_LINE_S = 10.0


class View(Protocol):
    """Is told what happens; called from several threads."""

    def say(self, text: str) -> None:
        """Show something that a person should know."""

    def show(self, decisions: Sequence[Decision], status: Status) -> None:
        """Show what was decided, and where the session stands."""

    def close(self) -> None:
        """Leave the terminal as it was."""


class Lines:
    """For a file or a pipe: a line now and then.

    Args:
        clock: Tells when.
        quiet: Whether only what is odd is shown.
    """

    def __init__(self, clock: Clock, *, quiet: bool = False) -> None:
        self._clock, self._quiet, self._last_s = clock, quiet, clock.now()

    def say(self, text: str) -> None:
        """See `View`."""
        print(text, file=sys.stderr, flush=True)  # noqa: T201 - click's echo is not for threads

    def show(self, decisions: Sequence[Decision], status: Status) -> None:
        """See `View`."""
        del decisions
        if not self._quiet and self._clock.now() - self._last_s >= _LINE_S:
            self._last_s = self._clock.now()
            self.say(f"{sentence(status)}; now {', '.join(status.present) or 'nothing'}")

    def close(self) -> None:
        """See `View`."""


class Json:
    """For scripts: a line of JSON for every decision on one stream, words on stderr.

    Args:
        stream: Where the lines go.
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def say(self, text: str) -> None:
        """See `View`."""
        print(text, file=sys.stderr, flush=True)  # noqa: T201

    def show(self, decisions: Sequence[Decision], status: Status) -> None:
        """See `View`."""
        del status
        self._stream.writelines(f"{decision.as_json()}\n" for decision in decisions)
        self._stream.flush()

    def close(self) -> None:
        """See `View`."""


class Terminal:
    """For a person.

    Args:
        title: What is watched.
        behaviours: Rows of the strip.
        clock: Tells when to draw.
        console: Where.
    """

    def __init__(self, title: str, behaviours: Sequence[str], clock: Clock, console: Console | None = None) -> None:
        from rich.console import Console
        from rich.live import Live

        self._title, self._behaviours, self._clock = title, tuple(behaviours), clock
        self._console = console or Console()
        self._drawn_s = float("-inf")
        self._live = Live(console=self._console, auto_refresh=False)
        self._live.start()

    def say(self, text: str) -> None:
        """See `View`. Stays above the picture."""
        self._console.print(text, style="yellow", markup=False, highlight=False)

    def show(self, decisions: Sequence[Decision], status: Status) -> None:
        """See `View`."""
        del decisions
        if self._clock.now() - self._drawn_s >= _REFRESH_S:
            self._drawn_s = self._clock.now()
            self._live.update(self.picture(status), refresh=True)

    def picture(self, status: Status) -> Any:
        """What is drawn of a moment."""
        from rich.panel import Panel
        from rich.table import Table
        from rich.text import Text

        longest = max(len(name) for name in self._behaviours)
        n_cells = max(10, self._console.width - longest - 8)
        table = Table.grid(padding=(0, 1))
        for name in self._behaviours:
            style = "bold green" if name in status.present else "dim"
            strip = draw_strip(name, status.strip, n_cells, status.time_s)
            table.add_row(Text(name, style=style), Text(strip, style=style))
        counts = status.counts
        told = f"{counts.captured} frames, {counts.decided} decided, {counts.dropped} dropped, {counts.missing} missing"
        if counts.unrecorded:
            told += f", {counts.unrecorded} not recorded"
        table.add_row("", Text(told))
        late = status.latency.n_late > 0
        table.add_row("", Text(latency_words(status.latency, status.bound_ms), style="red" if late else ""))
        subtitle = f"the last {STRIP_S:.0f} s, Ctrl-C ends"
        return Panel(table, title=f"{self._title}  {status.time_s:.1f} s", subtitle=subtitle)

    def close(self) -> None:
        """See `View`."""
        self._live.stop()
