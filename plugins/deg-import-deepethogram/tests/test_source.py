from __future__ import annotations

from datetime import datetime, timezone
from pathlib import Path

import pytest
import torch
from made_originals import settings_of, write_run, write_yaml

from deg_import_deepethogram.source import open_source

CLASSES = ("background", "dig")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "made_deepethogram"
    write_yaml(root / "project_config.yaml", settings_of(CLASSES, None))
    (root / "DATA").mkdir()
    return root


def add_files(root: Path, record: str, *names: str) -> Path:
    folder = root / "DATA" / record
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    return folder


def test_files_are_known_by_words_in_their_names_where_there_is_no_card(root: Path) -> None:
    folder = add_files(root, "one", "one.mp4", "one_scores.csv", "one_outputs.h5", "stats.yaml")
    (record,) = open_source(root).records
    assert record.video == folder / "one.mp4"
    assert record.labels == folder / "one_scores.csv"
    assert record.outputs == folder / "one_outputs.h5"


def test_stills_come_before_files_and_one_kind_of_file_before_another(root: Path) -> None:
    folder = add_files(root, "one", "one.mp4", "one.avi", "frames/000000.png")
    assert open_source(root).records[0].video == folder / "frames"
    (folder / "frames/000000.png").unlink()
    (folder / "frames").rmdir()
    assert open_source(root).records[0].video == folder / "one.avi"


def test_a_card_decides_even_where_the_file_is_gone(root: Path) -> None:
    folder = add_files(root, "one", "other.mp4")
    write_yaml(folder / "record.yaml", {"rgb": {"all": ["one.mp4"], "default": "one.mp4"}, "label": {"default": []}})
    (record,) = open_source(root).records
    assert record.video == folder / "one.mp4"
    assert record.labels is None


def test_a_video_whose_name_hides_it_is_found_by_its_card(root: Path) -> None:
    folder = add_files(root, "overflow", "overflow.mp4")
    assert open_source(root).records[0].video is None
    write_yaml(folder / "record.yaml", {"rgb": {"default": "overflow.mp4"}})
    assert open_source(root).records[0].video == folder / "overflow.mp4"


def test_runs_are_in_order_of_the_time_in_their_names(root: Path) -> None:
    for name in ("220101_000000_sequence_train", "210101_120000_flow_generator_train"):
        settings = settings_of(CLASSES, None)
        write_run(root / "models", name, settings, {"a": torch.ones(1)})
    runs = open_source(root).runs
    assert [run.stage for run in runs] == ["flow_generator", "sequence"]
    assert runs[0].created == datetime(2021, 1, 1, 12, tzinfo=timezone.utc)


def test_weights_without_a_configuration_are_told(root: Path) -> None:
    folder = root / "models" / "210101_120000_sequence_train"
    folder.mkdir(parents=True)
    torch.save({"state_dict": {"a": torch.ones(1)}}, folder / "checkpoint.pt")
    source = open_source(root)
    assert source.runs == ()
    assert source.skipped == ("run 210101_120000_sequence_train: no config.yaml tells what its weights are",)


def test_runs_of_inference_and_of_training_that_kept_nothing_are_no_runs(root: Path) -> None:
    write_yaml(root / "models" / "210101_120000_sequence_inference" / "config.yaml", settings_of(CLASSES, "sequence"))
    source = open_source(root)
    assert source.runs == ()
    assert source.skipped == ()


def test_either_layout_of_a_split_is_read(root: Path) -> None:
    write_yaml(root / "DATA/split.yaml", {"metadata": {"split": [1, 0, 0]}, "train": ["a"], "val": ["b"], "test": []})
    assert open_source(root).split == {"train": ["a"], "validation": ["b"], "test": []}
    folder = write_run(
        root / "models", "210101_000000_sequence_train", settings_of(CLASSES, None), {"a": torch.ones(1)}
    )
    write_yaml(folder / "split.yaml", {"train": {"a": {"rgb": "x"}}, "val": {"b": {}}, "test": {}})
    assert open_source(root).runs[0].split() == {"train": ["a"], "validation": ["b"], "test": []}
