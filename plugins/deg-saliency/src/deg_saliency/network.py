"""A trained feature extractor, and what it sees: frames and optical flow.

Axes: N windows, S frames of a window, P flow pairs in it, C channels, H, W, K outputs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import torch
from deg_core.api import FeatureExtractorPlugin, ProjectError, did_you_mean
from torch import Tensor, nn

from deg_saliency.errors import SUPPORTED, SaliencyError

if TYPE_CHECKING:
    from deg_core import Project
    from deg_core.project.run_record import RunRecord


@dataclass(frozen=True, slots=True)
class Seen:
    """What the extractor is given for some windows.

    Attributes:
        frames_NSCHW: z-scored RGB, float.
        flow_NTPCHW: Flow of the pairs in each window, (N, 1, P, 2, h, w); None where it needs none.
    """

    frames_NSCHW: Tensor
    flow_NTPCHW: Tensor | None

    def __len__(self) -> int:
        return len(self.frames_NSCHW)

    @property
    def tensors(self) -> tuple[Tensor, ...]:
        """What there is of both."""
        return (self.frames_NSCHW,) if self.flow_NTPCHW is None else (self.frames_NSCHW, self.flow_NTPCHW)


class Network:
    """The feature stage of a trained project, taken apart where frames and flow meet the extractor.

    It answers in 32 bit, whatever the project's precision and engine are.

    Args:
        stage: From frames (N, S, H, W, 3), uint8, to latents and logits, as `Project.networks` gives it.
        card: Of its run.
        window: Frames that it sees around one frame.

    Attributes:
        extractor: The module within that turns frames and flow into latents and logits.
        card: As given.
        window: As given.
        device: Where it is.
    """

    def __init__(self, stage: nn.Module, card: RunRecord, window: int) -> None:
        self._stage, self.card, self.window = stage, card, window
        self.extractor = find_extractor(stage)
        self.device: torch.device = next((each.device for each in stage.parameters()), torch.device("cpu"))

    @property
    def behaviours(self) -> tuple[str, ...]:
        """In the order of the outputs."""
        return self.card.behaviours

    def see(self, windows_NSHWC: Tensor) -> Seen:
        """What the extractor is given for windows of frames, RGB, uint8."""
        caught: list[tuple[Any, ...]] = []
        handle = self.extractor.register_forward_pre_hook(lambda _, inputs: caught.append(inputs))
        try:
            with torch.no_grad():
                self._stage(windows_NSHWC.to(self.device))
        finally:
            handle.remove()
        frames, flow = caught[0][:2]
        return Seen(frames.detach().contiguous(), None if flow is None else flow.detach().contiguous())

    def answer(self, frames_NSCHW: Tensor, flow_NTPCHW: Tensor | None = None) -> Tensor:
        """Logits (N, K) for the frame in the middle of each window."""
        return answer_of(self.extractor, frames_NSCHW, flow_NTPCHW)

    def probabilities(self, logits_NK: Tensor) -> Tensor:
        """Of the behaviours; 0..1; without the column of `none` where they exclude each other."""
        if self.card.exclusive:
            return logits_NK.softmax(dim=-1)[..., :-1]
        return logits_NK.sigmoid()

    def column(self, behaviour: str) -> int:
        """Column of a behaviour.

        Raises:
            ProjectError: It is unknown; names the nearest.
        """
        if behaviour in self.behaviours:
            return self.behaviours.index(behaviour)
        raise ProjectError(
            f"there is no behaviour {behaviour!r}",
            where="--behaviour",
            fix=f"{did_you_mean(behaviour, self.behaviours)}there are: {', '.join(self.behaviours)}",
        )


def answer_of(extractor: nn.Module, frames_NSCHW: Tensor, flow_NTPCHW: Tensor | None) -> Tensor:
    """Logits (N, K) of an extractor for the frame in the middle of each window."""
    logits_NTK: Tensor = extractor(frames_NSCHW, flow_NTPCHW)[1]
    return logits_NTK[:, 0].float()


def find_extractor(stage: nn.Module) -> nn.Module:
    """The extractor in a feature stage: below its flow generator where both learned along, as one network."""
    extractor = stage.get_submodule("extractor")
    children = dict(extractor.named_children())
    return children["extractor"] if children.keys() == {"flow_generator", "extractor"} else extractor


def load_network(project: Project, run_id: str | None = None) -> Network:
    """The feature stage of the newest sequence run, or of the one named.

    Raises:
        ProjectError: Nothing is trained yet, or there is no such run.
        CheckpointError: A run does not fit the project.
        SaliencyError: The extractor looks at something else than frames and flow.
    """
    top = project.run(run_id)
    card = top if top.built_on is None else project.run(top.built_on)
    _require_frames(_plugin_named(project, card.plugin.name), card)
    try:
        features = project.networks(run_id, n_frames=1)[0]
    except ProjectError as error:  # the runs are there, so it is the extractor
        raise unsupported(card, "it looks at whole recordings, not at windows of frames alone") from error
    return Network(features.module, features.run, features.window or 1)


def unsupported(card: RunRecord, why: str, fix: str = SUPPORTED) -> SaliencyError:
    """The error for an extractor that has no map."""
    return SaliencyError(
        f"there are no maps of feature extractor {card.plugin.name!r}: {why}", where=card.run_id, fix=fix
    )


def _plugin_named(project: Project, name: str) -> FeatureExtractorPlugin[Any] | None:
    offers: Sequence[Any] = project.workspace.catalog.of_kind(FeatureExtractorPlugin)
    return next((offer.plugin for offer in offers if offer.plugin.name == name), None)


def _require_frames(plugin: FeatureExtractorPlugin[Any] | None, card: RunRecord) -> None:
    if plugin is not None and (plugin.needs_pose or not plugin.needs_frames):
        raise unsupported(card, "it looks at pose")
