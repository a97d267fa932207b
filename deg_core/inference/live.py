"""A trained pipeline at work on frames as they come: frames in, logits out, each after a delay that is known.

Axes: T frames, D latents, K outputs, N stretches of latents, L frames of a stretch, H, W.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Generic, TypeVar

import numpy as np
import torch
from numpy.typing import NDArray

from deg_core.data.frames import Frames, pad_frames
from deg_core.inference.classify import check_logits
from deg_core.inference.extract import FeatureNetwork, answer_chunk, check_latents
from deg_core.interfaces import LooksAt, SequenceModel

Floats = NDArray[np.float32]
Value = TypeVar("Value")

CONTEXT_FRAMES = 512
"""What a sequence model without a bound sees live: a frame and those before it, so many together."""

_MOST_TOGETHER = 32
"""Frames that are answered for in one call when the machine is behind."""


class Bridged(Generic[Value]):
    """What came for each frame of a recording, and in place of what did not come the nearest that did.

    Only what is still needed is kept. Where the frame before and the one after are as near, the one before stands in.
    """

    def __init__(self) -> None:
        self._values: list[Value] = []
        self._came: list[bool] = []
        self._first = 0
        self._missing = 0

    @property
    def n(self) -> int:
        """Frames so far, those bridged too; not yet those of a gap that nothing has ended."""
        return self._first + len(self._values)

    def skip(self, n: int) -> None:
        """Note that nothing came for the next `n` frames."""
        self._missing += n

    def add(self, values: Sequence[Value]) -> None:
        """Take what came for the next frames, at least one, after bridging the gap before them, if there is one."""
        self._bridge(values[0])
        self._values += values
        self._came += [True] * len(values)

    def end(self) -> None:
        """Bridge a gap that nothing ends any more. If nothing ever came, there is nothing."""
        if self._values:
            self._bridge(self._values[-1])

    def _bridge(self, after: Value) -> None:
        before = self._values[-1] if self._values else after
        n_before = (self._missing + 1) // 2
        self._values += [before] * n_before + [after] * (self._missing - n_before)
        self._came += [False] * self._missing
        self._missing = 0

    def between(self, start: int, stop: int) -> list[Value]:
        """Values of frames `start` up to `stop`, which are still kept."""
        return self._values[start - self._first : stop - self._first]

    def came(self, frame: int) -> bool:
        """Whether a frame itself came."""
        return self._came[frame - self._first]

    def forget(self, before: int) -> None:
        """Keep nothing of frames before this one; the last always stays, for a gap behind it."""
        n = max(0, min(before - self._first, len(self._values) - 1))
        del self._values[:n], self._came[:n]
        self._first += n


class LiveLatents:
    """Frames to latents: those of a frame come when the last frame that the extractor looks at has come.

    Args:
        network: A trained feature stage that looks at frames and at nothing else.

    Attributes:
        delay: How many frames that is after it: half a window, or less where the extractor says so (`LooksAt`).
    """

    def __init__(self, network: FeatureNetwork) -> None:
        self._network = network
        self._half = network.plan.window // 2
        self.delay = last_seen(network)
        self._frames: Bridged[Frames] = Bridged()
        self._next = 0

    def skip(self, n: int) -> None:
        """Note that the next `n` frames were lost."""
        self._frames.skip(n)

    def push(self, frames: Frames) -> list[tuple[Floats, Floats] | int]:
        """Take frames as they come from a camera; RGB, 0..255; shape (T, H, W, 3), uint8, T >= 1.

        Returns:
            In order of time what is now known: latents (T, D) and logits (T, K) of frames in a row, or how many
            were lost.
        """
        self._frames.add(list(self._network.plan.preparation.apply(frames)))
        return self._answer(self._frames.n - self.delay)

    def finish(self) -> list[tuple[Floats, Floats] | int]:
        """The same for those that still waited for frames after them, of which there are none."""
        self._frames.end()
        return self._answer(self._frames.n)

    def _answer(self, stop: int) -> list[tuple[Floats, Floats] | int]:
        known: list[tuple[Floats, Floats] | int] = []
        while self._next < stop:
            start, came = self._next, self._frames.came(self._next)
            most = min(stop, start + self._network.plan.block_frames) if came else stop
            while self._next < most and self._frames.came(self._next) == came:
                self._next += 1
            known.append(self._see(start, self._next) if came else self._next - start)
        self._frames.forget(self._next - self._half)
        return known

    def _see(self, start: int, stop: int) -> tuple[Floats, Floats]:
        plan, low, high = self._network.plan, start - self._half, stop + self._half
        frames = np.stack(self._frames.between(max(0, low), high))
        n_behind = high - max(0, low) - len(frames)  # after the end; else what the extractor does not look at
        chunk = pad_frames(frames, max(0, -low), n_behind, plan.padding, plan.mean_colour)
        latents, logits = answer_chunk(chunk, self._network)
        check_latents(latents, logits, stop - start, start, self._network)
        return latents, logits


def last_seen(network: FeatureNetwork) -> int:
    """How many frames after a frame the last one comes that its latents depend on."""
    half = network.plan.window // 2
    if network.flow_generator is not None or not isinstance(network.extractor, LooksAt):
        return half
    return min(half, max(0, network.extractor.offsets[-1]))


class LiveAnswers:
    """Latents to logits: those of a frame come when the latents of `look_ahead` frames after it have come.

    They are what the sequence model says of a recording whose latents end there: all that come later change nothing,
    however many are known already. So answers do not depend on how busy the machine was.

    Args:
        model: In `eval` mode on `device`.
        device: Where it runs.
        n_outputs: Logits per frame, K.
        look_ahead: Frames of latents that it sees behind each frame.
        label: Its name, distribution and version, for messages.
    """

    def __init__(
        self, model: SequenceModel, device: torch.device, n_outputs: int, look_ahead: int, label: str = ""
    ) -> None:
        self._model, self._device, self._n_outputs, self._label = model, device, n_outputs, label
        self._look_ahead = look_ahead
        self._n_before = CONTEXT_FRAMES - 1 if model.receptive_field is None else model.receptive_field // 2
        self._latents: Bridged[Floats] = Bridged()
        self._next = 0

    def skip(self, n: int) -> None:
        """Note that there are no latents for the next `n` frames."""
        self._latents.skip(n)

    def push(self, latents: Floats) -> Floats:
        """Take latents (or the extractor's logits) of the next frames; shape (T, D), float32, T >= 1.

        Returns:
            Logits of the frames that can now be answered for, NaN for those that were lost; shape (T, K), float32.
        """
        self._latents.add(list(latents))
        return self._answer(self._latents.n - self._look_ahead)

    def finish(self) -> Floats:
        """The same for those that still waited."""
        self._latents.end()
        return self._answer(self._latents.n)

    def _answer(self, stop: int) -> Floats:
        first = self._next
        logits = np.full((max(0, stop - first), self._n_outputs), np.nan, dtype=np.float32)
        came = [frame for frame in range(first, stop) if self._latents.came(frame)]
        for at in range(0, len(came), _MOST_TOGETHER):
            frames = came[at : at + _MOST_TOGETHER]
            logits[np.array(frames) - first] = self._read(frames)
        self._next = max(first, stop)
        self._latents.forget(self._next - self._n_before)
        return logits

    @torch.inference_mode()
    def _read(self, frames: Sequence[int]) -> Floats:
        """Each frame from a stretch of its own that ends where its look-ahead ends; shape (N, K)."""
        lows = [max(0, frame - self._n_before) for frame in frames]
        stretches = [
            self._latents.between(low, frame + self._look_ahead + 1) for low, frame in zip(lows, frames, strict=True)
        ]
        longest = max(len(stretch) for stretch in stretches)
        latents_NLD = np.zeros((len(frames), longest, len(stretches[0][0])), dtype=np.float32)
        valid_NL = np.zeros((len(frames), longest), dtype=np.bool_)
        for row, stretch in enumerate(stretches):
            latents_NLD[row, : len(stretch)], valid_NL[row, : len(stretch)] = stretch, True
        logits_NLK = self._model(*(torch.from_numpy(each).to(self._device) for each in (latents_NLD, valid_NL)))
        places = torch.tensor([frame - low for frame, low in zip(frames, lows, strict=True)], device=self._device)
        answers = logits_NLK[torch.arange(len(frames), device=self._device), places]
        return check_logits(answers, frames[0], frames[0] + len(frames), self._label)


class LiveStream:
    """Frames to logits of the whole pipeline.

    Args:
        features: A trained feature stage that looks at frames and at nothing else.
        sequence: The sequence model on its latents, in `eval` mode on the same device.
        takes: What that reads, `latents` or `logits`.
        look_ahead: Frames of latents that it sees behind each frame.
        label: Its name, distribution and version, for messages.

    Attributes:
        delay: Frames that have to come after one before it is answered for.
    """

    def __init__(
        self, features: FeatureNetwork, sequence: SequenceModel, takes: str, look_ahead: int, label: str = ""
    ) -> None:
        self._latents = LiveLatents(features)
        self._answers = LiveAnswers(sequence, features.device, features.n_outputs, look_ahead, label)
        self._takes_latents = takes == "latents"
        self._n_outputs = features.n_outputs
        self.delay = self._latents.delay + look_ahead

    def skip(self, n: int) -> None:
        """Note that the next `n` frames were lost.

        Windows see the nearest frame in place of a lost one, and the sequence model the nearest latents. They cost
        nothing, so that a machine that is behind catches up.
        """
        self._latents.skip(n)

    def push(self, frames: Frames) -> Floats:
        """Take the next frames; RGB, 0..255; shape (T, H, W, 3), uint8, T >= 1.

        Returns:
            Logits of the next frames that can be answered for, perhaps none, NaN for those that were lost;
            shape (T, K), float32.
        """
        return self._read(self._latents.push(frames))

    def finish(self) -> Floats:
        """The same for all that are left, when no frame will come any more."""
        known = self._read(self._latents.finish())
        return np.concatenate([known, self._answers.finish()])

    def _read(self, known: Sequence[tuple[Floats, Floats] | int]) -> Floats:
        answers = [np.empty((0, self._n_outputs), dtype=np.float32)]
        for each in known:
            if isinstance(each, int):
                self._answers.skip(each)
            else:
                answers.append(self._answers.push(each[0 if self._takes_latents else 1]))
        return np.concatenate(answers)
