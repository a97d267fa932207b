from __future__ import annotations

import numpy as np
import pytest

from deg_core.data.frames import FramePreparation
from deg_core.data.record import Span
from deg_core.progress import SilentProgress
from deg_core.project.run_record import Statistics
from deg_core.testing.fakes import FakeVideo
from deg_core.training.frames import VideoFrames
from deg_core.training.statistics import frame_statistics, mean_colour

SILENCE = SilentProgress()


def source_of(frames: np.ndarray, name: str = "a") -> VideoFrames:  # type: ignore[type-arg]
    return VideoFrames(FakeVideo(frames), FramePreparation((16, 16)), name)


def make_frames(n_frames: int, seed: int) -> np.ndarray:  # type: ignore[type-arg]
    levels = np.random.default_rng(seed).integers(0, 255, (n_frames, 1, 1, 3))
    return (levels + np.zeros((1, 16, 16, 1), int)).astype(np.uint8)


def test_colours_are_those_of_all_pixels_of_the_training_frames() -> None:
    frames = {"a": make_frames(40, 0), "b": make_frames(30, 1)}
    sources = {name: source_of(each, name) for name, each in frames.items()}
    spans = [Span("a", 5, 20), Span("b", 0, 10), Span("a", 30, 40)]
    found = frame_statistics(sources, spans, SILENCE)
    pixels = np.concatenate([frames[s.record][s.start : s.stop].reshape(-1, 3) for s in spans]) / 255
    assert found.mean == pytest.approx(pixels.mean(axis=0), abs=1e-9)
    assert found.std == pytest.approx(pixels.std(axis=0), abs=1e-9)


def test_of_long_recordings_a_bounded_number_of_frames_is_looked_at() -> None:
    video = FakeVideo(make_frames(5000, 2))
    found = frame_statistics({"a": VideoFrames(video, FramePreparation((16, 16)), "a")}, [Span("a", 0, 5000)], SILENCE)
    assert len(video.spans_read) == 2000
    assert video.spans_read[0][0] < 3
    assert video.spans_read[-1][1] > 4996
    assert found.mean == pytest.approx(video.frames.mean(axis=(0, 1, 2)) / 255, abs=0.02)


def test_pictures_of_one_colour_stay_finite() -> None:
    found = frame_statistics({"a": source_of(np.full((3, 16, 16, 3), 100, np.uint8))}, [Span("a", 0, 3)], SILENCE)
    assert found.std == pytest.approx([1 / 255] * 3)


def test_the_mean_colour_is_a_pixel() -> None:
    colour = mean_colour(Statistics(mean=(0.0, 0.5, 1.0)))
    assert colour.dtype == np.uint8
    assert colour.tolist() == [0, 127, 255]
