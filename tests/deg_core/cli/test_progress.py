from __future__ import annotations

import re

import pytest

from deg_core.cli import progress
from deg_core.cli.progress import RichProgress, _Lines


class Clock:
    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


def test_a_log_gets_a_line_every_ten_seconds_with_the_time_left(capsys: pytest.CaptureFixture[str]) -> None:
    clock = Clock()
    lines = _Lines("features of one", 100, 20, clock)
    for _ in range(8):
        clock.seconds += 4
        lines.advance(5, "0.91")
    lines.advance(5)
    lines.close()
    assert capsys.readouterr().err.splitlines() == [
        "features of one: 35/100, 0:00:52 left, 0.91",
        "features of one: 50/100, 0:00:40 left, 0.91",
        "features of one: 65/100, took 0:00:32, 0.91",
    ]


def test_nothing_but_stderr_is_written_and_tasks_nest(capsys: pytest.CaptureFixture[str]) -> None:
    shown = RichProgress()
    with shown.task("outer", 2) as outer:
        with shown.task("inner", 1) as inner:
            inner.advance()
        outer.advance(2)
    out, err = capsys.readouterr()
    assert out == ""
    assert err.splitlines() == ["inner: 1/1, took 0:00:00", "outer: 2/2, took 0:00:00"]


def test_a_terminal_shows_bars_counts_and_notes(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "120")
    shown = RichProgress()
    for name in ("first", "second"):
        with shown.task(f"[{name}]", 3) as outer, shown.task("inner", 1) as inner:
            inner.advance(1, "deep")
            outer.advance(3, "best 0.9")
    out, err = capsys.readouterr()
    text = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", err)
    assert out == ""
    assert "[first]" in text
    assert "[second]" in text
    assert "3/3" in text
    assert "best 0.9" in text
    assert "inner" not in text.splitlines()[-1]


def test_bars_end_when_a_task_fails(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    shown = RichProgress()
    with pytest.raises(KeyboardInterrupt), shown.task("outer", 3), shown.task("inner", 3):
        raise KeyboardInterrupt
    assert shown._bars is None
    assert capsys.readouterr().err.rstrip("\n").endswith("\x1b[?25h")  # the cursor is back


def test_hours_are_told() -> None:
    assert progress._as_time(3 * 3600 + 62.4) == "3:01:02"
