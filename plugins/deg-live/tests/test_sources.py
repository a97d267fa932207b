from __future__ import annotations

import functools
import http.server
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from deg_core.api import VideoError
from deg_core.testing.fakes import FakeVideo
from patient_clock import PatientClock

from deg_live.recording import Matroska
from deg_live.sources import Camera, FilePlayed, open_camera, open_stream

FRAMES = np.random.default_rng(0).integers(0, 255, (8, 6, 8, 3), dtype=np.uint8)


class FakeCapture:
    """As much of `cv2.VideoCapture` as is used; gives BGR, and nothing where a script says None."""

    def __init__(self, pictures: list[np.ndarray | None], *, is_open: bool = True, rate: float = 25.0) -> None:
        self._pictures, self._is_open, self._rate = list(pictures), is_open, rate

    def isOpened(self) -> bool:  # noqa: N802
        return self._is_open

    def read(self) -> tuple[bool, np.ndarray | None]:
        picture = self._pictures.pop(0) if self._pictures else None
        return picture is not None, picture

    def get(self, _: int) -> float:
        return self._rate

    def release(self) -> None:
        self._is_open = False


def camera(clock: PatientClock, *captures: FakeCapture, said: list[str] | None = None) -> Camera:
    opened = iter(captures)
    return Camera("camera 0", lambda: next(opened), clock, 2.0, (said if said is not None else []).append)


def test_a_file_is_played_at_its_true_speed(clock: PatientClock) -> None:
    played = FilePlayed(Path("a.mp4"), FakeVideo(FRAMES, 20.0), clock)
    times = []
    while (read := played.read()) is not None:
        times.append((read[0], clock.now() - 100))
        clock.now_s += 0.01  # somebody is at work meanwhile
    assert np.allclose(times, [[at / 20, at / 20] for at in range(8)])
    assert played.frames_per_second == 20


def test_a_file_that_cannot_be_read_fast_enough_comes_late_and_catches_up(clock: PatientClock) -> None:
    played = FilePlayed(Path("a.mp4"), FakeVideo(FRAMES, 20.0), clock)
    played.read()
    clock.now_s += 0.12
    arrived = []
    for _ in range(3):
        read = played.read()
        assert read is not None
        arrived.append((round(read[0], 3), round(clock.now() - 100, 3)))
    assert arrived == [(0.05, 0.12), (0.1, 0.12), (0.15, 0.15)]


def test_frames_of_a_variable_rate_come_at_their_own_times(clock: PatientClock) -> None:
    video: Any = FakeVideo(FRAMES[:3], 20.0)
    video.times_s = np.array([0.0, 0.3, 0.35])
    played = FilePlayed(Path("a.mp4"), video, clock)
    assert [read[0] for read in iter(played.read, None) if read is not None] == [0.0, 0.3, 0.35]
    assert np.allclose(clock.slept, [0.3, 0.05])


def test_a_camera_gives_rgb_whatever_it_has(clock: PatientClock) -> None:
    grey = FRAMES[0, ..., 0]
    seen = camera(clock, FakeCapture([FRAMES[0][..., ::-1].copy(), grey]))
    for expected in (FRAMES[0], np.repeat(grey[..., None], 3, axis=2)):
        read = seen.read()
        assert read is not None
        assert np.array_equal(read[1], expected)
    assert seen.frames_per_second == 25


def test_a_camera_that_does_not_know_its_rate_is_taken_for_usual(clock: PatientClock) -> None:
    assert camera(clock, FakeCapture([], rate=0)).frames_per_second == 30


def test_a_camera_that_drops_out_is_opened_again(clock: PatientClock) -> None:
    said: list[str] = []
    captures = [
        FakeCapture([FRAMES[0], None]),
        FakeCapture([], is_open=False),
        FakeCapture([None]),
        FakeCapture([FRAMES[1]]),
    ]
    seen = camera(clock, *captures, said=said)
    seen.read()
    read = seen.read()
    assert read is not None
    assert read[0] == 101.5
    assert said == ["camera 0 has dropped out; waiting up to 2 s for it", "camera 0 is back after 1.5 s"]


def test_a_camera_that_stays_away_is_told_with_what_to_do(clock: PatientClock) -> None:
    seen = camera(clock, FakeCapture([]), *[FakeCapture([], is_open=False)] * 9)
    with pytest.raises(VideoError, match="not come back within 2 s") as caught:
        seen.read()
    assert "--patience" in caught.value.fix


def test_a_wrong_number_is_refused_with_those_that_answer(clock: PatientClock, monkeypatch: pytest.MonkeyPatch) -> None:
    import cv2

    monkeypatch.setattr(cv2, "VideoCapture", lambda index: FakeCapture([], is_open=index == 2))
    with pytest.raises(VideoError, match="camera 7 cannot be opened") as caught:
        open_camera(7, None, None, clock, 1.0, print)
    assert "cameras that answer: 2" in caught.value.fix


def test_a_number_of_no_camera_is_refused_for_real(clock: PatientClock, capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(VideoError, match="camera 97 cannot be opened"):
        open_camera(97, (320, 240), 30.0, clock, 1.0, print)
    assert capfd.readouterr().err == ""


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    """A server that streams a short video."""
    film = Matroska(tmp_path / "film.mkv", (64, 64), 25.0, 0)
    for at in range(5):
        film.write(np.full((64, 64, 3), 40 * at, dtype=np.uint8), at / 25)
    film.close()

    class Silent(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_: Any) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Silent, directory=str(tmp_path)))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}/film.mkv"
    server.shutdown()
    server.server_close()
    thread.join()


def test_a_stream_comes_over_the_network(address: str, clock: PatientClock) -> None:
    stream = open_stream(address, clock, 1.0, print)
    means = []
    for _ in range(5):
        read = stream.read()
        assert read is not None
        means.append(read[1].mean())
    assert np.allclose(means, [0, 40, 80, 120, 160], atol=3)
    stream.close()


def test_an_address_at_which_nobody_answers_is_refused(address: str, clock: PatientClock) -> None:
    with pytest.raises(VideoError, match=r"none\.mkv cannot be opened"):
        open_stream(address.replace("film", "none"), clock, 1.0, print)
