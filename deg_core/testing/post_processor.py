"""Contract of post-processors.

Axes: T frames, K behaviours.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pytest
from numpy.typing import NDArray

from deg_core.descriptors import PluginSettings, PostProcessorPlugin
from deg_core.interfaces import FrameDecisions
from deg_core.postprocess.decide import decide, decide_exclusive
from deg_core.testing.random_state import left_alone

_K = 4
Marks = NDArray[np.int8]
Present = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Lesson:
    """Training labels, and whether their behaviours exclude each other."""

    labels: list[Marks]
    exclusive: bool


class PostProcessorContract:
    """Subclass it, and give `plugin`. Every test is made with behaviours that overlap and that exclude each other.

    Attributes:
        plugin: The descriptor under test.
    """

    plugin: ClassVar[PostProcessorPlugin[Any]]

    def settings(self) -> PluginSettings:
        """Settings to test with; by default the plugin's own defaults."""
        settings: PluginSettings = self.plugin.settings()
        return settings

    @pytest.fixture(params=[False, True], ids=["overlapping", "exclusive"])
    def lesson(self, request: pytest.FixtureRequest) -> Lesson:
        """Labels of three recordings with bouts of every length; the third behaviour never happens; gaps in each."""
        rng = np.random.default_rng(0)
        recordings = [_draw_marks(n_frames, rng, exclusive=request.param) for n_frames in (300, 170, 40)]
        for marks in recordings:
            marks[10:20] = -1
        return Lesson(recordings, exclusive=request.param)

    def _learn(self, labels: Sequence[Marks], *, exclusive: bool) -> Mapping[str, Any]:
        if self.plugin.learn is None:
            return {}
        learned: Mapping[str, Any] = self.plugin.learn(self.settings(), labels, exclusive=exclusive)
        return learned

    def _apply(self, learned: Mapping[str, Any], frames: FrameDecisions) -> Present:
        present: Present = self.plugin.apply(self.settings(), learned, frames)
        return present

    def test_what_it_learns_can_be_kept_on_a_card(self, lesson: Lesson) -> None:
        """Plain JSON, which decides the same when it is read again."""
        learned = self._learn(lesson.labels, exclusive=lesson.exclusive)
        again = json.loads(json.dumps(learned, allow_nan=False))
        assert again == learned
        frames = draw_frames(200, exclusive=lesson.exclusive)
        assert np.array_equal(self._apply(again, frames), self._apply(learned, frames))

    def test_frames_without_labels_teach_nothing(self, lesson: Lesson) -> None:
        """Those of test recordings come without labels too."""
        unlabelled = np.full((50, _K), -1, dtype=np.int8)
        longer = [np.concatenate([unlabelled, marks, unlabelled]) for marks in lesson.labels]
        inside = [np.pad(marks, ((1, 1), (0, 0)), constant_values=-1) for marks in lesson.labels]
        assert self._learn([*longer, unlabelled], exclusive=lesson.exclusive) == self._learn(
            inside, exclusive=lesson.exclusive
        )

    def test_labels_that_show_nothing_are_borne(self, lesson: Lesson) -> None:
        """Every frame without a behaviour, or without a label."""
        for mark in (0, -1):
            learned = self._learn([np.full((30, _K), mark, dtype=np.int8)], exclusive=lesson.exclusive)
            self._check(
                self._apply(learned, draw_frames(60, exclusive=lesson.exclusive)), 60, exclusive=lesson.exclusive
            )

    @pytest.mark.parametrize("n_frames", [1, 2, 7, 500])
    def test_says_yes_or_no_for_every_frame(self, lesson: Lesson, n_frames: int) -> None:
        """Of recordings of any length, and for at most one behaviour at a time where they exclude each other."""
        learned = self._learn(lesson.labels, exclusive=lesson.exclusive)
        present = self._apply(learned, draw_frames(n_frames, exclusive=lesson.exclusive))
        self._check(present, n_frames, exclusive=lesson.exclusive)

    def _check(self, present: Present, n_frames: int, *, exclusive: bool) -> None:
        assert present.shape == (n_frames, _K)
        assert present.dtype == np.bool_
        if exclusive:
            assert present.sum(axis=1).max() <= 1

    def test_what_is_certain_stays(self, lesson: Lesson) -> None:
        """A behaviour that surely happens all the time is there, and nothing is where nothing surely happens."""
        learned = self._learn(lesson.labels, exclusive=lesson.exclusive)
        probabilities = np.full((800, _K), 0.001, dtype=np.float32)
        probabilities[:400, 1] = 0.99
        present = self._apply(learned, decide_alone(probabilities, exclusive=lesson.exclusive))
        assert present[:380, 1].all()
        assert not present[:, [0, 2, 3]].any()
        assert not present[420:].any()

    def test_order_of_behaviours_is_irrelevant(self, lesson: Lesson) -> None:
        """What is said of one does not hang on its column."""
        order = np.array([2, 0, 3, 1])
        frames = draw_frames(300, exclusive=lesson.exclusive)
        turned = decide_alone(
            frames.probabilities[:, order], exclusive=lesson.exclusive, thresholds=frames.thresholds[order]
        )
        expected = self._apply(self._learn(lesson.labels, exclusive=lesson.exclusive), frames)
        learned = self._learn([marks[:, order] for marks in lesson.labels], exclusive=lesson.exclusive)
        assert np.array_equal(self._apply(learned, turned), expected[:, order])

    def test_leaves_global_random_state_alone(self, lesson: Lesson) -> None:
        """The same probabilities are decided alike, today and tomorrow."""
        with left_alone():
            learned = self._learn(lesson.labels, exclusive=lesson.exclusive)
            self._apply(learned, draw_frames(50, exclusive=lesson.exclusive))

    def test_leaves_its_input_as_it_was(self, lesson: Lesson) -> None:
        """Labels, probabilities and decisions are used again, and its answer is an array of its own."""
        frames, kept = draw_frames(100, exclusive=lesson.exclusive), [marks.copy() for marks in lesson.labels]
        learned = self._learn(lesson.labels, exclusive=lesson.exclusive)
        present = self._apply(learned, frames)
        assert not np.shares_memory(present, frames.present)
        before = draw_frames(100, exclusive=lesson.exclusive)
        assert np.array_equal(frames.probabilities, before.probabilities)
        assert np.array_equal(frames.present, before.present)
        assert all(np.array_equal(*pair) for pair in zip(lesson.labels, kept, strict=True))

    def test_says_the_same_twice(self, lesson: Lesson) -> None:
        """Nothing is drawn by lot, and nothing remembered."""
        frames = draw_frames(200, exclusive=lesson.exclusive)
        first = self._apply(self._learn(lesson.labels, exclusive=lesson.exclusive), frames)
        self._apply(self._learn(lesson.labels, exclusive=lesson.exclusive), draw_frames(50, exclusive=lesson.exclusive))
        assert np.array_equal(self._apply(self._learn(lesson.labels, exclusive=lesson.exclusive), frames), first)


