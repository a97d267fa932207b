from __future__ import annotations

from pathlib import Path

import pytest

from deg_core.errors import ManifestError
from deg_core.project.hand_thresholds import HAND_THRESHOLDS, load_hand_thresholds, save_hand_thresholds
from deg_core.project.run_record import RunRecord
from deg_core.testing.projects import tiny_project, untrained_runs


@pytest.fixture
def run(tmp_path: Path) -> RunRecord:
    return untrained_runs(tiny_project(tmp_path))[-1]


def test_without_a_file_nothing_is_set(tmp_path: Path, run: RunRecord) -> None:
    assert load_hand_thresholds(tmp_path, run) == {}


def test_what_was_set_comes_back_and_the_file_says_what_it_is(tmp_path: Path, run: RunRecord) -> None:
    values = {"rear": 0.25, "walk": 1e-07}
    save_hand_thresholds(tmp_path, run, values)
    assert load_hand_thresholds(tmp_path, run) == values
    text = (tmp_path / HAND_THRESHOLDS).read_text(encoding="utf-8")
    assert text.startswith("# Set by hand")
    assert text.splitlines()[1:] == ['"rear": 0.25', '"walk": 1e-07']


def test_any_name_that_a_behaviour_can_have_comes_back(tmp_path: Path, run: RunRecord) -> None:
    names = ("yes", "12", "näse: putzen", '"a" #b', "{c}")
    run = run.model_copy(update={"behaviours": names})
    values = dict.fromkeys(names, 0.5)
    save_hand_thresholds(tmp_path, run, values)
    assert load_hand_thresholds(tmp_path, run) == values


def test_without_any_value_the_file_goes(tmp_path: Path, run: RunRecord) -> None:
    save_hand_thresholds(tmp_path, run, {"rear": 0.25})
    save_hand_thresholds(tmp_path, run, {})
    save_hand_thresholds(tmp_path, run, {})
    assert not (tmp_path / HAND_THRESHOLDS).exists()


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("rear: 1.5\n", "rear"),
        ("rear: often\n", "rear"),
        ("rear:\n", "rear"),
        ("- rear\n", "dictionary"),
        ("sleep: 0.5\n", "no behaviour 'sleep'"),
        ("rear: [\n", "not valid YAML"),
    ],
)
def test_a_file_that_says_something_else_is_refused(tmp_path: Path, run: RunRecord, text: str, problem: str) -> None:
    (tmp_path / HAND_THRESHOLDS).write_text(text, encoding="utf-8")
    with pytest.raises(ManifestError, match=problem) as caught:
        load_hand_thresholds(tmp_path, run)
    assert HAND_THRESHOLDS in caught.value.where


def test_a_file_with_nothing_but_its_heading_sets_nothing(tmp_path: Path, run: RunRecord) -> None:
    (tmp_path / HAND_THRESHOLDS).write_text("# nothing\n", encoding="utf-8")
    assert load_hand_thresholds(tmp_path, run) == {}


def test_what_would_be_refused_is_never_written(tmp_path: Path, run: RunRecord) -> None:
    with pytest.raises(ManifestError, match="no behaviour 'sleep'") as caught:
        save_hand_thresholds(tmp_path, run, {"sleep": 0.5})
    assert "walk, rear" in caught.value.fix
    with pytest.raises(ManifestError, match="rear: "):
        save_hand_thresholds(tmp_path, run, {"rear": 1.5})
    assert not (tmp_path / HAND_THRESHOLDS).exists()


def test_behaviours_that_exclude_each_other_have_no_thresholds(tmp_path: Path) -> None:
    run = untrained_runs(tiny_project(tmp_path, exclusive=True))[-1]
    save_hand_thresholds(tmp_path, run, {})
    with pytest.raises(ManifestError, match="exclude each other"):
        save_hand_thresholds(tmp_path, run, {"rear": 0.5})
