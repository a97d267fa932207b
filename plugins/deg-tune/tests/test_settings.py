from __future__ import annotations

from pathlib import Path

from deg_tune.apply import apply_settings
from deg_tune.settings import fragment, lay_over, short_paths

VALUES = {
    "length": 5,
    "sequence": {"name": "a", "settings": {"x": 1}, "loss": None},
    "features": {"name": "f", "settings": {}, "loss": None},
}
LOSSES = {"sequence.loss": "focal", "features.loss": "focal"}


def test_changes_lie_over_what_there_is_and_leave_it_alone() -> None:
    changed = lay_over(VALUES, {"sequence.settings.y": 2}, LOSSES)
    assert changed["sequence"]["settings"] == {"x": 1, "y": 2}
    assert VALUES["sequence"]["settings"] == {"x": 1}


def test_settings_go_when_the_plugin_changes() -> None:
    changed = lay_over(VALUES, {"sequence.settings.y": 2, "sequence.name": "b"}, LOSSES)
    assert changed["sequence"]["settings"] == {"y": 2}


def test_a_loss_that_nobody_named_gets_its_name() -> None:
    changes = {"sequence.loss.settings.gamma": 0.5}
    changed = lay_over(VALUES, changes, LOSSES)
    assert changed["sequence"]["loss"] == {"name": "focal", "settings": {"gamma": 0.5}}
    assert changed["features"]["loss"] is None
    assert fragment(changed, changes) == {"sequence": {"loss": {"name": "focal", "settings": {"gamma": 0.5}}}}


def test_applying_keeps_comments_and_all_else(tmp_path: Path) -> None:
    path = tmp_path / "project.yaml"
    text = "# mine\nbehaviours: [dig, 'groom']  # two\n\nsequence:\n  name: a  # best\n  settings: {x: 1}\n"
    path.write_text(text, encoding="utf-8")
    apply_settings(path, {"sequence": {"settings": {"x": 2}, "training": {"learning_rate": 0.001}}})
    expected = text.replace("{x: 1}", "{x: 2}") + "  training:\n    learning_rate: 0.001\n"
    assert path.read_text(encoding="utf-8") == expected


def test_applying_another_plugin_drops_the_settings_of_the_old_one(tmp_path: Path) -> None:
    path = tmp_path / "project.yaml"
    path.write_text("sequence: {name: a, settings: {x: 1}}\n", encoding="utf-8")
    apply_settings(path, {"sequence": {"name": "b", "settings": {"y": 2}}})
    assert path.read_text(encoding="utf-8") == "sequence: {name: b, settings: {y: 2}}\n"


def test_paths_are_as_short_as_they_can_be_told_apart() -> None:
    paths = ["sequence.training.learning_rate", "features.training.learning_rate", "sequence.length"]
    assert list(short_paths(paths).values()) == [
        "sequence.training.learning_rate",
        "features.training.learning_rate",
        "length",
    ]
