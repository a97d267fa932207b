from __future__ import annotations

from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

from deg_core.project.manifest import Manifest, Section, SplitSettings


def test_behaviours_are_all_that_must_be_said() -> None:
    manifest = Manifest(behaviours=("walk", "rear"))
    assert (manifest.flow.name, manifest.features.name, manifest.sequence.name) == (
        "tiny-motion-net",
        "two-stream",
        "tgmj",
    )
    assert manifest.n_outputs == 2


def test_one_changed_number_leaves_the_others_of_its_stage() -> None:
    stages = {"flow": {"training": {"max_epochs": 2}}, "sequence": {"training": {"max_epochs": 2}}}
    manifest = Manifest.model_validate({"behaviours": ["walk"], **stages})
    assert (manifest.flow.training.monitor, manifest.flow.training.validation_steps) == ("loss", 200)
    assert (manifest.sequence.training.steps_per_epoch, manifest.sequence.training.patience) == (None, 5)
    assert manifest.features.training.steps_per_epoch == 1000


def test_what_is_written_out_can_be_read_again() -> None:
    values = {"behaviours": ["walk"], "features": {"from": "../old"}}
    manifest = Manifest.model_validate(values)
    for mode in ("json", "python"):
        written = manifest.model_dump(mode=mode)
        assert written["features"]["from"] == "../old"
        assert "starts_from" not in written["features"]
        assert Manifest.model_validate(written) == manifest


def test_exclusive_behaviours_have_one_output_more_for_none() -> None:
    assert Manifest(behaviours=("walk", "rear"), exclusive=True).n_outputs == 3


@pytest.mark.parametrize(
    ("behaviours", "problem"),
    [
        ([], "at least one"),
        (["walk", "walk"], "walk occurs twice"),
        (["walk", "background"], "absence of all others"),
        (["walk", " rear"], "blanks at its ends"),
        (["walk", ""], "empty"),
    ],
)
def test_impossible_behaviours_are_refused(behaviours: list[str], problem: str) -> None:
    with pytest.raises(ValidationError, match=problem):
        Manifest.model_validate({"behaviours": behaviours})


@pytest.mark.parametrize(
    ("settings", "problem"),
    [
        ({"by": "group"}, "go together"),
        ({"group": "animal"}, "go together"),
        ({"folds": 3, "fold": 3}, "fold 3 of 3 does not exist"),
        ({"fractions": (0.5, 0.2, 0.2)}, "add up to 0.9"),
    ],
)
def test_splits_that_contradict_themselves_are_refused(settings: dict[str, Any], problem: str) -> None:
    with pytest.raises(ValidationError, match=problem):
        SplitSettings.model_validate(settings)


def sections(model: type[BaseModel]) -> set[type[BaseModel]]:
    found = {model}
    for field in model.model_fields.values():
        kind = field.annotation
        if isinstance(kind, type) and issubclass(kind, BaseModel) and kind not in found:
            found |= sections(kind)
    return found


@pytest.mark.parametrize("section", sorted(sections(Manifest), key=lambda kind: kind.__name__))
def test_every_setting_is_described_and_no_name_is_made_up(section: type[BaseModel]) -> None:
    assert issubclass(section, Section)
    assert section.model_config["extra"] == "forbid"
    assert all(field.description for field in section.model_fields.values())


def test_the_schema_lets_an_editor_complete_every_section() -> None:
    schema = Manifest.model_json_schema()
    assert schema["required"] == ["behaviours"]
    assert schema["additionalProperties"] is False
    assert {"FlowStage", "FeaturesStage", "SequenceStage", "SplitSettings"} <= set(schema["$defs"])
