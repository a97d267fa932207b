from __future__ import annotations


def test_a_run_card_is_shown(run, trained) -> None:
    answer = run("run-card")
    assert answer.code == 0
    for words in ("fake-sequence of given", "project.yaml", "deg train sequence", "train: ", "labels (SHA-256)"):
        assert words in answer.out


def test_a_run_card_is_json_for_a_script(run, trained) -> None:
    assert run("run-card", "--json").values["run"].startswith("sequence-")
    first = run("runs", "--json").values[0]["run_id"]
    assert run("run-card", first, "--json").values["run"] == first


def test_a_run_that_is_not_there_is_refused(run, trained) -> None:
    assert run("run-card", "sequence-never").code == 2
