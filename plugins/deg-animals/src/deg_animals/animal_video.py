"""One animal of a video of several, as a video of its own.

Axes: T frames, H, W of the crop; 3 colours.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from deg_core import open_video
from deg_core.api import TimedVideoReader, VideoError, VideoReader
from numpy.typing import NDArray

from deg_animals.animal_file import SUFFIX, AnimalFile, bytes_of, load_animal_file, sha256_of
from deg_animals.crop import TARGETS, cut, cut_turned
from deg_animals.errors import TracksError
from deg_animals.following import Course, follow
from deg_animals.tracks import read_tracks

_PIECE = 16
"""Frames of the source that are held at a time: they are much larger than their crops."""
_AGAIN = "is it the right file? then make the recordings again: deg animals crop TRACKS VIDEO"


class AnimalVideo:
    """What a file of an animal says, open.

    Args:
        path: The file.

    Attributes:
        n_frames: Frames in the source.
        frames_per_second: Rate of the source, Hz.
        times_s: Only where the source knows when each frame was taken: seconds since the first; shape (T,), float64.

    Raises:
        VideoError: The file, its tracks or its source are missing, damaged or others than when it was made.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file = load_animal_file(path)
        self._course = _course(path, self._file)
        self._source = _open_source(path, self._file)
        self.n_frames = self._source.n_frames
        self.frames_per_second = self._source.frames_per_second
        if isinstance(self._source, TimedVideoReader):
            self.times_s = self._source.times_s
        n_tracked = len(self._course.centres_T2)
        if n_tracked != self.n_frames:
            self.close()
            raise TracksError(
                f"tracks of {n_tracked} frames, but the video has {self.n_frames}", where=str(path), fix=_AGAIN
            )

    def close(self) -> None:
        """Let go of the source. May be called twice."""
        self._source.close()

    def read(self, start: int, stop: int) -> NDArray[np.uint8]:
        """Read frames `start` up to, not including, `stop`; see `VideoReader.read`."""
        if not 0 <= start < stop <= self.n_frames:
            raise VideoError(
                f"the span from frame {start} to {stop} is empty or reaches outside the video",
                where=str(self._path),
                fix=f"the video has frames 0 to {self.n_frames}, the last not included",
            )
        crops = np.empty((stop - start, *self._file.size, 3), dtype=np.uint8)
        for first in range(start, stop, _PIECE):
            frames = self._source.read(first, min(first + _PIECE, stop))
            for index, frame in enumerate(frames, first):
                crops[index - start] = self._crop(frame, index)
        return crops

    def _crop(self, frame_HW3: NDArray[np.uint8], index: int) -> NDArray[np.uint8]:
        centre, headings_T = self._course.centres_T2[index], self._course.headings_T
        if headings_T is None:
            return cut(frame_HW3, centre, self._file.size)
        return cut_turned(frame_HW3, centre, float(headings_T[index]), self._file.size, TARGETS[self._file.rotate])


def _course(path: Path, file: AnimalFile) -> Course:
    tracks_path = path.parent / file.tracks
    tracks = read_tracks(tracks_path)
    if sha256_of(tracks_path) != file.tracks_sha256:
        raise TracksError(
            f"the tracks {tracks_path.name} have changed since this recording was made of them",
            where=str(path),
            fix="make it again, so that predictions are: deg animals crop TRACKS VIDEO",
        )
    return follow(
        tracks,
        file.individual,
        file.partner,
        rotate=file.rotate,
        smooth_frames=file.smooth_frames,
        least_speed=file.least_speed,
        where=f"{path}, {tracks_path.name}",
    )


def _open_source(path: Path, file: AnimalFile) -> VideoReader:
    video = path.parent / file.video
    if video.suffix.lower() == SUFFIX:
        raise VideoError("its source is no video but an animal of one", where=str(path), fix=_AGAIN)
    if not video.exists():
        raise VideoError(
            f"the source video {video} is not there",
            where=str(path),
            fix="bring it back, or mend the line `video:` in this file",
        )
    if bytes_of(video) != file.video_bytes:
        raise VideoError(
            f"the source video {video} is another than when this recording was made: {bytes_of(video)} bytes, "
            f"not {file.video_bytes}",
            where=str(path),
            fix=_AGAIN,
        )
    return open_video(video, file.reader, file.reader_settings)