def _draw_marks(n_frames: int, rng: np.random.Generator, *, exclusive: bool) -> Marks:
    """Bouts and pauses of 1 to 30 frames; the third behaviour never happens; shape (T, K)."""
    runs = [np.repeat(np.arange(n_frames) % 2, rng.integers(1, 30, n_frames))[:n_frames] for _ in range(_K)]
    marks = np.stack(runs, axis=1)
    marks[:, 2] = 0
    if exclusive:
        marks &= marks.cumsum(axis=1) == 1
    return marks.astype(np.int8)


def draw_frames(n_frames: int, *, exclusive: bool) -> FrameDecisions:
    """Probabilities that follow bouts and are noisy, the same each time; shapes (T, K)."""
    rng = np.random.default_rng(n_frames)
    marks = _draw_marks(n_frames, rng, exclusive=exclusive)
    logits = 3 * marks - 1.5 + rng.normal(size=marks.shape)
    if exclusive:
        shares = np.exp(np.pad(logits, ((0, 0), (0, 1))))
        probabilities = shares[:, :-1] / shares.sum(axis=1, keepdims=True)
        return decide_alone(probabilities.astype(np.float32), exclusive=True)
    thresholds = np.array([0.5, 0.3, 0.6, 0.7], dtype=np.float32)
    return decide_alone((1 / (1 + np.exp(-logits))).astype(np.float32), exclusive=False, thresholds=thresholds)


def decide_alone(
    probabilities: NDArray[np.float32], *, exclusive: bool, thresholds: NDArray[np.float32] | float = 0.5
) -> FrameDecisions:
    """Decide each frame of some probabilities (T, K) by itself; thresholds of shape (K,) are neutral too."""
    nowhere = np.full(probabilities.shape[1], np.nan, dtype=np.float32)
    if exclusive:
        return FrameDecisions(probabilities, decide_exclusive(probabilities), nowhere, nowhere, exclusive=True)
    thresholds = np.broadcast_to(np.float32(thresholds), nowhere.shape)
    present = decide(probabilities, thresholds)
    return FrameDecisions(probabilities, present, thresholds, thresholds, exclusive=False)
