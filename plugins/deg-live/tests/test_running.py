"""Sessions with real networks of fakes, on sources that misbehave."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
from deg_core import Project
from deg_core.api import VideoError
from patient_clock import PatientClock
from scripted import Scripted

from deg_live.capture import Capture
from deg_live.capturing import Capturing
from deg_live.clock import MachineClock
from deg_live.decision import Decision
from deg_live.ethogram_file import EthogramFile
from deg_live.latency import Latency
from deg_live.outputs import Delivery
from deg_live.recording import Recorder
from deg_live.running import Budget, Parts, Running, run_live
from deg_live.views import Lines
from deg_live.waiting import WaitingFrames


@pytest.fixture
def frames(project: Project) -> np.ndarray:
    return np.load(project.record("one").video_path)


@pytest.fixture
def expected(project: Project) -> np.ndarray:
    """What prediction from a file says: behaviours present in each frame."""
    project.predict("one")
    return project.prediction("one").decisions.present


@pytest.fixture
def made(project: Project, tmp_path: Path) -> Iterator[Callable[..., Running]]:
    """A session that is not begun yet, with its files in the test's folder."""
    opened: list[EthogramFile] = []

    def make(source: Any, *, clock: Any = None, most: int = 1000, look_ahead: int = 5, **others: Any) -> Running:
        clock, said = clock or MachineClock(), Lines(MachineClock(), quiet=True)
        session = project.live(look_ahead)
        waiting = WaitingFrames(most)
        recorder = Recorder(tmp_path / "a.mkv", 30.0, 0, said.say) if others.get("records", True) else None
        hand_to = [waiting.put] if recorder is None else [recorder.put, waiting.put]
        capturing = Capturing(source, hand_to, clock, said.say)
        ethogram = EthogramFile(tmp_path / "a.csv", session.behaviours)
        opened.append(ethogram)
        budget = Budget(1000, session.delay, 30.0)
        deliveries = others.get("deliveries", [])
        return Running(Parts(session, budget, capturing, waiting, recorder, ethogram, deliveries, clock, said))

    yield make
    for file in opened:
        file.close()


def timed(frames: np.ndarray) -> list[Any]:
    return [(at / 30, frame) for at, frame in enumerate(frames)]


def table(folder: Path) -> np.ndarray:
    """Marks in the growing table."""
    return np.loadtxt(folder / "a.csv", delimiter=",", skiprows=1, dtype=int, ndmin=2)[:, 1:]


def test_a_session_decides_as_prediction_does_and_keeps_all(
    made: Callable[..., Running], frames: np.ndarray, expected: np.ndarray, tmp_path: Path, project: Project
) -> None:
    seen: list[Decision] = []
    running = made(Scripted(timed(frames)), deliveries=[Delivery("list", seen.append, print)])
    run_live(running, tmp_path / "a.h5")
    assert np.array_equal(table(tmp_path), expected)
    assert [each.frame for each in seen] == list(range(60))
    assert [set(each.present) for each in seen] == [
        {name for name, there in zip(("walk", "rear"), row, strict=True) if there} for row in expected
    ]
    with h5py.File(tmp_path / "a.h5") as file:
        assert np.array_equal(file["present"], expected)
        assert np.allclose(file["times_s"], np.arange(60) / 30)
        assert abs(file.attrs["frames_per_second"] - 30) < 1e-6
    status = running.status()
    assert (status.counts.captured, status.counts.decided, status.counts.dropped) == (60, 60, 0)
    assert running.parts.recorder is not None
    assert running.parts.recorder.n_written == 60


def test_a_machine_that_is_behind_drops_frames_and_leaves_a_gap_in_the_ethogram_only(
    made: Callable[..., Running], frames: np.ndarray, expected: np.ndarray, tmp_path: Path
) -> None:
    running = made(Scripted(timed(frames)), most=20)
    running.parts.capturing.run()  # all frames come before any is looked at
    running.parts.waiting.close()
    running.run()
    marks = table(tmp_path)
    assert (marks[:40] == -1).all()
    assert (marks[45:] == expected[45:]).all()
    assert (marks[40:] >= 0).all()
    assert running.status().counts.dropped == 40
    assert running.parts.recorder is not None
    running.parts.recorder.close()
    assert running.parts.recorder.n_written == 60


