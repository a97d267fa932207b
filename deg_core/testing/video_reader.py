"""What every video reader must do, as a test class for its author to inherit from.

Axes: T frames, H, W.
"""

from __future__ import annotations

import gc
import pickle
import tracemalloc
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from deg_core.descriptors import PluginSettings, VideoReaderPlugin
from deg_core.errors import VideoError
from deg_core.interfaces import TimedVideoReader, VideoReader
from deg_core.testing.random_state import left_alone
from deg_core.testing.worker import answer_elsewhere

N_FRAMES = 24
RATE = 25.0
_HEIGHT, _WIDTH = 48, 64
_BAND = 8
"""Height of a band, so that the blocks of no codec smear two together."""
_BITS = 5
_DARK, _BRIGHT = 25, 230
_RED, _BLUE = (210, 40, 40), (40, 40, 210)


def numbered_frames() -> NDArray[np.uint8]:
    """A clip whose frames each show their number as bright and dark bands, beside a red and a blue field.

    Returns:
        RGB, 0..255; shape (T, H, W, 3). Neighbours differ by 17 in the mean.
    """
    frames = np.full((N_FRAMES, _HEIGHT, _WIDTH, 3), _DARK, dtype=np.uint8)
    frames[:, :, 32:48] = _RED
    frames[:, :, 48:] = _BLUE
    for bit in range(_BITS):
        is_bright = np.arange(N_FRAMES) >> bit & 1 == 1
        frames[is_bright, bit * _BAND : (bit + 1) * _BAND, :32] = _BRIGHT
    return frames


def _mean_difference(a: NDArray[np.uint8], b: NDArray[np.uint8]) -> float:
    return float(np.abs(a.astype(np.int16) - b.astype(np.int16)).mean())


_ROUNDS, _WARM = 9, 3
_KEPT_BYTES = 10_000
"""Far less than a frame of the clip, and more than what Python's own books take."""


def _sums(pickled: bytes) -> list[int]:
    """The sum of each frame, read by a copy of a reader."""
    reader: VideoReader = pickle.loads(pickled)
    return [int(frame.sum()) for frame in reader.read(0, reader.n_frames)]


def _n_open_files() -> int:
    """Of this process; 0 where the system does not say."""
    folder = Path("/proc/self/fd")
    return len(list(folder.iterdir())) if folder.is_dir() else 0


