from __future__ import annotations

import io
import json

import pytest
from patient_clock import PatientClock
from rich.console import Console
from told import decision

from deg_live.latency import Latency
from deg_live.status import Counts, Status
from deg_live.views import Json, Lines, Terminal


def status(*present: str, late: bool = False) -> Status:
    latency = Latency(100)
    latency.add(400 if late else 80)
    told = [decision(at, *present) for at in range(30)]
    return Status(1.0, Counts(30, 28, 2, 1, 3), latency.figures(), 100, present, told)


def test_a_terminal_shows_behaviours_counts_and_latency(clock: PatientClock) -> None:
    console = Console(file=io.StringIO(), force_terminal=True, width=100, height=20)
    view = Terminal("camera 0", ("walk", "rear[1]"), clock, console)
    view.say("camera 0 has [dropped] out")
    view.show((), status("walk"))
    view.close()
    shown = console.file.getvalue()  # type: ignore[attr-defined]
    for text in ("camera 0 has [dropped] out", "walk", "rear[1]", "█", "2 dropped", "80 ms median", "3 not recorded"):
        assert text in shown


def test_a_terminal_is_not_drawn_for_every_frame(clock: PatientClock, monkeypatch: pytest.MonkeyPatch) -> None:
    view = Terminal("camera 0", ("walk",), clock, Console(file=io.StringIO(), force_terminal=True))
    drawn: list[bool] = []
    monkeypatch.setattr(view, "picture", lambda _: drawn.append(True) or "")
    for _ in range(30):
        view.show((), status())
        clock.now_s += 1 / 30
    view.close()
    assert 4 <= len(drawn) <= 6


def test_json_is_a_line_for_each_decision_and_words_go_elsewhere(capsys: pytest.CaptureFixture[str]) -> None:
    stream = io.StringIO()
    view = Json(stream)
    view.show([decision(0, "walk"), decision(1)], status())
    view.say("camera 0 has dropped out")
    assert [json.loads(line)["frame"] for line in stream.getvalue().splitlines()] == [0, 1]
    assert capsys.readouterr().err == "camera 0 has dropped out\n"


def test_without_a_terminal_there_is_a_line_now_and_then(
    clock: PatientClock, capsys: pytest.CaptureFixture[str]
) -> None:
    for quiet, expected in ((False, 2), (True, 0)):
        view = Lines(clock, quiet=quiet)
        for _ in range(250):
            view.show((), status("walk"))
            clock.now_s += 0.1
        lines = capsys.readouterr().err.splitlines()
        assert len(lines) == expected
        assert all(line.endswith("now walk") for line in lines)
