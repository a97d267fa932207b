from __future__ import annotations

import sys

import click
import pytest

from deg_core.cli.output import Output, score_text
from deg_core.errors import ProjectError


def test_a_script_gets_its_answer_alone_on_stdout(capsys: pytest.CaptureFixture[str]) -> None:
    stdout = sys.stdout
    with click.Context(click.Command("x")):
        output = Output(as_json=True)
        output.say("said")
        sys.stdout.write("printed by a library\n")
        output.answer({"a": None})
    assert sys.stdout is stdout
    out, err = capsys.readouterr()
    assert out == '{\n "a": null\n}\n'
    assert err == "said\nprinted by a library\n"


def test_no_answer_holds_a_number_that_json_does_not_know() -> None:
    with click.Context(click.Command("x")), pytest.raises(ValueError, match="JSON"):
        Output(as_json=True).answer(float("nan"))


def test_quiet_leaves_results_and_errors(capsys: pytest.CaptureFixture[str]) -> None:
    output = Output(quiet=True)
    output.say("chatter")
    with output.progress().task("chatter", 1) as task:
        task.advance()
    output.show("result")
    output.warn("beware")
    output.refuse(ProjectError("wrong", where="here", fix="mend it"), "one")
    out, err = capsys.readouterr()
    assert out == "result\n"
    assert err == "warning: beware\none: error: wrong\n  where: here\n  fix:   mend it\n"


def test_a_table_is_aligned_and_never_broken_in_a_file(capsys: pytest.CaptureFixture[str]) -> None:
    Output().table(("name", "frames"), [("a" * 200, "7"), ("[b]:smile:", "1000")], right=("frames",))
    header, first, second = capsys.readouterr().out.splitlines()
    assert header.split() == ["name", "frames"]
    assert first == "a" * 200 + "       7"
    assert second.split() == ["[b]:smile:", "1000"]
    assert len(first) == len(second) == len(header)


def test_an_undefined_score_is_told_so() -> None:
    assert [score_text(value) for value in (None, float("nan"), 0.0, 0.98765)] == [
        "undefined",
        "undefined",
        "0.000",
        "0.988",
    ]
