"""What is known of a published network, whoever published it.

Axes: M pictures or clips, C channels, L frames of a clip, H, W, D latents.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from torch import Tensor, nn

Tensors = Mapping[str, Tensor]
Colour = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Published:
    """A network without its classifier, and all that has to be known to use it.

    Attributes:
        arch: Its name.
        network: With random weights; gives latents (M, D) of pictures (M, 3, H, W) or clips (M, 3, L, H, W).
        n_latents: D.
        mean: Of red, green and blue, 0..1, that its weights expect to be taken off.
        std: By which they expect them to be divided.
        size: Height and width that it is to see, pixels; None where it takes frames as they come.
        classifier: What names of tensors begin with that belong to its classifier.
        fetch: Gives the published weights, from the network or from where they were kept.
        adapt: Gives weights the names and shapes that this network has.
    """

    arch: str
    network: nn.Module
    n_latents: int
    mean: Colour
    std: Colour
    size: tuple[int, int] | None
    classifier: tuple[str, ...]
    fetch: Callable[[], Tensors]
    adapt: Callable[[Tensors], Tensors]
