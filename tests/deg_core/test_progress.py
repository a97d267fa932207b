from __future__ import annotations

from deg_core.progress import SilentProgress


def test_silence_takes_every_step_and_says_nothing(capsys: object) -> None:
    with SilentProgress().task("a thing", 3, 1) as task:
        task.advance()
        task.advance(2, "almost")
