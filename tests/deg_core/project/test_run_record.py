from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from deg_core.project.run_record import RunRecord, StartedFrom
from deg_core.testing.projects import tiny_project, untrained_runs


@pytest.mark.parametrize("exclusive", [False, True])
def test_a_card_comes_back_as_it_was(tmp_path: Path, exclusive: bool) -> None:
    for record in untrained_runs(tiny_project(tmp_path, exclusive=exclusive)):
        assert RunRecord.model_validate_json(record.model_dump_json()) == record
        assert record.n_outputs == 2 + exclusive


def test_a_card_of_a_later_deg_is_refused(tmp_path: Path) -> None:
    record = untrained_runs(tiny_project(tmp_path))[0]
    later = record.model_dump(mode="json") | {"format": 2}
    with pytest.raises(ValidationError, match="format"):
        RunRecord.model_validate(later)
    with pytest.raises(ValidationError, match="from_the_future"):
        RunRecord.model_validate(record.model_dump(mode="json") | {"from_the_future": 1})


def test_what_a_run_started_from_is_told_in_a_sentence() -> None:
    start = StartedFrom(source="../old", run_id="features-0", weights_sha256="0" * 64, loaded=("a", "b"))
    assert start.summary() == "starts from features-0 of ../old: 2 of 2 tensors loaded"
    less = start.model_copy(
        update={
            "carried": {"head.weight": ("walk", "rear"), "head.bias": ("walk", "rear")},
            "drawn": {"c": "takes 33 channels there, 3 here", "d": "there is none of this name"},
            "left_out": ("e",),
        }
    )
    assert less.summary() == (
        "starts from features-0 of ../old: 2 of 6 tensors loaded; "
        "rows of walk, rear carried over in head.weight, head.bias; "
        "as drawn: c (takes 33 channels there, 3 here), and 1 more; 1 tensors of that run left out"
    )
