from __future__ import annotations

import numpy as np
import pytest
from deg_core.api import VideoError
from patient_clock import PatientClock
from scripted import Scripted, pictures

from deg_live.capture import Capture
from deg_live.capturing import Capturing, Missing


def captured(source: Scripted, clock: PatientClock, **options: object) -> tuple[Capturing, list[Capture], list[str]]:
    captures: list[Capture] = []
    said: list[str] = []
    capturing = Capturing(source, [captures.append], clock, said.append, **options)  # type: ignore[arg-type]
    capturing.run()
    assert source.closed
    return capturing, captures, said


def test_frames_are_numbered_and_timed_from_the_first(clock: PatientClock) -> None:
    capturing, captures, said = captured(Scripted(pictures([7.0, 7.1, 7.2])), clock)
    assert [each.frame for each in captures] == [0, 1, 2]
    assert np.allclose([each.time_s for each in captures], [0, 0.1, 0.2])
    assert {each.captured_s for each in captures} == {100.0}
    assert (capturing.n_captured, capturing.error, said) == (3, None, [])


def test_a_burst_of_missing_frames_is_counted_and_told(clock: PatientClock) -> None:
    times = [at / 30 for at in range(60) if not 20 <= at < 32]
    capturing, captures, said = captured(Scripted(pictures(times)), clock)
    assert capturing.n_missing == 12
    assert said == ["camera 0: about 12 frames are missing before frame 20"]
    assert len(captures) == 48
    assert captures[20].time_s == 32 / 30


def test_uneven_cameras_are_not_said_to_miss_frames() -> None:
    missing = Missing()
    times = np.arange(300) / 30 + np.random.default_rng(0).uniform(-0.01, 0.01, 300)
    assert sum(missing.before(time_s) for time_s in times) == 0


def test_a_stream_that_changes_size_ends_the_session_and_says_so(clock: PatientClock) -> None:
    steps = [*pictures([0.0, 0.1]), *pictures([0.2, 0.3], (8, 12))]
    capturing, captures, _ = captured(Scripted(steps), clock)
    assert len(captures) == 2
    assert isinstance(capturing.error, VideoError)
    assert "changed from 6 x 4 to 12 x 8 pixels after 2 frames" in str(capturing.error)
    assert "is kept" in capturing.error.fix


@pytest.mark.parametrize("error", [VideoError("gone", where="here", fix="wait"), RuntimeError("driver")])
def test_whatever_a_source_raises_is_kept_for_the_end(error: Exception, clock: PatientClock) -> None:
    capturing, captures, _ = captured(Scripted([*pictures([0.0]), error]), clock)
    assert capturing.error is error
    assert len(captures) == 1


def test_it_stops_after_so_many_seconds(clock: PatientClock) -> None:
    _, captures, _ = captured(Scripted(pictures([0.0, 0.5, 1.0, 1.5])), clock, seconds=1.0)
    assert len(captures) == 2


def test_whoever_waits_is_told_of_the_end(clock: PatientClock) -> None:
    ends: list[bool] = []
    source = Scripted([RuntimeError("driver")])
    Capturing(source, [], clock, print).start(lambda: ends.append(True)).join()
    assert ends == [True]
