from __future__ import annotations

import pytest

from deg_core.jobs import software


def test_a_lock_is_written_and_what_pip_cannot_fetch_is_told(run, project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(software, "DEG", "pytest")
    monkeypatch.setattr(software, "_place_of", lambda name: "local" if name == "pluggy" else "")
    answer = run("lock")
    assert answer.code == 0
    assert "wrote " in answer.out
    assert answer.err.strip().endswith(": pluggy")
    assert "pytest==" in project.layout.lock.read_text(encoding="utf-8")
