from __future__ import annotations

import pickle
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from deg_core.data.frames import FramePreparation
from deg_core.errors import ProjectError, VideoError
from deg_core.progress import SilentProgress
from deg_core.testing.fakes import FakeVideo
from deg_core.training import frame_store
from deg_core.training.frame_store import CachePlan, KeptFrames, open_sources
from deg_core.training.frames import VideoFrames

SILENCE = SilentProgress()
SIZE = FramePreparation((16, 20))


RAW_BYTES = 70 * 16 * 20 * 3


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


def read_all(shelf: Shelf, plan: CachePlan, tell: Any = print) -> dict[str, Any]:
    with open_sources(shelf.paths, shelf.open, plan, SILENCE, tell) as sources:
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


def kept_in(folder: Path) -> list[str]:
    return sorted(f"{path.parent.name}{path.suffix}" for path in (folder / "cache").rglob("*-*x*"))


def test_frames_that_do_not_fit_are_packed_and_that_is_told(shelf: Shelf, tmp_path: Path) -> None:
    for name in shelf.paths:
        np.save(shelf.paths[name], make_frames() // 64)  # which packs well
    told: list[str] = []
    plan = cache_in(tmp_path, (2 * RAW_BYTES - 1) / 1e9)
    first = read_all(shelf, plan, told.append)
    assert kept_in(tmp_path) == ["a-b.h5", "a.h5"]
    assert len(told) == 1
    assert "they are packed" in told[0]
    again = read_all(shelf, plan, told.append)
    assert len(shelf.opened) == 2
    for name, path in shelf.paths.items():
        assert np.array_equal(first[name], np.load(path))
        assert np.array_equal(again[name], np.load(path))
    assert len(told) == 1


def test_what_does_not_fit_even_packed_is_read_directly_and_that_is_told(shelf: Shelf, tmp_path: Path) -> None:
    told: list[str] = []  # noise, which does not pack
    with open_sources(
        shelf.paths, shelf.open, cache_in(tmp_path, 1.5 * RAW_BYTES / 1e9), SILENCE, told.append
    ) as found:
        assert isinstance(found["a"], KeptFrames)
        assert isinstance(found["a-b"], VideoFrames)
        assert np.array_equal(found["a-b"].read(60, 70), make_frames(seed=1)[60:])
        assert not any(video.closed for video in shelf.opened)
    assert all(video.closed for video in shelf.opened)
    assert kept_in(tmp_path) == ["a.h5"]
    assert len(told) == 2
    assert told[1].startswith("frames of a-b do not fit even so")


def test_without_room_nothing_is_kept_and_with_none_wanted_nothing_told(shelf: Shelf, tmp_path: Path) -> None:
    told: list[str] = []
    read_all(shelf, cache_in(tmp_path, 0.0), told.append)
    assert told == []
    assert kept_in(tmp_path) == []


def test_the_bound_is_on_all_frames_and_those_nobody_wants_go_first(shelf: Shelf, tmp_path: Path) -> None:
    plan = cache_in(tmp_path, 2.5 * RAW_BYTES / 1e9)
    read_all(shelf, plan)
    del shelf.paths["a"]
    shelf.put("c", seed=2)
    told: list[str] = []
    read_all(shelf, plan, told.append)
    assert kept_in(tmp_path) == ["a-b.npy", "c.npy"]
    assert told == []


def test_a_disk_that_is_nearly_full_is_told_and_left_alone(
    shelf: Shelf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    free = frame_store._LEFT_FREE + RAW_BYTES
    monkeypatch.setattr("shutil.disk_usage", lambda _: SimpleNamespace(free=free))
    told: list[str] = []
    read_all(shelf, cache_in(tmp_path), told.append)
    assert kept_in(tmp_path) == []
    assert "room for 6.72e-05" in told[0]
    assert "do not fit even so" in told[1]


@pytest.mark.parametrize("packed", [False, True])
def test_a_damaged_file_is_made_anew(shelf: Shelf, tmp_path: Path, packed: bool) -> None:
    np.save(shelf.paths["a"], make_frames() // 64)
    del shelf.paths["a-b"]
    plan = cache_in(tmp_path, (RAW_BYTES - packed) / 1e9)
    read_all(shelf, plan)
    (path,) = (tmp_path / "cache").rglob("*-*x*")
    path.write_bytes(path.read_bytes()[:3000])
    assert np.array_equal(read_all(shelf, cache_in(tmp_path, 1.0))["a"], make_frames() // 64)


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


@pytest.mark.parametrize("gigabytes", [1.0, 1.5 * RAW_BYTES / 1e9])
def test_kept_frames_survive_pickling_without_taking_their_pixels_along(
    shelf: Shelf, tmp_path: Path, gigabytes: float
) -> None:
    with open_sources(shelf.paths, shelf.open, cache_in(tmp_path, gigabytes), SILENCE) as sources:
        source = sources["a"]
        assert isinstance(source, KeptFrames)
        pickled = pickle.dumps(source)
        assert len(pickled) < 1000
        assert np.array_equal(pickle.loads(pickled).read(3, 5), make_frames()[3:5])


def test_kept_frames_may_become_tensors(shelf: Shelf, tmp_path: Path) -> None:
    """Torch warns of memory that may not be written."""
    with open_sources(shelf.paths, shelf.open, cache_in(tmp_path), SILENCE) as sources:
        assert sources["a"].read(3, 5).flags.writeable
