"""The extension points, in the order data meets them.

All take nothing, are asked once, and yield descriptors. None is `firstresult`: the project file chooses by name.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pluggy

from deg_core.descriptors import (
    CommandPlugin,
    EnginePlugin,
    FeatureExtractorPlugin,
    FlowGeneratorPlugin,
    LabelFormatPlugin,
    LossPlugin,
    MetricPlugin,
    PoseFormatPlugin,
    PostProcessorPlugin,
    SequenceModelPlugin,
    VideoReaderPlugin,
)

hookspec = pluggy.HookspecMarker("deg")
hookimpl = pluggy.HookimplMarker("deg")


@hookspec
def deg_video_readers() -> Iterable[VideoReaderPlugin[Any]]:
    """Offer ways to open a video.

    Asked when a project is opened. The reader itself is built later, once in every data-loading process, so it must
    survive pickling. Prove yours with `deg_core.testing.VideoReaderContract`.
    """
    return ()


@hookspec
def deg_label_formats() -> Iterable[LabelFormatPlugin[Any]]:
    """Offer file formats for labels, to read, to write, or both.

    Used when labels come into a project and when labels or predictions leave it.
    Prove yours with `deg_core.testing.LabelFormatContract`.
    """
    return ()


@hookspec
def deg_pose_formats() -> Iterable[PoseFormatPlugin[Any]]:
    """Offer file formats for pose: keypoints of animals, as a tracker found them.

    Used when pose comes into a project, for feature extractors that need it.
    Prove yours with `deg_core.testing.PoseFormatContract`.
    """
    return ()


@hookspec
def deg_flow_generators() -> Iterable[FlowGeneratorPlugin[Any]]:
    """Offer networks that see optical flow, each with its own self-supervised objective.

    Built for `deg train flow`, and whenever a feature extractor needs flow.
    Prove yours with `deg_core.testing.FlowGeneratorContract`.
    """
    return ()


@hookspec
def deg_feature_extractors() -> Iterable[FeatureExtractorPlugin[Any]]:
    """Offer networks that condense the window around each frame into latents and logits.

    Built for `deg train features` and `deg predict`. Prove yours with `deg_core.testing.FeatureExtractorContract`.
    """
    return ()


@hookspec
def deg_sequence_models() -> Iterable[SequenceModelPlugin[Any]]:
    """Offer models that read long stretches of latents.

    Built for `deg train sequence` and `deg predict`. Prove yours with `deg_core.testing.SequenceModelContract`.
    """
    return ()


@hookspec
def deg_engines() -> Iterable[EnginePlugin[Any]]:
    """Offer ways to run trained networks: other libraries, other numbers, compilers.

    Asked for by `deg predict`; training always runs in torch. A network is prepared when the first frames are there,
    and what it says of them is compared with what torch says in 32 bit.
    Prove yours with `deg_core.testing.EngineContract`.
    """
    return ()


@hookspec
def deg_losses() -> Iterable[LossPlugin[Any]]:
    """Offer losses for the feature extractor and the sequence model.

    Built once per training, from the counts of its labels. Prove yours with `deg_core.testing.LossContract`.
    """
    return ()


@hookspec
def deg_post_processors() -> Iterable[PostProcessorPlugin[Any]]:
    """Offer rules by which neighbouring frames have a say in what is present, such as a shortest bout.

    Fitted on the training labels when the sequence model is trained, and again whenever the project names another;
    applied by `deg predict` to frames that were decided one by one.
    Prove yours with `deg_core.testing.PostProcessorContract`.
    """
    return ()


@hookspec
def deg_metrics() -> Iterable[MetricPlugin[Any]]:
    """Offer scores.

    Called while training, on validation data, and by `deg evaluate`. Prove yours with
    `deg_core.testing.MetricContract`.
    """
    return ()


@hookspec
def deg_commands() -> Iterable[CommandPlugin[Any]]:
    """Offer commands, `deg NAME`.

    Asked when `deg` is run with a command that the core lacks, or with `--help`; the command itself is imported only
    when it is used. How an optional part, such as a studio or a cluster runner, joins without the core knowing it.
    Prove yours with `deg_core.testing.CommandContract`.
    """
    return ()
