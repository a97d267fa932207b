"""All networks of the feature stage as one, from bytes to answers: what an engine runs.

Axes: N chunks, S frames of a chunk, T frames in its middle, H, W, Q numbers told of pose, D latents, K outputs.
"""

from __future__ import annotations

from typing import cast

from torch import Tensor, nn

from deg_core.interfaces import FeatureExtractor, FlowGenerator, SurveysRecordings
from deg_core.networks.fine_tuning import FineTuned
from deg_core.networks.tensors import extract, to_z_scores
from deg_core.project.run_record import Statistics


class FeatureStage(nn.Module):
    """Frames, pose or both to latents and logits.

    Args:
        flow_generator: None where the extractor needs no flow.
        extractor: Gives latents and logits.
        statistics: Colours that frames are z-scored with.
        needs_frames: Whether the extractor looks at frames.
    """

    def __init__(
        self,
        flow_generator: FlowGenerator | None,
        extractor: FeatureExtractor,
        statistics: Statistics,
        *,
        needs_frames: bool = True,
    ) -> None:
        super().__init__()
        self.flow_generator = cast("nn.Module | None", flow_generator)
        self.extractor = cast("nn.Module", extractor)
        self._statistics, self._needs_frames = statistics, needs_frames
        self.training = False

    @property
    def remembers(self) -> bool:
        """Whether an answer depends on what was seen of the recording before."""
        return isinstance(self.extractor, SurveysRecordings)

    @property
    def shares(self) -> bool:
        """Whether neighbouring frames share work: not where a window's flow is computed for each frame by itself."""
        flow = self.extractor.flow_generator if isinstance(self.extractor, FineTuned) else self.flow_generator
        return flow is None or cast("FlowGenerator", flow).n_frames == 2

    def forward(self, *inputs: Tensor) -> tuple[Tensor, Tensor]:
        """Answer for each frame in the middle of a chunk.

        Args:
            inputs: Those that the extractor looks at: RGB, 0..255, uint8 (N, S, H, W, 3), and what it sees of pose,
                float (N, S, Q).

        Returns:
            Latents (N, T, D) and logits (N, T, K), float.
        """
        frames_NSCHW = to_z_scores(inputs[0], self._statistics) if self._needs_frames else None
        pose_NSQ = inputs[-1] if len(inputs) > self._needs_frames else None
        flow = cast("FlowGenerator | None", self.flow_generator)
        return extract(frames_NSCHW, flow, cast("FeatureExtractor", self.extractor), pose_NSQ)
