"""Shows a recording to extractors that want to see it before they answer for any of its frames.

Axes: T frames, H, W.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch

from deg_core.data.frames import Frames
from deg_core.interfaces import FeatureExtractor, SurveysRecordings
from deg_core.networks.tensors import to_z_scores
from deg_core.project.run_record import Statistics


@torch.no_grad()
def show_recording(
    extractor: FeatureExtractor,
    n_frames: int,
    read: Callable[[int, int], Frames],
    statistics: Statistics,
    device: torch.device | str = "cpu",
) -> None:
    """Show evenly spread frames of a recording to an extractor that asks for them; others are left alone.

    Args:
        extractor: In place.
        n_frames: Frames in the recording, T.
        read: Gives prepared frames start up to stop; RGB, uint8; shape (stop - start, H, W, 3).
        statistics: Colours that frames are z-scored with.
        device: Where the extractor is.
    """
    if not isinstance(extractor, SurveysRecordings):
        return
    n_shown = min(extractor.n_survey_frames, n_frames)
    places = ((np.arange(n_shown) + 0.5) * n_frames / n_shown).astype(np.int64).tolist()
    frames = torch.from_numpy(np.concatenate([read(place, place + 1) for place in places])).to(device)
    extractor.survey(to_z_scores(frames[None], statistics)[0])
