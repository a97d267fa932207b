from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from pydantic import Field

from deg_core.descriptors import NoSettings, PluginSettings, SequenceModelPlugin, VideoReaderPlugin
from deg_core.errors import ManifestError, PluginFailedError, PluginNotFoundError, VideoError
from deg_core.project.manifest import Manifest, Slot
from deg_core.project.resolve import check_settings, choose, choose_reader, open_video, resolve, timeline_of
from deg_core.testing.fakes import FAKES, FakeVideo, fake_extractor, only_plugins
from deg_core.testing.projects import tiny_project


class RateSettings(PluginSettings):
    rate: float = Field(default=1.0, gt=0, description="Hz.")


def reader(name: str, *suffixes: str, video: Any = ..., settings: type[PluginSettings] = NoSettings) -> Any:
    def open_it(path: Path, settings: PluginSettings) -> Any:
        if isinstance(video, Exception):
            raise video
        return FakeVideo(np.zeros((3, 4, 4, 3), np.uint8)) if video is ... else video

    return VideoReaderPlugin(name=name, summary="", settings=settings, suffixes=frozenset(suffixes), open=open_it)


def manifest(**slots: Any) -> Manifest:
    return Manifest(behaviours=("walk",), **slots)


def test_every_slot_is_filled_with_checked_settings(tmp_path: Path) -> None:
    choices = tiny_project(tmp_path, manifest={"features": {"settings": {"window": 5}}}).choices
    assert choices.features.plugin is fake_extractor
    assert choices.features.settings.model_dump() == {"window": 5}
    assert choices.features_loss.plugin.name == "fake-loss"
    assert [metric.name for metric in choices.metrics] == ["fake-agreement"]


def test_a_card_holds_all_settings_and_where_the_plugin_came_from(tmp_path: Path) -> None:
    used = tiny_project(tmp_path).choices.features.used()
    assert used.model_dump() == {
        "name": "fake-extractor",
        "distribution": "given",
        "version": "",
        "settings": {"window": 3},
    }


def test_an_unknown_plugin_is_named_with_the_slot_and_the_nearest_name() -> None:
    with pytest.raises(PluginNotFoundError, match="no sequence model named 'fake-sequenze'") as caught:
        choose(only_plugins(*FAKES), SequenceModelPlugin, Slot(name="fake-sequenze"), where="project.yaml, sequence")
    assert caught.value.where == "project.yaml, sequence.name"
    assert "did you mean 'fake-sequence'?" in caught.value.fix


def test_an_unknown_setting_is_named_with_the_nearest_name() -> None:
    with pytest.raises(ManifestError, match="'fake-extractor': windw: Extra inputs") as caught:
        check_settings(fake_extractor, {"windw": 3}, where="project.yaml, features.settings")
    assert caught.value.where == "project.yaml, features.settings.windw"
    assert caught.value.fix == "did you mean 'window'? it takes: window"


def test_an_impossible_setting_is_refused() -> None:
    with pytest.raises(ManifestError, match="window: Input should be greater than or equal to 1") as caught:
        check_settings(fake_extractor, {"window": 0}, where="here")
    assert caught.value.fix == "it takes: window"


def test_a_plugin_without_settings_says_so() -> None:
    with pytest.raises(ManifestError) as caught:
        check_settings(reader("a"), {"x": 1}, where="here")
    assert caught.value.fix == "it takes: no settings"


@pytest.mark.parametrize(("exclusive", "loss"), [(True, "fake-loss"), (False, "fake-exclusive-loss")])
def test_a_loss_that_does_not_fit_the_project_is_refused(tmp_path: Path, exclusive: bool, loss: str) -> None:
    project = tiny_project(tmp_path, exclusive=exclusive)
    values = project.manifest.model_dump()
    values["sequence"]["loss"] = {"name": loss}
    with pytest.raises(ManifestError, match=f"{loss}.* but the project says exclusive") as caught:
        resolve(Manifest.model_validate(values), project.catalog)
    assert caught.value.where == "project.yaml, sequence.loss.name"


