"""The reader `one-animal`: crops are exactly what the source shows, and what is wrong is refused."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest
from deg_core.api import NoSettings, TimedVideoReader, VideoError
from deg_core.testing import VideoReaderContract
from made_animals import RATE, tracks_from, write_video

from deg_animals.animal_file import AnimalFile, load_animal_file, save_animal_file
from deg_animals.animal_video import AnimalVideo
from deg_animals.errors import TracksError
from deg_animals.making import Recipe, make_animals
from deg_animals.plugin import one_animal
from deg_animals.tracks import Tracks

CANVAS = (120, 160)


def path_of(n_frames: int, size: tuple[int, int]) -> np.ndarray:
    """Whole-pixel corners of a window that wanders over the canvas; (T, 2), x and y."""
    rng = np.random.default_rng(1)
    return np.stack([rng.integers(0, CANVAS[axis] - size[axis] + 1, n_frames) for axis in (1, 0)], axis=1)


def moving(frames: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """A video that shows each frame elsewhere before noise, and where its middle is."""
    size = frames.shape[1:3]
    corners = path_of(len(frames), size)
    canvas = np.random.default_rng(2).integers(0, 256, (len(frames), *CANVAS, 3), dtype=np.uint8)
    for picture, frame, (x, y) in zip(canvas, frames, corners, strict=True):
        picture[y : y + size[0], x : x + size[1]] = frame
    return canvas, corners + (np.array(size[::-1]) - 1) / 2


def one_of(video: Path, tracks: Tracks, individual: str, recipe: Recipe) -> Path:
    """The file of one animal."""
    (made,) = make_animals(tracks, video, video.parent, recipe, [individual])
    return made.path


def resized(path: Path, target: Path, size: tuple[int, int]) -> None:
    """The same animal in a crop that is no square, as in the contract's clips."""
    values = load_animal_file(path).model_dump()
    save_animal_file(target, AnimalFile(**{**values, "size": size}))


class TestFollowedAnimal(VideoReaderContract):
    plugin = one_animal
    suffix = ".animal"

    def write_video(self, path: Path, frames: np.ndarray, frames_per_second: float) -> None:
        canvas, middles = moving(frames)
        video = write_video(path.with_name("cage.h5"), canvas, frames_per_second)
        other = np.full_like(middles, 5)
        made = one_of(video, tracks_from(np.stack([other, middles], axis=1)), "b", Recipe(side=10))
        resized(made, path, frames.shape[1:3])


class TestTurnedAnimal(VideoReaderContract):
    """Its picture lies on its side in the source; the heading, down there, is turned to the right."""

    plugin = one_animal
    suffix = ".animal"

    def write_video(self, path: Path, frames: np.ndarray, frames_per_second: float) -> None:
        canvas, middles = moving(np.rot90(frames, -1, axes=(1, 2)))
        video = write_video(path.with_name("cage.h5"), canvas, frames_per_second)
        headings = np.full((len(frames), 1), 90.0)
        made = one_of(video, tracks_from(middles[:, None], headings), "a", Recipe(side=10, rotate="right"))
        resized(made, path, frames.shape[1:3])


@pytest.fixture
def cage(tmp_path: Path) -> tuple[Path, Path]:
    """A video of 40 frames, and the file of an animal that stands at (10, 20)."""
    frames = np.random.default_rng(0).integers(0, 256, (40, 50, 60, 3), dtype=np.uint8)
    video = write_video(tmp_path / "cage.h5", frames)
    tracks = tracks_from(np.tile([[10.0, 20.0], [40.0, 20.0]], (40, 1, 1)))
    return video, one_of(video, tracks, "a", Recipe(side=8))


def edited(path: Path, **changes: object) -> Path:
    save_animal_file(path, load_animal_file(path).model_copy(update=changes))
    return path


def test_times_are_those_of_the_source(cage: tuple[Path, Path]) -> None:
    video = AnimalVideo(cage[1])
    assert isinstance(video, TimedVideoReader)
    np.testing.assert_allclose(video.times_s, np.arange(40) / RATE)


def test_long_spans_are_read_in_pieces_without_a_seam(cage: tuple[Path, Path]) -> None:
    video = AnimalVideo(cage[1])
    one_by_one = np.concatenate([video.read(index, index + 1) for index in range(40)])
    assert np.array_equal(video.read(0, 40), one_by_one)


def test_a_source_that_moved_is_named_with_the_line_to_mend(cage: tuple[Path, Path], tmp_path: Path) -> None:
    video, animal = cage
    elsewhere = tmp_path / "archive"
    elsewhere.mkdir()
    video.rename(elsewhere / video.name)
    with pytest.raises(VideoError, match=r"cage\.h5 is not there") as refused:
        AnimalVideo(animal)
    assert "`video:`" in refused.value.fix
    assert AnimalVideo(edited(animal, video="archive/cage.h5")).n_frames == 40


def test_another_video_in_the_sources_place_is_refused(cage: tuple[Path, Path]) -> None:
    video, animal = cage
    write_video(video, np.zeros((40, 10, 10, 3), np.uint8))
    with pytest.raises(VideoError, match="another than when"):
        AnimalVideo(animal)


def test_tracks_that_changed_are_refused(cage: tuple[Path, Path]) -> None:
    tracks = cage[0].with_name("cage.tracks.csv")
    tracks.write_text(tracks.read_text(encoding="utf-8").replace("10.000", "11.000"), encoding="utf-8")
    with pytest.raises(TracksError, match="have changed since"):
        AnimalVideo(cage[1])


def test_tracks_that_are_gone_are_named(cage: tuple[Path, Path]) -> None:
    cage[0].with_name("cage.tracks.csv").unlink()
    with pytest.raises(TracksError, match="tracks are not there"):
        AnimalVideo(cage[1])


def test_an_individual_that_is_not_in_the_tracks_is_refused(cage: tuple[Path, Path]) -> None:
    with pytest.raises(TracksError, match="no individual named 'z'") as refused:
        AnimalVideo(edited(cage[1], individual="z"))
    assert "a, b" in refused.value.fix


def test_tracks_of_other_than_the_videos_frames_are_refused(cage: tuple[Path, Path]) -> None:
    video, animal = cage
    short = tracks_from(np.ones((30, 2, 2)))
    one_of(video, short, "a", Recipe(side=8))
    with pytest.raises(TracksError, match="tracks of 30 frames, but the video has 40"):
        AnimalVideo(animal)


def test_an_animal_of_an_animal_is_refused(cage: tuple[Path, Path]) -> None:
    with pytest.raises(VideoError, match="no video but an animal"):
        AnimalVideo(edited(cage[1], video=cage[1].name))


@pytest.mark.parametrize("line", ["size: [0, 8]", "rotate: left", "colour: red"])
def test_a_setting_that_cannot_be_is_named(cage: tuple[Path, Path], line: str) -> None:
    kept = [each for each in cage[1].read_text(encoding="utf-8").splitlines() if not each.startswith(line[:4])]
    cage[1].write_text("\n".join([*kept, line]), encoding="utf-8")
    with pytest.raises(VideoError, match=line.partition(":")[0]):
        one_animal.open(cage[1], NoSettings())


def test_the_file_says_everything_that_changes_a_pixel() -> None:
    assert set(AnimalFile.model_fields) >= {field.name for field in dataclasses.fields(Recipe)} - {"side", "pair_side"}
