"""What a hook yields: a name, a settings model, and a function that builds the thing."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Protocol

from deg_core.plugin import NoSettings as NoSettings
from deg_core.plugin import Plugin as Plugin
from deg_core.plugin import PluginSettings as PluginSettings
from deg_core.plugin import S, S_contra

if TYPE_CHECKING:
    import click
    import numpy as np
    from numpy.typing import NDArray
    from torch import Tensor, nn

    from deg_core.data.labels import Labels
    from deg_core.data.pose import Pose
    from deg_core.data.timeline import Timeline
    from deg_core.interfaces import (
        FeatureExtractor,
        FlowGenerator,
        FrameDecisions,
        Loss,
        PreparedNetwork,
        Score,
        SequenceModel,
        VideoReader,
    )


PRECISIONS = ("32", "bf16", "16")
"""Numbers that networks calculate with: 32 bit, or mixed with bf16 or with 16 bit."""


class OpenVideo(Protocol[S_contra]):
    """Opens one video. A module-level function, so that it can be pickled."""

    def __call__(self, path: Path, settings: S_contra) -> VideoReader:
        """Open the video at `path`; raises `VideoError`."""


@dataclass(frozen=True, kw_only=True)
class VideoReaderPlugin(Plugin[S]):
    """A way to open one family of video files.

    Attributes:
        suffixes: File suffixes it can open, with the dot, lower case; empty where it opens folders.
        open: Called with the video's path and the validated settings.
    """

    hook: ClassVar[str] = "deg_video_readers"
    kind: ClassVar[str] = "video reader"

    suffixes: frozenset[str]
    open: OpenVideo[S]


class ReadLabels(Protocol[S_contra]):
    """Reads a label file."""

    def __call__(
        self, path: Path, settings: S_contra, timeline: Timeline | None, behaviours: tuple[str, ...]
    ) -> Labels:
        """Read labels.

        Args:
            path: The file.
            settings: Validated settings.
            timeline: The recording's frame times; None where unknown, and then refused by formats that need it.
            behaviours: Those the project looks for. Formats of events take one that is never mentioned as absent
                in the observed span; formats with a column each leave it out. Empty: those in the file.

        Raises:
            LabelError: The file is not in this format, or contradicts itself or the timeline.
        """


class WriteLabels(Protocol[S_contra]):
    """Writes a label file."""

    def __call__(self, path: Path, labels: Labels, settings: S_contra, timeline: Timeline) -> tuple[str, ...]:
        """Write labels to `path`.

        Returns:
            What the format could not hold, a sentence each; empty where nothing was lost.
        """


@dataclass(frozen=True, kw_only=True)
class LabelFormatPlugin(Plugin[S]):
    """A file format for labels.

    Attributes:
        suffixes: Usual file suffixes, with the dot, lower case; the first is used when writing.
        read: Reads it, or None where deg only writes it.
        write: Writes it, or None where deg only reads it.
    """

    hook: ClassVar[str] = "deg_label_formats"
    kind: ClassVar[str] = "label format"

    suffixes: tuple[str, ...]
    read: ReadLabels[S] | None = None
    write: WriteLabels[S] | None = None


class ReadPose(Protocol[S_contra]):
    """Reads a pose file."""

    def __call__(self, path: Path, settings: S_contra, timeline: Timeline) -> Pose:
        """Read the pose of one recording.

        Args:
            path: The file.
            settings: Validated settings.
            timeline: The recording's frame times. What the file says nothing of is missing.

        Returns:
            A pose of exactly its frames.

        Raises:
            PoseError: The file is not in this format, contradicts itself, or tells of frames the recording lacks.
        """


@dataclass(frozen=True, kw_only=True)
class PoseFormatPlugin(Plugin[S]):
    """A file format for pose: where keypoints of animals are in each frame.

    Attributes:
        suffixes: Usual file suffixes, with the dot, lower case, such as `.csv` or `.analysis.h5`.
        read: Reads it.
    """

    hook: ClassVar[str] = "deg_pose_formats"
    kind: ClassVar[str] = "pose format"

    suffixes: tuple[str, ...]
    read: ReadPose[S]


class BuildFlowGenerator(Protocol[S_contra]):
    """Builds a flow generator with random weights."""

    def __call__(self, settings: S_contra) -> FlowGenerator:
        """Build it."""


@dataclass(frozen=True, kw_only=True)
class FlowGeneratorPlugin(Plugin[S]):
    """A network that sees optical flow."""

    hook: ClassVar[str] = "deg_flow_generators"
    kind: ClassVar[str] = "flow generator"

    build: BuildFlowGenerator[S]


class BuildFeatureExtractor(Protocol[S_contra]):
    """Builds a feature extractor with random weights."""

    def __call__(self, settings: S_contra, n_outputs: int) -> FeatureExtractor:
        """Build it for K = n_outputs."""


@dataclass(frozen=True, kw_only=True)
class FeatureExtractorPlugin(Plugin[S]):
    """A network that condenses the window around each frame.

    Attributes:
        needs_flow: Whether it wants optical flow beside the frames.
        needs_frames: Whether it looks at frames at all. No video is decoded for one that does not.
        needs_pose: Whether it wants pose; then what is built fulfils `SeesPose`.
    """

    hook: ClassVar[str] = "deg_feature_extractors"
    kind: ClassVar[str] = "feature extractor"

    needs_flow: bool
    needs_frames: bool = True
    needs_pose: bool = False
    build: BuildFeatureExtractor[S]

    def __post_init__(self) -> None:
        super().__post_init__()
        if not self.needs_frames and (self.needs_flow or not self.needs_pose):
            raise ValueError(f"{self.name!r} needs no frames, so it has to need pose, and cannot need flow")


class BuildSequenceModel(Protocol[S_contra]):
    """Builds a sequence model with random weights."""

    def __call__(self, settings: S_contra, n_latents: int, n_outputs: int) -> SequenceModel:
        """Build it for D = n_latents and K = n_outputs."""


@dataclass(frozen=True, kw_only=True)
class SequenceModelPlugin(Plugin[S]):
    """A model that reads long stretches of time.

    Attributes:
        takes: What it reads: the extractor's latents, or its logits (then D = K).
        causal: Whether an answer depends on the past alone.
    """

    hook: ClassVar[str] = "deg_sequence_models"
    kind: ClassVar[str] = "sequence model"

    takes: Literal["latents", "logits"] = "latents"
    causal: bool = False
    build: BuildSequenceModel[S]


class PrepareNetwork(Protocol[S_contra]):
    """Makes a trained network ready to answer fast."""

    def __call__(
        self, settings: S_contra, network: nn.Module, examples: tuple[Tensor, ...], precision: str
    ) -> PreparedNetwork:
        """Prepare it; whatever it raises says why this network cannot be prepared.

        Args:
            settings: Validated settings.
            network: In `eval` mode, on its device. It gives a tuple of tensors, and answers for each member of a batch
                (the first axis of everything that it takes and gives) by itself.
            examples: What it takes, such as uint8 frames (N, S, H, W, 3), on its device; not to be changed. Any N may
                follow, and of all other axes only these lengths.
            precision: One of `bounds`.
        """


@dataclass(frozen=True, kw_only=True)
class EnginePlugin(Plugin[S]):
    """What runs trained networks when they answer.

    Attributes:
        bounds: Precisions it can do, `32`, `bf16` or `16`, and how far each may be from torch in 32 bit, not compiled:
            the largest difference, as a share of the largest answer.
        devices: Kinds of device it runs on, as torch names them.
        libraries: Distributions whose versions its numbers and speed depend on.
        runs_module: Whether it calls the module itself, in any shape, with its memory; others take a picture of it.
        prepare: Makes a network ready.
    """

    hook: ClassVar[str] = "deg_engines"
    kind: ClassVar[str] = "engine"

    bounds: Mapping[str, float]
    devices: frozenset[str] = frozenset({"cpu"})
    libraries: tuple[str, ...] = ()
    runs_module: bool = False
    prepare: PrepareNetwork[S]

    def __post_init__(self) -> None:
        super().__post_init__()
        if not self.bounds or set(self.bounds) - set(PRECISIONS):
            raise ValueError(f"{self.name!r} has to name its precisions, out of {', '.join(PRECISIONS)}")


class BuildLoss(Protocol[S_contra]):
    """Builds a loss for given label counts."""

    def __call__(self, settings: S_contra, label_counts: NDArray[np.int64]) -> Loss:
        """Build it.

        Args:
            settings: Validated settings.
            label_counts: Frames absent and present in the training labels, for each output; shape (K, 2).
        """


@dataclass(frozen=True, kw_only=True)
class LossPlugin(Plugin[S]):
    """A training loss.

    Attributes:
        exclusive: Whether it takes behaviours to exclude each other, with an output more for `none`.
        soft_labels: Whether it takes labels between 0 and 1 too, a teacher's probabilities; float32.
    """

    hook: ClassVar[str] = "deg_losses"
    kind: ClassVar[str] = "loss"

    exclusive: bool = False
    soft_labels: bool = False
    build: BuildLoss[S]


class LearnFromLabels(Protocol[S_contra]):
    """Learns from labels how behaviours go on and change."""

    def __call__(self, settings: S_contra, labels: Sequence[NDArray[np.int8]], *, exclusive: bool) -> Mapping[str, Any]:
        """Learn.

        Args:
            settings: Validated settings.
            labels: Of all frames of each recording with training data: 1, 0, or -1 (not for training); shapes (T, K).
            exclusive: Whether at most one behaviour happens at a time.

        Returns:
            Plain JSON: what `apply` needs to know. It is kept on the run's card.
        """


class ApplyPostProcessor(Protocol[S_contra]):
    """Makes of decisions for single frames a decision for the recording. Pure, NumPy."""

    def __call__(self, settings: S_contra, learned: Mapping[str, Any], frames: FrameDecisions) -> NDArray[np.bool_]:
        """Decide.

        Args:
            settings: Validated settings.
            learned: What `learn` gave; empty where there is no such function.
            frames: All frames of one recording.

        Returns:
            True where a behaviour is present, in exclusive projects at most once in a row; shape (T, K), a new array.
        """


@dataclass(frozen=True, kw_only=True)
class PostProcessorPlugin(Plugin[S]):
    """A rule by which neighbouring frames have a say in what is present.

    Attributes:
        learn: Learns from the training labels; None where there is nothing to learn.
        apply: Decides.
    """

    hook: ClassVar[str] = "deg_post_processors"
    kind: ClassVar[str] = "post-processor"

    learn: LearnFromLabels[S] | None = None
    apply: ApplyPostProcessor[S]


class ComputeScore(Protocol):
    """Scores one set of frames. Pure, NumPy."""

    def __call__(
        self, probabilities: NDArray[np.float32], present: NDArray[np.bool_], labels: NDArray[np.int8]
    ) -> Score:
        """Score.

        Args:
            probabilities: 0..1; shape (T, K).
            present: What was decided; shape (T, K).
            labels: 1, 0, or -1 where not labelled, which must not count; shape (T, K).
        """


@dataclass(frozen=True, kw_only=True)
class MetricPlugin(Plugin[S]):
    """A score.

    Attributes:
        goal: Whether more or less is better.
        score: Computes it.
    """

    hook: ClassVar[str] = "deg_metrics"
    kind: ClassVar[str] = "metric"

    goal: Literal["max", "min"]
    score: ComputeScore


@dataclass(frozen=True, kw_only=True)
class CommandPlugin(Plugin[S]):
    """A command `deg NAME`.

    Attributes:
        load: Imports and gives the click command; called only when it is used.
    """

    hook: ClassVar[str] = "deg_commands"
    kind: ClassVar[str] = "command"

    load: Callable[[], click.Command]


KINDS: tuple[type[Plugin[PluginSettings]], ...] = (
    VideoReaderPlugin,
    LabelFormatPlugin,
    PoseFormatPlugin,
    FlowGeneratorPlugin,
    FeatureExtractorPlugin,
    SequenceModelPlugin,
    EnginePlugin,
    LossPlugin,
    PostProcessorPlugin,
    MetricPlugin,
    CommandPlugin,
)
"""Every kind of plugin, in the order data meets them."""