class VideoReaderContract:
    """Inherit, name your plugin, and say how to write a file that it opens.

    Attributes:
        plugin: The plugin.
        tolerance: Greatest mean difference between a frame written and read, 0..8 of 255; 0 for what loses nothing.
        suffix: Suffix of the file that is written; empty for a folder.
    """

    plugin: VideoReaderPlugin[Any]
    tolerance: float = 0.0
    suffix: str = ""

    def write_video(self, path: Path, frames: NDArray[np.uint8], frames_per_second: float) -> None:
        """Write a file, or a folder, that the plugin opens.

        Args:
            path: Where; nothing is there yet.
            frames: RGB, 0..255; shape (T, H, W, 3).
            frames_per_second: Rate, Hz. What the file cannot hold belongs in `settings`.
        """
        raise NotImplementedError

    def settings(self) -> PluginSettings:
        """Settings to open it with; its defaults unless overridden."""
        made: PluginSettings = self.plugin.settings()
        return made

    def _open(self, path: Path) -> VideoReader:
        return self.plugin.open(path, self.settings())

    @pytest.fixture
    def video_path(self, tmp_path: Path) -> Path:
        """A written clip."""
        path = tmp_path / f"clip{self.suffix}"
        self.write_video(path, numbered_frames(), RATE)
        return path

    @pytest.fixture
    def reader(self, video_path: Path) -> VideoReader:
        """The clip, open."""
        return self._open(video_path)

    def test_knows_its_length_and_rate(self, reader: VideoReader) -> None:
        """The count is exact, the rate within 0.05 %."""
        assert reader.n_frames == N_FRAMES
        assert reader.frames_per_second == pytest.approx(RATE, rel=5e-4)

    def test_times_rise_from_zero_where_it_knows_them(self, reader: VideoReader) -> None:
        """`times_s` is optional, and right where it is there."""
        if not isinstance(reader, TimedVideoReader):
            pytest.skip("it does not know the time of each frame")
        np.testing.assert_allclose(reader.times_s, np.arange(N_FRAMES) / RATE, atol=1.5e-3)

    def test_gives_8_bit_rgb_as_many_as_asked_for(self, reader: VideoReader) -> None:
        """Never fewer frames than asked for, also at the end."""
        for start, stop in [(0, 1), (0, N_FRAMES), (N_FRAMES - 5, N_FRAMES), (N_FRAMES - 1, N_FRAMES)]:
            frames = reader.read(start, stop)
            assert frames.dtype == np.uint8
            assert frames.shape == (stop - start, _HEIGHT, _WIDTH, 3)

    def test_gives_what_was_written(self, reader: VideoReader) -> None:
        """Within `tolerance`, every frame."""
        for read, written in zip(reader.read(0, N_FRAMES), numbered_frames(), strict=True):
            assert _mean_difference(read, written) <= self.tolerance

    def test_gives_each_frame_under_its_own_number(self, reader: VideoReader) -> None:
        """No frame is more like another than like itself."""
        written = numbered_frames()
        for index, read in enumerate(reader.read(0, N_FRAMES)):
            assert int(np.argmin([_mean_difference(read, each) for each in written])) == index

    def test_gives_red_before_blue(self, reader: VideoReader) -> None:
        """RGB, not the BGR of some libraries."""
        frame = reader.read(0, 1)[0].astype(np.float64)
        red, blue = frame[:, 34:46].mean(axis=(0, 1)), frame[:, 50:62].mean(axis=(0, 1))
        assert red[0] > red[2] + 50
        assert blue[2] > blue[0] + 50

    def test_a_part_is_the_same_as_in_the_whole(self, reader: VideoReader) -> None:
        """In any order and of any length."""
        whole = reader.read(0, N_FRAMES)
        rng = np.random.default_rng(0)
        for start in rng.permutation(N_FRAMES).tolist():
            stop = int(rng.integers(start + 1, N_FRAMES + 1))
            assert np.array_equal(reader.read(start, stop), whole[start:stop])

    def test_reads_backwards_as_forwards(self, video_path: Path) -> None:
        """Also when nothing was read before."""
        backwards = self._open(video_path)
        frames = [backwards.read(index, index + 1)[0] for index in reversed(range(N_FRAMES))]
        assert np.array_equal(frames[::-1], self._open(video_path).read(0, N_FRAMES))

    @pytest.mark.parametrize("span", [(-1, 1), (0, N_FRAMES + 1), (5, 5), (6, 5), (N_FRAMES, N_FRAMES + 1)])
    def test_refuses_frames_it_does_not_have(self, reader: VideoReader, span: tuple[int, int]) -> None:
        """Empty spans as well."""
        with pytest.raises(VideoError):
            reader.read(*span)

    def test_goes_on_after_a_refusal(self, reader: VideoReader) -> None:
        """A wrong question spoils nothing."""
        before = reader.read(3, 6)
        with pytest.raises(VideoError):
            reader.read(0, N_FRAMES + 1)
        assert np.array_equal(reader.read(3, 6), before)

    def test_survives_pickling_while_open(self, reader: VideoReader) -> None:
        """Data-loading processes get it so; the original goes on as well."""
        whole = reader.read(0, N_FRAMES)
        reader.read(4, 9)
        copy: VideoReader = pickle.loads(pickle.dumps(reader))
        assert (copy.n_frames, copy.frames_per_second) == (reader.n_frames, reader.frames_per_second)
        assert np.array_equal(copy.read(9, 12), whole[9:12])
        assert np.array_equal(reader.read(9, 12), whole[9:12])

    def test_reads_in_a_worker_process(self, reader: VideoReader) -> None:
        """Where training reads; a reader that dies there takes the training with it."""
        sums = answer_elsewhere(_sums, pickle.dumps(reader))
        assert sums == _sums(pickle.dumps(reader))

    def test_leaves_nothing_behind_when_closed(self, video_path: Path) -> None:
        """A thousand videos are opened in one run: each may keep neither memory nor an open file."""
        kept = []
        tracemalloc.start()
        try:
            for _ in range(_ROUNDS):
                self._read_and_close(video_path)
                gc.collect()
                kept.append((tracemalloc.get_traced_memory()[0], _n_open_files()))
        finally:
            tracemalloc.stop()
        # The first rounds fill caches; from then on nothing may grow with every video.
        memory = [later[0] - earlier[0] for earlier, later in pairwise(kept[_WARM:])]
        assert min(memory) < _KEPT_BYTES, f"every video leaves {min(memory)} bytes behind"
        assert kept[-1][1] <= kept[_WARM][1], "files stay open"

    def _read_and_close(self, path: Path) -> None:
        reader = self._open(path)
        reader.read(0, N_FRAMES)
        reader.close()

    def test_leaves_global_random_state_alone(self, video_path: Path) -> None:
        """Opening and reading draw nothing and seed nothing."""
        with left_alone():
            self._open(video_path).read(0, 3)

    def test_may_be_closed_twice(self, reader: VideoReader) -> None:
        """Whether or not it was read."""
        reader.close()
        reader.close()

    def test_gives_frames_of_their_own(self, reader: VideoReader) -> None:
        """What is done to frames shows in no later read."""
        frames = reader.read(2, 5)
        kept = frames.copy()
        frames[:] = 0
        assert np.array_equal(reader.read(2, 5), kept)

    def test_refuses_what_is_not_there(self, tmp_path: Path) -> None:
        """With a message for people."""
        with pytest.raises(VideoError):
            self._open(tmp_path / f"nowhere{self.suffix}")

    @pytest.mark.parametrize("content", [b"", b"this is no video\n" * 40])
    def test_refuses_what_is_no_video(self, tmp_path: Path, content: bytes) -> None:
        """An empty file, or text; for readers of folders a folder that holds it."""
        path = tmp_path / f"other{self.suffix}"
        if not self.suffix:
            path.mkdir()
            path /= "notes.txt"
        path.write_bytes(content)
        with pytest.raises(VideoError):
            self._open(path if self.suffix else path.parent)
