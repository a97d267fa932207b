from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deg_core.errors import ManifestError
from deg_core.project.manifest import Manifest, Training
from deg_core.project.manifest_file import dump_yaml, load_manifest, load_preset, merge_values, preset_names


def load(folder: Path, text: str) -> object:
    path = folder / "project.yaml"
    path.write_text(text, encoding="utf-8")
    return load_manifest(path)


def refusal(folder: Path, text: str) -> ManifestError:
    with pytest.raises(ManifestError) as caught:
        load(folder, text)
    return caught.value


def test_a_typo_is_named_with_its_line_and_the_nearest_name(tmp_path: Path) -> None:
    error = refusal(tmp_path, "behaviours: [walk]\nimage:\n  size: [64, 64]\n  crp: null\n")
    assert error.problem == "unknown setting 'crp'"
    assert error.where == f"{tmp_path / 'project.yaml'}, line 4, image.crp"
    assert error.fix.startswith("did you mean 'crop'?")
    assert "it takes: size, crop, resize, padding" in error.fix


def test_a_typo_on_the_top_level_is_named_too(tmp_path: Path) -> None:
    error = refusal(tmp_path, "deg: 1\nbehaviors: [walk]\n")
    assert error.problem == "unknown setting 'behaviors'"
    assert "line 2" in error.where
    assert "did you mean 'behaviours'?" in error.fix


def test_what_has_moved_says_how_it_is_written_now(tmp_path: Path) -> None:
    error = refusal(tmp_path, "behaviours: [walk]\nbouts: {min_frames: 3}\n")
    assert error.problem == "unknown setting 'bouts'"
    assert "line 2" in error.where
    assert "postprocess: {name: min-bout, settings: {frames: N}}" in error.fix
    load(tmp_path, "behaviours: [walk]\npostprocess: {name: min-bout, settings: {frames: 3}}\n")


def test_a_typo_deep_down_is_named_too(tmp_path: Path) -> None:
    error = refusal(tmp_path, "behaviours: [walk]\nflow:\n  training:\n    max_epoch: 3\n")
    assert "line 4, flow.training.max_epoch" in error.where
    assert "did you mean 'max_epochs'?" in error.fix


def test_an_impossible_value_is_named_with_its_line(tmp_path: Path) -> None:
    error = refusal(tmp_path, "behaviours: [walk]\nseed: -4\n")
    assert "seed" in error.problem
    assert "line 2, seed" in error.where
    assert "greater than or equal to 0" in error.problem


def test_an_impossible_value_in_a_list_is_named_with_its_line(tmp_path: Path) -> None:
    error = refusal(tmp_path, "behaviours: [walk]\nimage:\n  size:\n  - 64\n  - 8\n")
    assert "line 5, image.size.1" in error.where


def test_what_is_missing_is_named(tmp_path: Path) -> None:
    error = refusal(tmp_path, "deg: 1\n")
    assert error.problem == "behaviours is missing"
    assert "add `behaviours:`" in error.fix


def test_what_a_whole_section_contradicts_is_told(tmp_path: Path) -> None:
    error = refusal(tmp_path, "behaviours: [walk]\nsplit: {by: group}\n")
    assert "`by: group` and `group: NAME` go together" in error.problem
    assert "line 2, split" in error.where


@pytest.mark.parametrize("text", ["a: [1, 2", "a: 1\na: 2\n", "\ta: 1", "a: &b [*c]"])
def test_what_is_not_yaml_is_named_with_its_line(tmp_path: Path, text: str) -> None:
    error = refusal(tmp_path, text)
    assert error.problem.startswith("not valid YAML")
    assert "line" in error.where


@pytest.mark.parametrize("text", ["", "# nothing\n", "- walk\n", "walk\n"])
def test_a_file_without_settings_is_refused(tmp_path: Path, text: str) -> None:
    assert refusal(tmp_path, text).problem == "no settings in it"


def test_a_file_that_is_not_text_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "project.yaml"
    path.write_bytes(b"behaviours: [\xff\xfe]")
    with pytest.raises(ManifestError, match="UTF-8"):
        load_manifest(path)


def test_a_missing_file_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(ManifestError, match="no project file here") as caught:
        load_manifest(tmp_path / "project.yaml")
    assert "deg new" in caught.value.fix


@given(st.text(max_size=60))
def test_whatever_is_in_it_a_file_is_loaded_or_refused_as_a_person_can_read(
    tmp_path_factory: pytest.TempPathFactory, text: str
) -> None:
    path = tmp_path_factory.getbasetemp() / "any.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ManifestError):
        load_manifest(path)