def test_a_gap_in_the_middle_is_bridged_and_not_decided(made: Callable[..., Running], frames: np.ndarray) -> None:
    running = made(Scripted([]), records=False)
    captures = [Capture(at, at / 30, 0.0, None if 20 <= at < 30 else frame) for at, frame in enumerate(frames)]
    running.step(captures)
    running.parts.waiting.close()
    running.run()
    assert running.kept.n == 60
    assert running.status().counts.decided == 50


@pytest.mark.parametrize(
    "end",
    [
        VideoError("camera 0 has dropped out and not come back", where="live", fix="look at its cable"),
        (1.0, np.zeros((8, 8, 3), dtype=np.uint8)),
        RuntimeError("a driver's own error"),
    ],
    ids=["drop-out", "size", "bug"],
)
def test_what_was_seen_before_a_source_failed_is_kept(
    made: Callable[..., Running], frames: np.ndarray, expected: np.ndarray, tmp_path: Path, end: Any
) -> None:
    running = made(Scripted([*timed(frames[:30]), end]))
    with pytest.raises(RuntimeError if isinstance(end, RuntimeError) else VideoError):
        run_live(running, tmp_path / "a.h5")
    assert len(table(tmp_path)) == 30
    assert np.array_equal(table(tmp_path)[:25], expected[:25])
    with h5py.File(tmp_path / "a.h5") as file:
        assert file["present"].shape == (30, 2)
    assert running.parts.recorder is not None
    assert running.parts.recorder.n_written == 30


def test_what_was_decided_before_a_network_failed_is_kept(
    made: Callable[..., Running], frames: np.ndarray, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    running = made(Scripted(timed(frames)))
    push, calls = running.parts.session.push, iter(range(100))

    def push_or_fail(pictures: np.ndarray) -> Any:
        if next(calls) == 2:
            raise RuntimeError("out of memory")
        return push(pictures[:10])

    monkeypatch.setattr(running.parts.session, "push", push_or_fail)
    monkeypatch.setattr("deg_live.running.MOST_TOGETHER", 10)
    with pytest.raises(RuntimeError, match="out of memory"):
        run_live(running, tmp_path / "a.h5")
    with h5py.File(tmp_path / "a.h5") as file:
        assert len(file["present"]) == len(table(tmp_path)) > 0
    assert running.parts.recorder is not None
    assert running.parts.recorder.n_lost == 0


def test_the_first_ctrl_c_ends_a_session_in_peace(
    made: Callable[..., Running], frames: np.ndarray, tmp_path: Path
) -> None:
    class Endless(Scripted):
        def read(self) -> Any:
            read = super().read()
            if read is not None:
                return read
            if not self.asked:
                self.asked = True
                os.kill(os.getpid(), signal.SIGINT)
            time.sleep(0.001)
            self.n += 1
            return self.n / 30, frames[0]

        asked, n = False, 60

    before = signal.getsignal(signal.SIGINT)
    running = made(Endless(timed(frames)))
    run_live(running, tmp_path / "a.h5")
    assert signal.getsignal(signal.SIGINT) is before
    assert running.kept.n == len(table(tmp_path)) >= 60
    assert running.parts.recorder is not None
    assert running.parts.recorder.n_written == running.kept.n


def test_latency_is_from_capture_to_decision(
    made: Callable[..., Running], frames: np.ndarray, clock: PatientClock
) -> None:
    running = made(Scripted([]), clock=clock, look_ahead=2, records=False)
    for at in range(10):
        running.step([Capture(at, at / 10, clock.now(), frames[at])])
        clock.now_s += 0.1
    figures = running.latency.figures()
    assert running.parts.session.delay == 3
    assert (figures.median, figures.most) == (300, 300)
    assert abs(figures.maximum - 300) < 1e-6
    assert figures.n_late == 0


def test_batches_are_as_long_as_can_be_decided_in_time() -> None:
    budget = Budget(bound_ms=600, delay=6, frames_per_second=30)
    assert budget.delay_ms == 200
    assert abs(budget.half_s - 0.2) < 1e-9
    assert budget.most_waiting == 6
    assert [budget.together(each) for each in (0, 0.01, 0.05, 1.0)] == [32, 20, 4, 1]
    assert Budget(100, 6, 30).half_s < 0


def test_decisions_that_take_too_long_are_counted() -> None:
    latency = Latency(100)
    for each in (99, 100, 101):
        latency.add(each)
    assert latency.figures().n_late == 1
