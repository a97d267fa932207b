from __future__ import annotations

import pickle
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from deg_core.data.frames import FramePreparation
from deg_core.errors import ProjectError, VideoError
from deg_core.progress import SilentProgress
from deg_core.testing.fakes import FakeVideo
from deg_core.training.frames import CachedFrames, CachePlan, Padding, VideoFrames, open_sources, read_clip

SILENCE = SilentProgress()
SIZE = FramePreparation((16, 20))
GREY = np.array([7, 8, 9], dtype=np.uint8)


def make_frames(n_frames: int = 70, seed: int = 0) -> np.ndarray[Any, np.dtype[np.uint8]]:
    return np.random.default_rng(seed).integers(0, 255, (n_frames, 16, 20, 3), dtype=np.uint8)


class Shelf:
    """Videos in memory under paths of real files, so that they have fingerprints; remembers what was opened."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.opened: list[FakeVideo] = []
        self.paths: dict[str, Path] = {}
        for seed, name in enumerate(("a", "a-b")):
            self.put(name, seed)

    def put(self, name: str, seed: int) -> None:
        self.paths[name] = self.folder / f"{name}.npy"
        np.save(self.paths[name], make_frames(seed=seed))

    def open(self, path: Path) -> FakeVideo:
        self.opened.append(FakeVideo(np.load(path)))
        return self.opened[-1]


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(tmp_path)


def cache_in(folder: Path, gigabytes: float = 1.0, preparation: FramePreparation = SIZE) -> CachePlan:
    return CachePlan(folder / "cache", preparation, gigabytes)


def read_all(shelf: Shelf, plan: CachePlan) -> dict[str, Any]:
    with open_sources(shelf.paths, shelf.open, plan, SILENCE) as sources:
        return {name: source.read(0, source.n_frames) for name, source in sources.items()}


def test_frames_are_decoded_once_and_then_come_from_the_cache(shelf: Shelf, tmp_path: Path) -> None:
    first = read_all(shelf, cache_in(tmp_path))
    assert len(shelf.opened) == 2
    assert all(video.closed for video in shelf.opened)
    assert [len(video.spans_read) for video in shelf.opened] == [2, 2]
    again = read_all(shelf, cache_in(tmp_path))
    assert len(shelf.opened) == 2
    for name, path in shelf.paths.items():
        assert np.array_equal(first[name], np.load(path))
        assert np.array_equal(again[name], np.load(path))


def test_another_video_under_the_same_name_is_decoded_anew(shelf: Shelf, tmp_path: Path) -> None:
    read_all(shelf, cache_in(tmp_path))
    shelf.put("a", seed=9)
    assert np.array_equal(read_all(shelf, cache_in(tmp_path))["a"], make_frames(seed=9))
    assert len(list((tmp_path / "cache" / "a").iterdir())) == 1
    assert len(list((tmp_path / "cache" / "a-b").iterdir())) == 1


@pytest.mark.parametrize("preparation", [FramePreparation((17, 18)), FramePreparation((16, 20), (0, 0, 8, 10))])
def test_another_size_or_crop_is_decoded_anew(shelf: Shelf, tmp_path: Path, preparation: FramePreparation) -> None:
    read_all(shelf, cache_in(tmp_path))
    expected = preparation.apply(make_frames())
    assert np.array_equal(read_all(shelf, cache_in(tmp_path, preparation=preparation))["a"], expected)


def test_videos_that_do_not_fit_are_read_directly(shelf: Shelf, tmp_path: Path) -> None:
    n_bytes = 2 * 70 * 16 * 20 * 3
    with open_sources(shelf.paths, shelf.open, cache_in(tmp_path, (n_bytes - 1) / 1e9), SILENCE) as sources:
        assert np.array_equal(sources["a"].read(60, 70), make_frames()[60:])
        assert not any(video.closed for video in shelf.opened)
    assert all(video.closed for video in shelf.opened)
    assert not (tmp_path / "cache").exists()
    read_all(shelf, cache_in(tmp_path, n_bytes / 1e9))
    assert (tmp_path / "cache").exists()


def test_a_full_disk_is_told_and_leaves_no_half_file(
    shelf: Shelf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_room(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(np.lib.format, "write_array_header_1_0", no_room)
    with pytest.raises(ProjectError, match="cannot write: No space left on device"):
        read_all(shelf, cache_in(tmp_path))
    assert not [path for path in (tmp_path / "cache").rglob("*") if path.is_file()]


def test_an_interruption_leaves_no_half_file(shelf: Shelf, tmp_path: Path) -> None:
    class Interrupting:
        @contextmanager
        def task(self, description: str, total: int, done: int = 0) -> Iterator[Any]:
            yield self

        def advance(self, n: int = 1, note: str = "") -> None:
            raise KeyboardInterrupt

    with (
        pytest.raises(KeyboardInterrupt),
        open_sources(shelf.paths, shelf.open, cache_in(tmp_path), Interrupting()),
    ):
        pass
    assert not [path for path in (tmp_path / "cache").rglob("*") if path.is_file()]


def test_progress_is_told_per_recording(shelf: Shelf, tmp_path: Path) -> None:
    told: list[tuple[str, int, int]] = []

    class Watching:
        @contextmanager
        def task(self, description: str, total: int, done: int = 0) -> Iterator[Any]:
            self.count = 0
            yield self
            told.append((description, total, self.count))

        def advance(self, n: int = 1, note: str = "") -> None:
            self.count += n

    with open_sources(shelf.paths, shelf.open, cache_in(tmp_path), Watching()):
        assert told == [("frames of a", 70, 70), ("frames of a-b", 70, 70)]


def test_a_missing_video_is_told(tmp_path: Path) -> None:
    with (
        pytest.raises(VideoError),
        open_sources({"a": tmp_path / "none.mp4"}, lambda _: FakeVideo(make_frames()), cache_in(tmp_path), SILENCE),
    ):
        pass


def test_a_disk_that_goes_away_is_not_taken_for_a_full_one(tmp_path: Path) -> None:
    class Gone(FakeVideo):
        def read(self, start: int, stop: int) -> Any:
            raise OSError(5, "Input/output error")

    shelf = Shelf(tmp_path)
    with (
        pytest.raises(VideoError, match="cannot be read"),
        open_sources(shelf.paths, lambda _: Gone(make_frames()), cache_in(tmp_path), SILENCE),
    ):
        pass


def test_cached_frames_survive_pickling_without_taking_their_pixels_along(shelf: Shelf, tmp_path: Path) -> None:
    with open_sources(shelf.paths, shelf.open, cache_in(tmp_path), SILENCE) as sources:
        source = sources["a"]
        assert isinstance(source, CachedFrames)
        pickled = pickle.dumps(source)
        assert len(pickled) < 1000
        assert np.array_equal(pickle.loads(pickled).read(3, 5), make_frames()[3:5])


def test_cached_frames_may_become_tensors(shelf: Shelf, tmp_path: Path) -> None:
    """Torch warns of memory that may not be written."""
    with open_sources(shelf.paths, shelf.open, cache_in(tmp_path), SILENCE) as sources:
        assert sources["a"].read(3, 5).flags.writeable


@pytest.mark.parametrize("kind", ["edge", "mean"])
def test_clips_are_padded_outside_the_recording(kind: Any) -> None:
    source = VideoFrames(FakeVideo(make_frames(4)), SIZE, "a")
    before = read_clip(source, -2, 3, Padding(kind, GREY))
    after = read_clip(source, 2, 6, Padding(kind, GREY))
    frames = make_frames(4)
    assert np.array_equal(before[2:], frames[:3])
    assert np.array_equal(after[:2], frames[2:])
    for piece, edge in ((before[:2], frames[0]), (after[2:], frames[3])):
        expected = edge if kind == "edge" else np.broadcast_to(GREY, edge.shape)
        assert (piece == expected).all()
