"""A moment with all that is told of it: what was seen, where the extractor looked, and what each stream said.

Axes: N moments, H, W, C channels, K outputs.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from deg_core.api import Progress, Task
from numpy.typing import NDArray

from deg_saliency.colours import middle_flow
from deg_saliency.layers import StreamName
from deg_saliency.maps import Mapper
from deg_saliency.moments import Moment
from deg_saliency.network import Network, Seen
from deg_saliency.parts import Splitter
from deg_saliency.windows import Windows

_AT_ONCE = 4


@dataclass(frozen=True, slots=True)
class Explained:
    """One moment.

    Attributes:
        moment: Frame and behaviour.
        behaviour: Its name.
        logit: What the features stage says, for which the maps are.
        probability: The same as a probability.
        mean_logit: What it says on average over the recording.
        image_part: What the picture adds to that, in logits.
        flow_part: What flow adds.
        picture: The frame; RGB, uint8; shape (H, W, 3).
        flow: From this frame to the next, pixels of its own grid; shape (2, h, w); None where none is seen.
        maps: Above 0 what speaks for the behaviour; by stream, (h, w) of its own grid.
    """

    moment: Moment
    behaviour: str
    logit: float
    probability: float
    mean_logit: float
    image_part: float
    flow_part: float
    picture: NDArray[np.uint8]
    flow: NDArray[np.float32] | None
    maps: dict[StreamName, NDArray[np.float32]]


def explain(
    network: Network,
    windows: Windows,
    mapper: Mapper,
    splitter: Splitter,
    moments: Sequence[Moment],
    progress: Progress,
) -> list[Explained]:
    """Explain moments, in their order."""
    with progress.task("maps", len(moments)) as task:
        return list(_explained(network, windows, mapper, splitter, moments, task))


def _explained(
    network: Network, windows: Windows, mapper: Mapper, splitter: Splitter, moments: Sequence[Moment], task: Task
) -> Iterator[Explained]:
    for first in range(0, len(moments), _AT_ONCE):
        some = moments[first : first + _AT_ONCE]
        seen = network.see(windows.at([each.frame for each in some]))
        maps = mapper.map(seen, [each.column for each in some])
        parts = splitter.parts(seen)
        for place, moment in enumerate(some):
            logits = parts.logits[place]
            yield Explained(
                moment=moment,
                behaviour=network.behaviours[moment.column],
                logit=float(logits[moment.column]),
                probability=float(probabilities_of(network, logits)[moment.column]),
                mean_logit=float(splitter.mean_logits[moment.column]),
                image_part=float(parts.image[place, moment.column]),
                flow_part=float(parts.flow[place, moment.column]),
                picture=windows.picture(moment.frame),
                flow=flow_of(seen, place),
                maps={name: each[place] for name, each in maps.items()},
            )
        task.advance(len(some))


def flow_of(seen: Seen, place: int) -> NDArray[np.float32] | None:
    """Flow from the middle frame of a window to the next, (2, h, w)."""
    if seen.flow_NTPCHW is None:
        return None
    return np.asarray(middle_flow(seen.flow_NTPCHW[place, 0].float().cpu().numpy()), dtype=np.float32)


def probabilities_of(network: Network, logits: NDArray[np.float64]) -> NDArray[np.float64]:
    """Probabilities of the features stage, (..., n_behaviours)."""
    import torch

    return np.asarray(network.probabilities(torch.from_numpy(logits)).numpy())


def present_by_features(network: Network, logits_TK: NDArray[np.float64]) -> NDArray[np.bool_]:
    """What the features stage says is present in each frame by itself, (T, n_behaviours)."""
    probabilities = probabilities_of(network, logits_TK)
    if network.card.exclusive:
        none = 1 - probabilities.sum(axis=-1, keepdims=True)
        likeliest = np.concatenate([probabilities, none], axis=-1).argmax(axis=-1)
        return np.asarray(likeliest[..., None] == np.arange(len(network.behaviours)))
    thresholds = np.array(network.card.thresholds or [0.5] * len(network.behaviours))
    return np.asarray(probabilities >= thresholds)
