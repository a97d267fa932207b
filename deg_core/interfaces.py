"""What a built component must do.

Axes: N windows or recordings in a batch, T frames, S frames of a chunk (S = T + window - 1), P frame pairs,
C channels, H, W, Q numbers told of pose, D latent dimensions, K outputs (the behaviours; in an exclusive project one
more, `none`, the last).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from torch import Tensor

    from deg_core.data.pose import Pose


class VideoReader(Protocol):
    """An open video, its frames known by index. Survives pickling while open.

    Attributes:
        n_frames: Exact number of frames that can be read.
        frames_per_second: Mean rate, Hz.
    """

    n_frames: int
    frames_per_second: float

    def read(self, start: int, stop: int) -> NDArray[np.uint8]:
        """Read frames `start` up to, not including, `stop`.

        Returns:
            RGB, 0..255; shape (stop - start, H, W, 3), never fewer frames than asked for.

        Raises:
            VideoError: The span is empty, reaches outside the video, or cannot be decoded.
        """

    def close(self) -> None:
        """Let go of the file. May be called twice."""


@runtime_checkable
class TimedVideoReader(Protocol):
    """A video reader that knows when each frame was taken, as with a variable frame rate.

    Attributes:
        times_s: Time of each frame since the first, seconds; shape (T,), float64.
    """

    times_s: NDArray[np.float64]


class TorchComponent(Protocol):
    """What the core asks of every network: that it is a `torch.nn.Module`. See that class."""

    training: bool

    def train(self, mode: bool = True) -> Any:  # noqa: FBT001, FBT002
        """See `torch.nn.Module.train`."""

    def eval(self) -> Any:
        """See `torch.nn.Module.eval`."""

    def to(self, *args: Any, **kwargs: Any) -> Any:
        """See `torch.nn.Module.to`."""

    def state_dict(self) -> Mapping[str, Any]:
        """See `torch.nn.Module.state_dict`."""

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> Any:
        """See `torch.nn.Module.load_state_dict`."""

    def parameters(self) -> Iterable[Any]:
        """See `torch.nn.Module.parameters`."""


class FlowGenerator(TorchComponent, Protocol):
    """Sees optical flow in chunks of frames. A `torch.nn.Module`.

    Attributes:
        n_frames: Frames it looks at together; 2 for a single pair.
        stride: Pixels of its input per pixel of its flow.
    """

    n_frames: int
    stride: int

    def __call__(self, frames_NSCHW: Tensor) -> Tensor:
        """Compute flow for every window of `n_frames` in a chunk.

        Args:
            frames_NSCHW: z-scored RGB, float; S >= n_frames.

        Returns:
            Flow (x right, y down) in pixels of its own grid per frame; shape
            (N, S - n_frames + 1, n_frames - 1, 2, H / stride, W / stride): windows, then pairs within each.
        """

    def objective(self, frames_NSCHW: Tensor, pictures_NSCHW: Tensor) -> Mapping[str, Tensor]:
        """Its self-supervised loss.

        Args:
            frames_NSCHW: z-scored RGB, float; S = n_frames.
            pictures_NSCHW: The same frames as RGB in 0..1.

        Returns:
            Scalars: `total`, to be minimised, and its parts by name.
        """


class FeatureExtractor(TorchComponent, Protocol):
    """Condenses the window around each frame into latents and logits. A `torch.nn.Module`.

    Attributes:
        window: Frames it sees around one frame; odd, the frame in the middle.
        n_latents: Latents per frame, D.
    """

    window: int
    n_latents: int

    def __call__(
        self, frames_NSCHW: Tensor | None, flow_NTPCHW: Tensor | None, pose_NSQ: Tensor | None = None
    ) -> tuple[Tensor, Tensor]:
        """Answer for each frame in the middle of a chunk.

        Args:
            frames_NSCHW: z-scored RGB, float; S = T + window - 1. None where the plugin says `needs_frames=False`.
            flow_NTPCHW: Flow of the window - 1 pairs around each of the T frames, from the project's flow
                generator; C = 2 (x, y). None unless the plugin says `needs_flow`. May be a strided view.
            pose_NSQ: What its `see_pose` made of the pose of the same frames, float; given only where the plugin says
                `needs_pose`. Outside of the recording stands what is at its first or last frame.

        Returns:
            Latents (N, T, D) and logits (N, T, K), float.
        """


class SequenceModel(TorchComponent, Protocol):
    """Reads long stretches of latents. A `torch.nn.Module`.

    Attributes:
        receptive_field: Frames that one answer depends on, centred and odd; None where it has no bound.
    """

    receptive_field: int | None

    def __call__(self, latents_NTD: Tensor, valid_NT: Tensor) -> Tensor:
        """Answer for each frame.

        Args:
            latents_NTD: Latents, float; or the extractor's logits (N, T, K) where the plugin takes those.
            valid_NT: True where a frame is real, False for padding, which must change no answer elsewhere.

        Returns:
            Logits; shape (N, T, K), float.
        """


class PreparedNetwork(Protocol):
    """A trained network as an engine runs it."""

    def __call__(self, *inputs: Tensor) -> tuple[Tensor, ...]:
        """Answer as the network does.

        Args:
            inputs: As the examples it was prepared with, of any N; perhaps views; on its device; not to be changed.

        Returns:
            As many tensors as the network gives, on any device, float; new ones, which no later call changes.
        """


@runtime_checkable
class SeesPose(Protocol):
    """A feature extractor that looks at keypoints. It tells what it sees of a whole recording at once, in numbers.

    A tracker's gaps are filled, speeds taken and numbers standardised over a recording, which no chunk could know of.

    Attributes:
        keypoints: Names of those it wants, in this order; none for all that a recording has.
        n_individuals: Animals it wants.
        pose_is_absolute: Whether its numbers change when the animal is somewhere else in the picture, turned, mirrored
            or seen from further away. Where it sees frames too, these must then not be augmented so.
    """

    keypoints: tuple[str, ...]
    n_individuals: int
    pose_is_absolute: bool

    def see_pose(self, pose: Pose) -> NDArray[np.float32]:
        """Tell what is to be known of each frame. NumPy; called once for each recording.

        Args:
            pose: Just the keypoints and animals it wants, with frame rate and picture size; not to be changed.

        Returns:
            Q numbers for each frame, as many for every recording; finite; shape (T, Q).

        Raises:
            PoseError: There is too little of it, such as a keypoint that is never seen.
        """


@runtime_checkable
class ReadsInPieces(Protocol):
    """A sequence model without a bound that need not have the latents of a whole recording in memory."""

    def answer_in_pieces(self, read: Callable[[int, int], Tensor], n_frames: int, block_frames: int) -> Tensor:
        """Answer for every frame of one recording as the call does for all of them at once.

        Args:
            read: Gives latents of frames start up to stop, on the model's device; shape (stop - start, D), float.
                May be called as often as need be, in any order.
            n_frames: Frames in the recording, T.
            block_frames: Frames to ask for at a time, at the most.

        Returns:
            Logits; shape (T, K), float, on any device.
        """


@runtime_checkable
class StartsFromBaseRate(Protocol):
    """A network whose first answer can be set to how often each behaviour happens."""

    def initialise_bias(self, log_odds_K: Tensor) -> None:
        """Set the last bias.

        Args:
            log_odds_K: log(present / absent) in the training labels; shape (K,), finite.
        """


@runtime_checkable
class StartsFromWeights(Protocol):
    """A network whose training can start from weights that its settings name. Prediction never asks for them."""

    def load_starting_weights(self) -> Sequence[str]:
        """Fill itself before it is trained, in place; nothing where the settings name none.

        Returns:
            What was loaded and what was not, in sentences for people.

        Raises:
            CheckpointError: The weights cannot be had, or are for another network.
        """


@runtime_checkable
class TakesStatistics(Protocol):
    """A network that has to know how its frames were z-scored, as where its weights were learnt on other colours."""

    def take_statistics(self, mean_C: Tensor, std_C: Tensor) -> None:
        """Note them, among its own tensors, so that they are saved with its weights; told once, before training.

        Args:
            mean_C: Of red, green and blue over the training frames, 0..1; shape (3,), float32.
            std_C: Their standard deviation, above 0; shape (3,), float32.
        """


@dataclass(frozen=True, slots=True)
class ExtractorPart:
    """A part of a feature extractor that can learn alone.

    Attributes:
        name: Lower case with hyphens, such as `picture`.
        extractor: An extractor of its own, of the same tensors as in the whole.
        needs_flow: Whether it wants optical flow beside the frames.
        needs_pose: Whether it wants what the whole sees of pose.
    """

    name: str
    extractor: FeatureExtractor
    needs_flow: bool
    needs_pose: bool = False


@runtime_checkable
class HasParts(Protocol):
    """A feature extractor whose parts can learn in turn before they learn together (`features.curriculum`)."""

    def parts(self) -> Sequence[ExtractorPart]:
        """Its parts, in the order in which they are to learn."""


@runtime_checkable
class LooksAt(Protocol):
    """A feature extractor that looks at a few frames of its window only. Training prepares no others for it.

    Attributes:
        offsets: Frames that it looks at, counted from the one in the middle, ascending. The last of them says how long
            an answer has to wait when frames come one by one.
    """

    offsets: tuple[int, ...]


@runtime_checkable
class LooksAhead(Protocol):
    """A sequence model that says how far it looks ahead.

    Attributes:
        look_ahead: Frames after its own that an answer depends on; 0 where it depends on the past alone.
    """

    look_ahead: int


@runtime_checkable
class FitsDirectly(Protocol):
    """A model with a solver of its own in place of gradient descent, such as a baseline from scikit-learn."""

    def fit(self, examples: Iterable[tuple[Tensor, Tensor]]) -> None:
        """Fit to labelled examples, in place.

        Args:
            examples: For a feature extractor chunks (N, S, C, H, W) as its call takes them, or (N, S, Q) where it needs
                pose and no frames; for a sequence model latents (N, T, D). Beside each the labels (N, T, K) of all
                outputs: 1, 0, or -1 where not labelled. On the model's device. Can be iterated more than once.
        """


@runtime_checkable
class SurveysRecordings(Protocol):
    """A feature extractor that sees a recording as a whole before it answers for its frames, say for its background.

    Only for extractors that are fitted directly: gradient descent mixes recordings in each batch. What it keeps of a
    survey belongs to the recording, and so is no part of its `state_dict`.

    Attributes:
        n_survey_frames: Frames that it wants to see, evenly spread; all of those of a shorter recording.
    """

    n_survey_frames: int

    def survey(self, frames_TCHW: Tensor) -> None:
        """Look at a recording. All calls, and in `fit` all examples, are of its frames until the next survey.

        Args:
            frames_TCHW: z-scored RGB, float; from beginning to end, also of parts that are not trained on. Without
                labels.
        """


class Loss(Protocol):
    """Says how wrong logits are. A `torch.nn.Module`."""

    def __call__(self, logits: Tensor, labels: Tensor) -> Tensor:
        """Compute the loss.

        Args:
            logits: Real numbers; shape (..., K).
            labels: 1, 0, or -1 (not labelled, no weight); shape (..., n_behaviours). Where `LossPlugin.soft_labels`,
                also between. In an exclusive project logits have one column more, `none`, the last.

        Returns:
            A scalar; 0 with zero gradient where nothing is labelled.
        """


@dataclass(frozen=True, slots=True)
class FrameDecisions:
    """A recording's frames, each decided by itself: what a post-processor starts from.

    Attributes:
        probabilities: 0..1; shape (T, K), float32. Where behaviours exclude each other, what a row lacks to 1 is the
            share of none.
        present: What was decided, by thresholds or as the likeliest; shape (T, K), bool.
        thresholds: Least probability that counts as present; shape (K,), float32; NaN in exclusive projects.
        neutral: Probability at which a frame speaks neither for a behaviour nor against it: those of frames with and
            without it are equally dense there; shape (K,), float32; NaN in exclusive projects.
        exclusive: Whether at most one behaviour happens at a time.
    """

    probabilities: NDArray[np.float32]
    present: NDArray[np.bool_]
    thresholds: NDArray[np.float32]
    neutral: NDArray[np.float32]
    exclusive: bool


@dataclass(frozen=True, slots=True)
class Score:
    """What a metric says.

    Attributes:
        overall: One number for all behaviours; NaN where undefined.
        per_behaviour: One number per behaviour; NaN where undefined, as when a behaviour never happens.
    """

    overall: float
    per_behaviour: tuple[float, ...]