@pytest.mark.parametrize(("exclusive", "loss"), [(True, "cross-entropy"), (False, "focal-bce")])
def test_a_project_without_a_loss_gets_one_that_fits(tmp_path: Path, exclusive: bool, loss: str) -> None:
    project = tiny_project(tmp_path, exclusive=exclusive)
    values = project.manifest.model_dump()
    values["features"]["loss"] = None
    with pytest.raises(PluginNotFoundError, match=f"no loss named '{loss}'"):
        resolve(Manifest.model_validate(values), project.catalog)


def test_a_reader_is_chosen_by_kind_of_file() -> None:
    catalog = only_plugins(reader("pyav", ".mp4"), reader("opencv", ".mp4"), reader("lab", ".seq"))
    chosen = [choose_reader(manifest(), catalog, Path(name)).plugin.name for name in ("a.MP4", "a.seq", "a.unknown")]
    assert chosen == ["pyav", "lab", "pyav"]


def test_a_folder_is_read_as_stills(tmp_path: Path) -> None:
    catalog = only_plugins(reader("pyav", ".mp4"), reader("images"))
    assert choose_reader(manifest(), catalog, tmp_path).plugin.name == "images"


def test_the_manifest_overrides_the_kind_of_file() -> None:
    catalog = only_plugins(reader("pyav", ".mp4"), reader("opencv", ".mp4", settings=RateSettings))
    chosen = choose_reader(manifest(video=Slot(name="opencv", settings={"rate": 2})), catalog, Path("a.mp4"))
    assert chosen.plugin.name == "opencv"
    assert chosen.settings == RateSettings(rate=2)


def test_order_of_installation_never_decides() -> None:
    catalog = only_plugins(reader("lab-a", ".seq"), reader("lab-b", ".seq"))
    with pytest.raises(ManifestError, match=r"several readers open .seq files: lab-a, lab-b"):
        choose_reader(manifest(), catalog, Path("a.seq"))


def test_a_missing_video_is_refused_before_its_reader_is_asked(tmp_path: Path) -> None:
    catalog = only_plugins(reader("pyav", ".mp4", video=RuntimeError("asked")))
    with pytest.raises(VideoError, match="not there") as caught:
        open_video(choose_reader(manifest(), catalog, tmp_path / "a.mp4"), tmp_path / "a.mp4")
    assert caught.value.where == str(tmp_path / "a.mp4")


def test_a_reader_that_breaks_is_named_with_its_distribution(tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    path.touch()
    catalog = only_plugins(reader("pyav", ".mp4", video=IndexError("deep down")))
    with pytest.raises(PluginFailedError, match="'pyav' failed: IndexError") as caught:
        open_video(choose_reader(manifest(), catalog, path), path)
    assert "from given" in caught.value.where
    assert isinstance(caught.value.__cause__, IndexError)


def test_what_is_no_reader_is_refused_and_named(tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    path.touch()
    for given in (None, SimpleNamespace(n_frames=3, read=len)):
        chosen = choose_reader(manifest(), only_plugins(reader("pyav", ".mp4", video=given)), path)
        with pytest.raises(PluginFailedError, match=r"'pyav' from given gave a \w+ without .*frames_per_second"):
            open_video(chosen, path)


def test_what_a_reader_refuses_is_passed_on_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    path.touch()
    refusal = VideoError("no frames", where="a.mp4", fix="record again")
    with pytest.raises(VideoError) as caught:
        open_video(choose_reader(manifest(), only_plugins(reader("pyav", ".mp4", video=refusal)), path), path)
    assert caught.value is refusal


def test_frame_times_come_from_a_reader_that_knows_them() -> None:
    video = FakeVideo(np.zeros((3, 4, 4, 3), np.uint8), 10.0)
    assert timeline_of(video, "a").times_s.tolist() == [0.0, 0.1, 0.2]
    video.times_s = np.array([0.0, 0.3, 0.4])  # type: ignore[attr-defined]
    assert timeline_of(video, "a").times_s.tolist() == [0.0, 0.3, 0.4]
