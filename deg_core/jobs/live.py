"""A trained pipeline at work on frames as they come, and what it said of them kept as a prediction.

Axes: T frames, K behaviours or outputs, H, W.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import h5py
import numpy as np
from numpy.typing import NDArray

from deg_core.data.frames import Frames
from deg_core.data.whole_file import writing_beside
from deg_core.errors import ProjectError
from deg_core.inference.live import LiveStream
from deg_core.interfaces import LooksAhead, SequenceModel, SurveysRecordings
from deg_core.jobs.decision import thresholds_in_use
from deg_core.jobs.models import TrainedPipeline, identity_of
from deg_core.jobs.workspace import Workspace
from deg_core.networks.tensors import probabilities_of
from deg_core.postprocess.decide import decide, decide_exclusive
from deg_core.project.store import FORMAT, Decisions, LatentStore

_LOOK_AHEAD = 5
"""Frames, where nobody says: a sixth of a second at 30 per second."""


@dataclass(frozen=True, slots=True)
class LiveDecisions:
    """What is present in some frames in a row.

    Attributes:
        first: Index of the first of them.
        logits: Real numbers; shape (T, n_outputs), float32; NaN for frames that were lost.
        probabilities: 0..1; shape (T, K), float32; NaN for frames that were lost.
        present: Shape (T, K), bool; False for frames that were lost.
        decided: False for frames that were lost; shape (T,), bool.
    """

    first: int
    logits: NDArray[np.float32]
    probabilities: NDArray[np.float32]
    present: NDArray[np.bool_]
    decided: NDArray[np.bool_]

    @property
    def stop(self) -> int:
        """Index after the last of them."""
        return self.first + len(self.decided)


class LiveSession:
    """Decides about frames as they come. Thresholds are those in use; post-processors are not applied.

    Those look at whole recordings, so a live ethogram and that of `deg predict` can differ by them, by the frames that
    a decision waits for (`look_ahead`), and by frames that were lost. With `full_look_ahead` logits are those of
    `deg predict`.

    ```python
    session = Model("mouse.deg").live(look_ahead=5)
    for frame in camera:
        decisions = session.push(frame[None])
    ```

    Args:
        workspace: The project.
        pipeline: Its networks.
        look_ahead: Frames of latents that the sequence model sees behind a frame before it decides about it; None for
            as many as the model says that it looks ahead, or 5 where it does not say.

    Attributes:
        behaviours: Names of the columns.
        look_ahead: The same, and never more than `full_look_ahead`.
        delay: Frames that have to come after one before it is decided: what the extractor sees behind it, and the
            look-ahead.
        full_look_ahead: From this look-ahead on nothing changes any more; None where there is no such bound.

    Raises:
        ProjectError: The feature extractor looks at pose or surveys whole recordings, which are not there yet.
    """

    def __init__(self, workspace: Workspace, pipeline: TrainedPipeline, look_ahead: int | None = None) -> None:
        if look_ahead is not None and look_ahead < 0:
            raise ValueError(f"look_ahead is {look_ahead}, not a number of frames")
        check_sees_frames(pipeline)
        run, model = pipeline.sequence_run, pipeline.sequence
        self.behaviours = run.behaviours
        self.full_look_ahead = full_look_ahead(model)
        if look_ahead is None:
            look_ahead = model.look_ahead if isinstance(model, LooksAhead) else _LOOK_AHEAD
        self.look_ahead = look_ahead if self.full_look_ahead is None else min(look_ahead, self.full_look_ahead)
        self._pipeline, self._run, self._next = pipeline, run, 0
        self._stream = self._new_stream()
        self.delay = self._stream.delay
        self._thresholds = thresholds_in_use(workspace, run)

    def _new_stream(self) -> LiveStream:
        pipeline = self._pipeline
        return LiveStream(
            pipeline.features, pipeline.sequence, pipeline.takes, self.look_ahead, pipeline.sequence_label
        )

    def warm_up(self, together: Sequence[int] = (1,)) -> None:
        """Let the networks run on nothing; a first call on so many frames takes many times as long as others.

        Args:
            together: Numbers of frames that will be pushed together.
        """
        image = self._pipeline.features.plan.preparation
        top, left, height, width = image.crop or (0, 0, *image.size)
        frame = np.zeros((1, top + height, left + width, 3), dtype=np.uint8)
        stream = self._new_stream()
        for n in (*[1] * self.delay, *together):
            stream.push(np.repeat(frame, n, axis=0))

    def push(self, frames: Frames) -> LiveDecisions:
        """Take the next frames; RGB, 0..255; shape (T, H, W, 3), uint8, T >= 1. Their size may change.

        Returns:
            What is decided now, perhaps about no frame; those of each call go on where those of the last one ended.
        """
        return self._decide(self._stream.push(frames))

    def skip(self, n: int) -> None:
        """Note that the next `n` frames were lost. Nothing will be decided about them, and they cost no time.

        The window around others sees the nearest frame in their place, and so does the sequence model with latents.
        """
        self._stream.skip(n)

    def finish(self) -> LiveDecisions:
        """Decide about all that still wait, as at the end of a video. No frame may come after it."""
        return self._decide(self._stream.finish())

    def _decide(self, logits: NDArray[np.float32]) -> LiveDecisions:
        first, self._next = self._next, self._next + len(logits)
        probabilities = probabilities_of(logits, exclusive=self._run.exclusive)
        present = decide_exclusive(probabilities) if self._run.exclusive else decide(probabilities, self._thresholds)
        return LiveDecisions(first, logits, probabilities, present, np.asarray(~np.isnan(logits).any(axis=1)))

    def save(
        self,
        path: Path,
        recording: str,
        frames_per_second: float,
        decisions: Sequence[LiveDecisions],
        times_s: NDArray[np.float64],
    ) -> None:
        """Keep what was decided as a prediction, for `deg_core.jobs`' readers and `deg plot`. It has no latents.

        `deg predict` never takes it for its own: it names no features run and no fingerprint.

        Args:
            path: The `.h5` file; replaced when all is written.
            recording: Its name.
            frames_per_second: Mean rate, Hz.
            decisions: All of them in order, from frame 0 on.
            times_s: When each frame was taken, since the first, seconds; shape (T,), float64.

        Raises:
            ProjectError: It cannot be written.
        """
        rule = {"live": {"look_ahead": self.look_ahead, "delay": self.delay}, "postprocess": None}
        whole = Decisions(
            sequence_run=f"live {identity_of(self._run)}",
            behaviours=self.behaviours,
            logits=np.concatenate([each.logits for each in decisions]),
            probabilities=np.concatenate([each.probabilities for each in decisions]),
            thresholds=self._thresholds,
            present=np.concatenate([each.present for each in decisions]),
            rule=json.dumps(rule, sort_keys=True),
        )
        with writing_beside(path) as part, h5py.File(part, "w") as file:
            file.attrs.update(
                {
                    "deg_format": FORMAT,
                    "recording": recording,
                    "n_frames": len(times_s),
                    "frames_per_second": frames_per_second,
                }
            )
            LatentStore(file).write_decisions(whole)
            file["decided"] = np.concatenate([each.decided for each in decisions])
            file["times_s"] = times_s


def full_look_ahead(model: SequenceModel) -> int | None:
    """Frames after its own that an answer can depend on; None where there is no bound."""
    if isinstance(model, LooksAhead):
        return model.look_ahead
    return None if model.receptive_field is None else model.receptive_field // 2


def check_sees_frames(pipeline: TrainedPipeline) -> None:
    """Refuse a feature extractor that wants to know of a whole recording beforehand.

    Raises:
        ProjectError: It looks at pose, or surveys recordings.
    """
    features = pipeline.features
    if features.pose is not None:
        wants = "looks at pose, which a tracker has to find first"
    elif isinstance(features.extractor, SurveysRecordings):
        wants = "looks at frames of a whole recording before it answers for any"
    else:
        return
    raise ProjectError(
        f"feature extractor {features.label} {wants}",
        where="live",
        fix="train a pipeline whose extractor looks at the window around each frame alone; or record, and deg predict",
    )
