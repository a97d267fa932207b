"""What every pose format must do, as a test class for its author to inherit from.

Axes: T frames, M individuals, B keypoints.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from deg_core.data.pose import Pose
from deg_core.data.timeline import Timeline
from deg_core.descriptors import PluginSettings, PoseFormatPlugin
from deg_core.errors import PoseError

N_FRAMES = 23
_RATE = 30.0
_KEYPOINTS = ("snout", "left ear", "Ear_R", "tail base")
_ANIMALS = ("white mouse", "black")


def tracked_pose(n_animals: int = 2, n_frames: int = N_FRAMES) -> Pose:
    """A pose in which every position is another, one keypoint in seven is missing, and so is a frame.

    Returns:
        Positions within 640 x 480 pixels, confidence 0.05 to 1.
    """
    rng = np.random.default_rng(0)
    shape = (n_frames, n_animals, len(_KEYPOINTS))
    positions_TMB2 = (rng.random((*shape, 2)) * (639, 479)).astype(np.float32)
    positions_TMB2[rng.random(shape) < 1 / 7] = np.nan
    positions_TMB2[5] = np.nan
    positions_TMB2[[0, -1]] = 100 + np.arange(2 * n_animals * len(_KEYPOINTS) * 2).reshape(2, *shape[1:], 2)
    confidence_TMB = rng.uniform(0.05, 1, shape).astype(np.float32)
    confidence_TMB[np.isnan(positions_TMB2[..., 0])] = np.nan
    return Pose(_KEYPOINTS, _ANIMALS[:n_animals], positions_TMB2, confidence_TMB)


class PoseFormatContract:
    """Inherit, name your plugin, and say how to write a file that it reads.

    Attributes:
        plugin: The plugin.
        max_animals: Animals a file can hold; 1 or 2.
        names_animals: Whether a file holds their names.
        has_confidence: Whether a file holds confidence.
        tolerance: Greatest error of a coordinate, pixels, and of a confidence times 100.
    """

    plugin: PoseFormatPlugin[Any]
    max_animals: int = 2
    names_animals: bool = True
    has_confidence: bool = True
    tolerance: float = 0.01

    def write_pose(self, path: Path, pose: Pose) -> None:
        """Write a file that means this pose, as the program does whose format it is.

        Args:
            path: Where; nothing is there yet.
            pose: What it is to mean; what the format cannot hold is left out.
        """
        raise NotImplementedError

    def settings(self) -> PluginSettings:
        """Settings to read with; its defaults unless overridden."""
        made: PluginSettings = self.plugin.settings()
        return made

    def _path(self, folder: Path) -> Path:
        return folder / f"clip{self.plugin.suffixes[0]}"

    def _read(self, path: Path, n_frames: int = N_FRAMES) -> Pose:
        return self.plugin.read(path, self.settings(), Timeline.regular("clip", n_frames, _RATE))

    def _written(self, folder: Path, pose: Pose) -> Path:
        path = self._path(folder)
        self.write_pose(path, pose)
        return path

    def test_says_what_it_reads(self) -> None:
        """Suffixes are in lower case, with a dot."""
        assert self.plugin.suffixes
        assert all(suffix.startswith(".") and suffix == suffix.lower() for suffix in self.plugin.suffixes)

    @pytest.mark.parametrize("n_animals", [1, 2])
    def test_gives_what_was_written(self, tmp_path: Path, n_animals: int) -> None:
        """Every keypoint of every animal, under its name, in its frame, x before y."""
        if n_animals > self.max_animals:
            pytest.skip("it holds one animal")
        written = tracked_pose(n_animals)
        read = self._read(self._written(tmp_path, written))
        assert set(read.keypoints) == set(written.keypoints)
        assert len(read.individuals) == n_animals
        if self.names_animals and n_animals > 1:
            assert set(read.individuals) == set(written.individuals)
            read = read.choose_individuals(written.individuals, where="")
        read = read.select(written.keypoints, n_animals)
        np.testing.assert_allclose(read.positions_TMB2, written.positions_TMB2, atol=self.tolerance, equal_nan=True)

    def test_gives_confidence_or_says_that_there_is_none(self, tmp_path: Path) -> None:
        """0..1 as written; NaN where the format does not say."""
        written = tracked_pose(1)
        read = self._read(self._written(tmp_path, written)).select(written.keypoints, 1)
        seen = ~np.isnan(written.positions_TMB2[..., 0])
        found = read.confidence_TMB[seen]
        if self.has_confidence:
            np.testing.assert_allclose(found, written.confidence_TMB[seen], atol=self.tolerance / 100)
        else:
            assert np.isnan(found).all()

    def test_what_is_missing_is_not_at_a_corner(self, tmp_path: Path) -> None:
        """It is NaN, and not 0, -1 or a position guessed from others."""
        written = tracked_pose(1)
        read = self._read(self._written(tmp_path, written)).select(written.keypoints, 1)
        assert np.isnan(read.positions_TMB2[np.isnan(written.positions_TMB2)]).all()
        assert np.isnan(written.positions_TMB2).any()

    def test_what_is_at_a_corner_is_not_missing(self, tmp_path: Path) -> None:
        """A position of 0, 0 is one."""
        written = tracked_pose(1)
        written.positions_TMB2[3] = 0
        written.confidence_TMB[3] = 0.5
        read = self._read(self._written(tmp_path, written)).select(written.keypoints, 1)
        np.testing.assert_allclose(read.positions_TMB2[3], 0, atol=self.tolerance)

    def test_gives_a_frame_for_each_of_the_recording(self, tmp_path: Path) -> None:
        """As single-precision floats, without a rate of its own making."""
        read = self._read(self._written(tmp_path, tracked_pose(1)))
        assert read.n_frames == N_FRAMES
        assert read.positions_TMB2.dtype == read.confidence_TMB.dtype == np.float32
        assert read.frames_per_second is None
        assert read.picture_size is None

    def test_refuses_pose_of_a_longer_recording(self, tmp_path: Path) -> None:
        """It is not cut in silence."""
        path = self._written(tmp_path, tracked_pose(1))
        with pytest.raises(PoseError):
            self._read(path, N_FRAMES - 1)

    def test_pose_of_a_shorter_recording_is_refused_or_ends_early(self, tmp_path: Path) -> None:
        """It is not stretched, and the end is not made up."""
        written = tracked_pose(1)
        path = self._written(tmp_path, written)
        try:
            read = self._read(path, N_FRAMES + 4).select(written.keypoints, 1)
        except PoseError:
            return
        assert read.n_frames == N_FRAMES + 4
        assert np.isnan(read.positions_TMB2[N_FRAMES:]).all()
        found = read.positions_TMB2[:N_FRAMES]
        np.testing.assert_allclose(found, written.positions_TMB2, atol=self.tolerance, equal_nan=True)

    def test_reads_twice_alike(self, tmp_path: Path) -> None:
        """And leaves the file as it was."""
        path = self._written(tmp_path, tracked_pose(1))
        before = path.read_bytes()
        first, second = self._read(path), self._read(path)
        np.testing.assert_array_equal(first.positions_TMB2, second.positions_TMB2)
        assert path.read_bytes() == before

    def test_keeps_the_animals_that_are_asked_for(self, tmp_path: Path) -> None:
        """Where it has a setting `individuals`, in the order given; one that is not there is refused."""
        if "individuals" not in self.plugin.settings.model_fields or self.max_animals < 2 or not self.names_animals:
            pytest.skip("there is nothing to choose")
        written = tracked_pose(2)
        path = self._written(tmp_path, written)
        timeline = Timeline.regular("clip", N_FRAMES, _RATE)
        one = self.plugin.read(path, self.settings().model_copy(update={"individuals": ("black",)}), timeline)
        assert one.individuals == ("black",)
        expected = written.choose_individuals(("black",), where="").positions_TMB2
        found = one.select(written.keypoints, 1).positions_TMB2
        np.testing.assert_allclose(found, expected, atol=self.tolerance, equal_nan=True)
        with pytest.raises(PoseError):
            self.plugin.read(path, self.settings().model_copy(update={"individuals": ("grey",)}), timeline)

    @pytest.mark.parametrize(
        "content",
        [b"", b"Dear diary,\ntoday the mouse slept.\n", b"\x00\x01\x02\xff" * 99, b"\n\n"],
        ids=["empty", "prose", "binary", "blank"],
    )
    def test_refuses_what_it_does_not_know(self, tmp_path: Path, content: bytes) -> None:
        """Never an empty answer, never another kind of error."""
        path = self._path(tmp_path)
        path.write_bytes(content)
        with pytest.raises(PoseError):
            self._read(path)

    def test_refuses_what_is_not_there(self, tmp_path: Path) -> None:
        """With a message for people."""
        with pytest.raises(PoseError):
            self._read(self._path(tmp_path))