leaves = st.one_of(st.none(), st.booleans(), st.integers(-3, 3), st.floats(-1, 1), st.sampled_from(["walk", "small"]))
names = st.sampled_from(["name", "settings", "training", "size", "by", "x"])
values = st.recursive(
    leaves, lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(names, inner)), max_leaves=6
)


@given(st.dictionaries(st.sampled_from(list(Manifest.model_fields)), values, max_size=4))
def test_settings_of_any_shape_are_loaded_or_refused_as_a_person_can_read(
    tmp_path_factory: pytest.TempPathFactory, settings: dict[str, object]
) -> None:
    path = tmp_path_factory.getbasetemp() / "any.yaml"
    path.write_text(dump_yaml({"behaviours": ["walk"], **settings}), encoding="utf-8")
    with suppress(ManifestError):  # any other error is a bug
        load_manifest(path)


@pytest.mark.parametrize("name", preset_names())
def test_every_preset_can_be_built_on(tmp_path: Path, name: str) -> None:
    manifest = load(tmp_path, f"behaviours: [walk]\npreset: {name}\n")
    assert manifest.preset == name  # type: ignore[attr-defined]


@pytest.mark.parametrize("name", ["deg_f", "deg_m", "deg_s"])
def test_published_pipelines_pull_their_weights_as_published(tmp_path: Path, name: str) -> None:
    manifest: Any = load(tmp_path, f"behaviours: [walk]\npreset: {name}\n")
    for stage in (manifest.flow, manifest.features):
        pull = stage.training.regularization
        assert (pull.style, pull.alpha, pull.beta) == ("l2-sp", 1e-5, 1e-3)
    pull = manifest.sequence.training.regularization
    assert (pull.style, pull.alpha) == ("l2", 0.01)


def test_a_preset_gives_way_to_what_the_file_says(tmp_path: Path) -> None:
    manifest = load(tmp_path, "behaviours: [walk]\npreset: small\nfeatures: {training: {max_epochs: 1}}\n")
    assert manifest.features.training.max_epochs == 1  # type: ignore[attr-defined]
    assert manifest.features.training.batch_size == 48  # type: ignore[attr-defined]
    assert manifest.image.size == (64, 64)  # type: ignore[attr-defined]


def test_settings_of_a_preset_do_not_go_to_another_plugin(tmp_path: Path) -> None:
    manifest = load(tmp_path, "behaviours: [walk]\npreset: small\nfeatures: {name: pixel-pca}\n")
    assert manifest.features.settings == {}  # type: ignore[attr-defined]
    training = load_preset("small", where="")["features"]["training"]
    assert manifest.features.training.max_epochs == training["max_epochs"] != Training().max_epochs  # type: ignore[attr-defined]


def test_an_unknown_preset_is_refused_with_those_there_are(tmp_path: Path) -> None:
    error = refusal(tmp_path, "behaviours: [walk]\npreset: smal\n")
    assert error.problem == "no preset named 'smal'"
    assert ", ".join(preset_names()) in error.fix


def test_merging_leaves_both_sides_alone() -> None:
    below, above = {"a": {"x": 1, "y": 2}, "b": 1}, {"a": {"y": 3}}
    assert merge_values(below, above) == {"a": {"x": 1, "y": 3}, "b": 1}
    assert (below, above) == ({"a": {"x": 1, "y": 2}, "b": 1}, {"a": {"y": 3}})


def test_yaml_comes_back_as_it_went(tmp_path: Path) -> None:
    values = {**load_preset("small", where=""), "behaviours": ["on: off", "no", "1"]}
    manifest = load(tmp_path, dump_yaml(values))
    assert manifest.behaviours == ("on: off", "no", "1")  # type: ignore[attr-defined]


def test_a_start_is_written_as_from(tmp_path: Path) -> None:
    path = tmp_path / "project.yaml"
    path.write_text("behaviours: [walk]\nflow: {from: ../old}\n")
    assert load_manifest(path).flow.starts_from == "../old"
    assert load_manifest(path).features.starts_from is None
    path.write_text("behaviours: [walk]\nflow: {form: ../old}\n")
    with pytest.raises(ManifestError, match="unknown setting 'form'") as caught:
        load_manifest(path)
    assert caught.value.fix.startswith("did you mean 'from'? it takes: name, settings, from,")
    path.write_text("behaviours: [walk]\nflow: {starts_from: ../old}\n")
    with pytest.raises(ManifestError, match="unknown setting 'starts_from'"):
        load_manifest(path)
