from __future__ import annotations

from pathlib import Path

import av
import numpy as np
import pytest

from deg_live import recording
from deg_live.capture import Capture
from deg_live.recording import Matroska, Recorder

TIMES_S = [0.0, 0.04, 0.08, 0.5, 0.54, 0.58]


def picture(brightness: int, size: tuple[int, int]) -> np.ndarray:
    return np.full((*size, 3), brightness, dtype=np.uint8)


def shown(path: Path) -> tuple[list[float], list[float], tuple[int, int]]:
    """Times and brightness of the frames in a file, and their size."""
    with av.open(str(path)) as container:
        frames = list(container.decode(video=0))
    pictures = [frame.to_ndarray(format="rgb24") for frame in frames]
    return [float(frame.time or 0) for frame in frames], [each.mean() for each in pictures], pictures[0].shape[:2]


@pytest.mark.parametrize("size", [(48, 64), (47, 63)], ids=["even", "odd"])
def test_frames_are_kept_with_their_true_times(tmp_path: Path, size: tuple[int, int]) -> None:
    recorder = Recorder(tmp_path / "a.mkv", 25.0, 10, print)
    for at, time_s in enumerate(TIMES_S):
        recorder.put(Capture(at, time_s, 0.0, picture(40 * at, size)))
    recorder.close()
    times_s, brightness, kept_size = shown(tmp_path / "a.mkv")
    assert np.allclose(times_s, TIMES_S, atol=1e-3)
    assert np.allclose(brightness, [40 * at for at in range(6)], atol=3)
    assert kept_size == size
    assert (recorder.n_written, recorder.n_lost) == (6, 0)


def test_colours_stay_what_they_are(tmp_path: Path) -> None:
    for name, size in (("even", (48, 64)), ("odd", (47, 63))):
        film = Matroska(tmp_path / f"{name}.mkv", size, 25.0, 0)
        film.write(np.broadcast_to(np.array([200, 60, 20], dtype=np.uint8), (*size, 3)).copy(), 0.0)
        film.close()
        with av.open(str(tmp_path / f"{name}.mkv")) as container:
            frame = next(container.decode(video=0)).to_ndarray(format="rgb24")
        assert np.abs(frame.reshape(-1, 3).mean(axis=0) - [200, 60, 20]).max() < 4, name


def test_what_was_written_before_a_crash_can_be_read(tmp_path: Path) -> None:
    film = Matroska(tmp_path / "a.mkv", (48, 64), 25.0, 18)
    for at in range(100):
        film.write(picture(2 * at, (48, 64)), at / 25)
    torn = tmp_path / "torn.mkv"
    torn.write_bytes((tmp_path / "a.mkv").read_bytes())  # as it lies there, without what closing would add
    film.close()
    assert len(shown(torn)[0]) >= 75


def test_two_frames_of_one_moment_are_both_kept(tmp_path: Path) -> None:
    film = Matroska(tmp_path / "a.mkv", (48, 64), 25.0, 18)
    for at, time_s in enumerate([0.0, 0.04, 0.04, 0.039, 0.08]):
        film.write(picture(at, (48, 64)), time_s)
    film.close()
    assert len(shown(tmp_path / "a.mkv")[0]) == 5


def test_a_recording_that_cannot_be_written_stops_alone_and_says_so(tmp_path: Path) -> None:
    said: list[str] = []
    recorder = Recorder(tmp_path / "no" / "a.mkv", 25.0, 18, said.append)
    for at in range(3):
        recorder.put(Capture(at, at / 25, 0.0, picture(0, (48, 64))))
    recorder.close()
    assert len(said) == 1
    assert said[0].startswith("a.mkv: the recording has stopped after 0 frames")
    assert (recorder.n_written, recorder.n_lost) == (0, 3)


def test_frames_wait_for_a_slow_disk_within_bounds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recording, "MOST_BYTES", -1)
    said: list[str] = []
    recorder = Recorder(tmp_path / "a.mkv", 25.0, 18, said.append)
    for at in range(3):
        recorder.put(Capture(at, at / 25, 0.0, picture(0, (48, 64))))
    recorder.close()
    assert said == ["a.mkv: cannot be written fast enough; frames are missing from 0 on"]
    assert recorder.n_lost == 3
