"""Where an extractor looked: maps of what speaks for a behaviour and what against it, one for each stream.

Gradients and occlusion are those of captum.

Axes: N windows, S frames of a window, P flow pairs, C channels, H, W, K outputs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import numpy as np
from captum.attr import LayerGradientXActivation, Occlusion
from numpy.typing import NDArray
from torch import Tensor, nn

from deg_saliency.layers import Stream, StreamName
from deg_saliency.network import Network, Seen, answer_of, unsupported

Method = Literal["grad-cam", "occlusion"]
Maps = dict[StreamName, NDArray[np.float32]]

WITHOUT_GRADIENTS = "use --method occlusion, which asks for nothing but answers"
_INPUTS: tuple[StreamName, ...] = ("image", "flow")
_AT_ONCE = 8
"""Occluded windows that are answered for together."""


class Mapper:
    """Makes maps of one extractor by one method.

    Args:
        network: The extractor.
        streams: Its streams, from `find_streams`.
        method: `grad-cam`: gradient times activation of one layer, place by place; `occlusion`: what a logit loses
            when a patch is hidden.
        cells: For occlusion: patches along the shorter side, of which neighbours overlap by a half.

    Attributes:
        sees: `image`, `flow`, or both of them.

    Raises:
        SaliencyError: The extractor has no layer with places, or one whose places are mixed behind it.
    """

    def __init__(self, network: Network, streams: Mapping[StreamName, Stream], method: Method, cells: int) -> None:
        self._network, self._method, self._cells = network, method, cells
        self.sees = tuple(name for name in _INPUTS if {name, "both"} & streams.keys())
        self._layers = {name: str(stream.mapped) for name, stream in streams.items() if stream.mapped is not None}
        if not self.sees:
            raise unsupported(network.card, "it says the same whatever it sees", "train it on labelled frames")
        if method == "occlusion":
            return
        if not self._layers:
            raise unsupported(network.card, "it has no convolutions with places in their maps", WITHOUT_GRADIENTS)
        if any(stream.attends_after for stream in streams.values()):
            raise unsupported(network.card, "attention mixes places behind its convolutions", WITHOUT_GRADIENTS)
        if len(self._layers) > 1:  # where streams were joined before they end, their own maps say more
            self._layers.pop("both", None)

    @property
    def layers(self) -> dict[StreamName, str]:
        """Layers whose maps are explained, by stream; for occlusion those that could be."""
        return dict(self._layers)

    def map(self, seen: Seen, columns: Sequence[int], extractor: nn.Module | None = None) -> Maps:
        """Map what speaks for (above 0) and against (below 0) a behaviour.

        Args:
            seen: Windows.
            columns: The output that is asked about, for each window.
            extractor: Another one of the same layers, in place of the network's own.

        Returns:
            For each stream (N, h, w), float32, of its own grid; new arrays.
        """
        extractor = self._network.extractor if extractor is None else extractor
        if self._method == "occlusion":
            return self._occlude(extractor, seen, columns)
        return self._differentiate(extractor, seen, columns)

    def _differentiate(self, extractor: nn.Module, seen: Seen, columns: Sequence[int]) -> Maps:
        layers = [extractor.get_submodule(name) for name in self._layers.values()]
        method = LayerGradientXActivation(_answering(extractor), layers)
        try:
            found = method.attribute(seen.tensors, target=list(columns))
        except RuntimeError as error:  # frozen networks answer without gradients
            raise unsupported(self._network.card, str(error).splitlines()[0], WITHOUT_GRADIENTS) from error
        return {name: _summed(each, len(seen)) for name, each in zip(self._layers, found, strict=True)}

    def _occlude(self, extractor: nn.Module, seen: Seen, columns: Sequence[int]) -> Maps:
        steps = [_step(tensor, self._cells) for tensor in seen.tensors]
        windows = [
            (*t.shape[1:-2], *(min(2 * step, n) for n in t.shape[-2:]))
            for t, step in zip(seen.tensors, steps, strict=True)
        ]
        strides = [(*t.shape[1:-2], step, step) for t, step in zip(seen.tensors, steps, strict=True)]
        found = Occlusion(_answering(extractor)).attribute(
            seen.tensors,
            tuple(windows),
            tuple(strides),
            baselines=(0,) * len(seen.tensors),  # the mean colour, and stillness
            target=list(columns),
            perturbations_per_eval=_AT_ONCE,
        )
        maps = {name: _first_plane(each) for name, each in zip(_INPUTS, found, strict=False)}
        return {name: maps[name] for name in self.sees}


def _answering(extractor: nn.Module) -> Any:
    """An extractor as captum calls it."""
    module = _Answering(extractor)
    return module.eval()


class _Answering(nn.Module):
    """One logit vector for each window."""

    def __init__(self, extractor: nn.Module) -> None:
        super().__init__()
        self.extractor = extractor
        self.training = False

    def forward(self, frames_NSCHW: Tensor, flow_NTPCHW: Tensor | None = None) -> Tensor:
        return answer_of(self.extractor, frames_NSCHW, flow_NTPCHW)


def _step(tensor: Tensor, cells: int) -> int:
    return max(1, min(tensor.shape[-2:]) // cells)


def _summed(attribution: Tensor, n_windows: int) -> NDArray[np.float32]:
    """Sum over channels, and over time where there is some; (N, h, w)."""
    height, width = attribution.shape[-2:]
    summed = attribution.detach().float().reshape(n_windows, -1, height, width).sum(dim=1)
    return np.asarray(summed.cpu().numpy(), dtype=np.float32)


def _first_plane(attribution: Tensor) -> NDArray[np.float32]:
    """A patch hides all channels and frames alike, so any of them says it; (N, h, w)."""
    planes = attribution.detach().float().flatten(1, -3)[:, 0]
    return np.asarray(planes.cpu().numpy(), dtype=np.float32)
