"""The harness tells every ending from every other."""

from __future__ import annotations

import pytest
from harness import attempt, told

ENDINGS = {
    "read": "ok",
    "refused": "refused",
    "wrong": "wrong",
    "failed": "failed",
    "crashed": "crashed",
    "hung": "hung",
    "line\nbreak": "ok",
    "memory": "memory",
    "strayed": "strayed",
    "temporary": "ok",
    "allowed": "ok",
    "relative": "strayed",
    "after it": "ok",
}


@pytest.mark.parametrize("workers", [1, 2])
def test_each_case_ends_as_it_does_whatever_the_one_before_it_did(tmp_path, workers):
    (tmp_path / "allowed").mkdir()
    cases = [tmp_path / name for name in ENDINGS]
    outcomes = attempt(
        "trials_of_harness:end",
        cases,
        seconds=2,
        memory_mb=100,
        may_write=[tmp_path / "allowed"],
        workers=workers,
    )
    assert [each.case for each in outcomes] == cases
    assert {each.case.name: each.verdict for each in outcomes} == ENDINGS
    messages = {each.case.name: each.message for each in outcomes}
    assert messages["read"] == "fine"
    assert "KeyError('x')" in messages["failed"]
    assert "trials_of_harness.py" in messages["failed"]
    assert "Segmentation fault" in messages["crashed"]
    said = told(outcomes, "ok", "refused")
    assert [f"'{name}'" in said for name in ENDINGS] == [end not in {"ok", "refused"} for end in ENDINGS.values()]


def test_a_function_that_is_not_there_is_said(tmp_path):
    with pytest.raises(RuntimeError, match="no worker for 'trials_of_harness:begin'"):
        attempt("trials_of_harness:begin", [tmp_path])
