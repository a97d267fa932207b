"""A good post-processor and copies of it with one fault each, for `test_post_processor.py` to try the contract on.

Not collected by itself, by its name: the tests in here are meant to fail.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from deg_core.data.bouts import drop_short_bouts, find_runs
from deg_core.descriptors import NoSettings, PostProcessorPlugin
from deg_core.interfaces import FrameDecisions
from deg_core.testing import PostProcessorContract


class GoodPostProcessor:
    """Drops bouts shorter than the shortest that anybody labelled."""

    def learn(self, settings: NoSettings, labels: Sequence[NDArray[np.int8]], *, exclusive: bool) -> dict[str, Any]:
        return {"least": [self.least([marks[:, k] for marks in labels]) for k in range(labels[0].shape[1])]}

    def least(self, columns: Sequence[NDArray[np.int8]]) -> int:
        lengths = [stop - start for column in columns for start, stop in find_runs(column == 1)]
        return int(min(lengths, default=1))

    def apply(self, settings: NoSettings, learned: Mapping[str, Any], frames: FrameDecisions) -> NDArray[np.bool_]:
        columns = zip(frames.present.T, learned["least"], strict=True)
        return np.concatenate([drop_short_bouts(column[:, None], least) for column, least in columns], axis=1)


class LearnsArrays(GoodPostProcessor):
    def learn(self, settings: NoSettings, labels: Sequence[NDArray[np.int8]], *, exclusive: bool) -> dict[str, Any]:
        return {"least": np.array(super().learn(settings, labels, exclusive=exclusive)["least"])}


class CountsUnlabelledFrames(GoodPostProcessor):
    def least(self, columns: Sequence[NDArray[np.int8]]) -> int:
        return 1 + sum((column == -1).sum() for column in columns).item() // 30


class FailsWithoutBouts(GoodPostProcessor):
    def least(self, columns: Sequence[NDArray[np.int8]]) -> int:
        return int(min(stop - start for column in columns for start, stop in find_runs(column == 1)))


class GivesNumbers(GoodPostProcessor):
    def apply(self, settings: NoSettings, learned: Mapping[str, Any], frames: FrameDecisions) -> NDArray[Any]:
        return super().apply(settings, learned, frames).astype(np.int8)


class LosesTheLastFrame(GoodPostProcessor):
    def apply(self, settings: NoSettings, learned: Mapping[str, Any], frames: FrameDecisions) -> NDArray[np.bool_]:
        return super().apply(settings, learned, frames)[:-1]


class LetsBehavioursMeet(GoodPostProcessor):
    def apply(self, settings: NoSettings, learned: Mapping[str, Any], frames: FrameDecisions) -> NDArray[np.bool_]:
        present = super().apply(settings, learned, frames)
        longer = present.copy()
        longer[1:] |= present[:-1]
        return longer


class AddsFrames(GoodPostProcessor):
    def apply(self, settings: NoSettings, learned: Mapping[str, Any], frames: FrameDecisions) -> NDArray[np.bool_]:
        present = super().apply(settings, learned, frames)
        idle = ~present.any(axis=1)
        present[:, 0] |= idle
        return present


class ForgetsFrames(GoodPostProcessor):
    def apply(self, settings: NoSettings, learned: Mapping[str, Any], frames: FrameDecisions) -> NDArray[np.bool_]:
        present = super().apply(settings, learned, frames)
        present[0] = False
        return present


class PrefersTheFirst(GoodPostProcessor):
    def apply(self, settings: NoSettings, learned: Mapping[str, Any], frames: FrameDecisions) -> NDArray[np.bool_]:
        present = super().apply(settings, learned, frames)
        return np.concatenate([present[:, :1], drop_short_bouts(present[:, 1:], 6)], axis=1)


class WorksInPlace(GoodPostProcessor):
    def apply(self, settings: NoSettings, learned: Mapping[str, Any], frames: FrameDecisions) -> NDArray[np.bool_]:
        frames.present[:] = super().apply(settings, learned, frames)
        return frames.present


class Remembers(GoodPostProcessor):
    def __init__(self) -> None:
        self.calls = 0

    def apply(self, settings: NoSettings, learned: Mapping[str, Any], frames: FrameDecisions) -> NDArray[np.bool_]:
        self.calls += 1
        return drop_short_bouts(super().apply(settings, learned, frames), 1 + 5 * (self.calls % 3))


class Draws(GoodPostProcessor):
    def least(self, columns: Sequence[NDArray[np.int8]]) -> int:
        np.random.shuffle([0, 1])  # noqa: NPY002  # the fault
        return super().least(columns)


class _Attack(PostProcessorContract):
    planted: type[GoodPostProcessor]

    def __init_subclass__(cls) -> None:
        planted = cls.planted()
        cls.plugin = PostProcessorPlugin(
            name="planted", summary="", settings=NoSettings, learn=planted.learn, apply=planted.apply
        )


for each in (GoodPostProcessor, *GoodPostProcessor.__subclasses__()):
    globals()[f"Test{each.__name__}"] = type(f"Test{each.__name__}", (_Attack,), {"planted": each})
