from __future__ import annotations

from pathlib import Path

import pytest


def test_a_plugin_is_written_and_looked_at(run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    answer = run("plugin", "new", "metric", "of-mine")
    assert answer.code == 0
    assert "cd deg-of-mine" in answer.out
    answer = run("plugin", "check", "deg-of-mine", "--no-contracts")
    assert answer.code == 0
    assert answer.out.startswith("deg-of-mine 0.1.0, imported in ")
    assert "metric of-mine: 0 settings" in answer.out


def test_the_exit_status_tells_of_a_fault(run, tmp_path: Path) -> None:
    run("plugin", "new", "metric", "of-mine", tmp_path / "mine")
    source = tmp_path / "mine" / "src" / "deg_of_mine" / "plugin.py"
    source.write_text("print('hello')\n" + source.read_text(encoding="utf-8").replace("from __future__", "# "))
    answer = run("plugin", "check", tmp_path / "mine", "--no-contracts", "--json")
    assert answer.code == 1
    assert answer.values["errors"] == 1
    assert "prints on import" in answer.values["faults"][0]["problem"]
    answer = run("plugin", "check", tmp_path / "mine", "--no-contracts")
    assert "error: deg-of-mine 0.1.0 prints on import" in answer.err


def test_a_wrong_kind_names_all(run, tmp_path: Path) -> None:
    answer = run("plugin", "new", "los", "mine", tmp_path / "mine")
    assert answer.code == 2
    assert "video-reader, label-format" in answer.err
