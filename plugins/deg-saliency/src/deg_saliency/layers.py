"""Finds out which layers of an extractor depend on the picture, on flow, or on both, by trying.

Nothing is known of an extractor but how it is called, so layers are watched while it answers for frames and flow as
they are, for other frames, and for other flow.

Axes: N windows, H, W.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, Literal

import torch
from torch import Tensor, nn

from deg_saliency.network import Network, Seen

StreamName = Literal["image", "flow", "both"]


@dataclass(frozen=True, slots=True)
class Stream:
    """What of an extractor depends on the same inputs.

    Attributes:
        name: `image`, `flow`, or `both` where they are joined.
        weighted: Names of its layers with matrices or kernels, in the order in which they answer.
        mapped: Name of the layer whose maps are explained; None where none has places.
        grid: Height and width of that layer's maps.
        attends_after: Whether a layer of attention lies behind it, which mixes places.
    """

    name: StreamName
    weighted: tuple[str, ...] = ()
    mapped: str | None = None
    grid: tuple[int, int] = (0, 0)
    attends_after: bool = False


@dataclass(slots=True)
class _Call:
    """How one layer answered: digest and shape of each answer, in the order of all."""

    digests: list[str] = field(default_factory=list)
    shape: tuple[int, ...] = ()


def find_streams(network: Network, seen: Seen, least_cells: int) -> dict[StreamName, Stream]:
    """Divide an extractor's layers by what they depend on.

    Args:
        network: The extractor.
        seen: Some windows to try with.
        least_cells: Cells that maps have along their shorter side at least, where there is such a layer: the deepest
            of those is taken, and else the finest of all.

    Returns:
        Streams that have a layer, by name.
    """
    generator = torch.Generator().manual_seed(0)
    as_it_is = _watch(network, seen)
    other_frames = _watch(network, Seen(_other(seen.frames_NSCHW, generator), seen.flow_NTPCHW))
    other_flow = as_it_is
    if seen.flow_NTPCHW is not None:
        other_flow = _watch(network, Seen(seen.frames_NSCHW, _other(seen.flow_NTPCHW, generator)))
    members: dict[StreamName, list[str]] = {}
    for name, call in as_it_is.items():
        of_frames, of_flow = (call.digests != other[name].digests for other in (other_frames, other_flow))
        if of_frames or of_flow:
            stream: StreamName = "both" if of_frames and of_flow else "image" if of_frames else "flow"
            members.setdefault(stream, []).append(name)
    return {name: _stream(name, names, network, as_it_is, len(seen), least_cells) for name, names in members.items()}


def _stream(
    name: StreamName, names: Sequence[str], network: Network, calls: dict[str, _Call], n_windows: int, least_cells: int
) -> Stream:
    modules = dict(network.extractor.named_modules())
    weighted = tuple(each for each in names if has_own_weights(modules[each]))
    kernels = [place for place, each in enumerate(names) if _convolves(modules[each])]
    placed = {
        each: min(calls[each].shape[-2:])
        for each in names[kernels[0] if kernels else len(names) :]
        if _has_places(calls[each], n_windows)
    }
    fine = [each for each, cells in placed.items() if cells >= least_cells]
    finest = [each for each, cells in placed.items() if cells == max(placed.values())]
    if not placed:
        return Stream(name, weighted)
    mapped = (fine or finest)[-1]
    height, width = calls[mapped].shape[-2:]
    behind = names[names.index(mapped) :]
    return Stream(name, weighted, mapped, (height, width), any(_attends(modules[each]) for each in behind))


def has_own_weights(module: nn.Module) -> bool:
    """Whether it has a matrix or kernels itself, and not through others in it."""
    return any(each.ndim >= 2 for each in module.parameters(recurse=False))


def _convolves(module: nn.Module) -> bool:
    return any(each.ndim >= 4 for each in module.parameters(recurse=False))


def _attends(module: nn.Module) -> bool:
    return "attention" in type(module).__name__.lower()


def _has_places(call: _Call, n_windows: int) -> bool:
    """Whether it answered once, for all windows, with maps of more than one place."""
    shape = call.shape
    return len(call.digests) == 1 and len(shape) >= 4 and shape[0] % n_windows == 0 and min(shape[-2:]) > 1


def _other(tensor: Tensor, generator: torch.Generator) -> Tensor:
    noise = torch.randn(tensor.shape, generator=generator).to(tensor)
    return tensor + noise * (tensor.std() + 1e-3)


@torch.no_grad()
def _watch(network: Network, seen: Seen) -> dict[str, _Call]:
    """What each layer answers, by name, in the order in which they are done."""
    calls: dict[str, _Call] = {}
    with _hooks(network.extractor, calls):
        network.answer(*seen.tensors)
    return calls


@contextmanager
def _hooks(extractor: nn.Module, calls: dict[str, _Call]) -> Iterator[None]:
    def note(name: str, answer: Any) -> None:
        if isinstance(answer, Tensor):
            call = calls.setdefault(name, _Call())
            call.digests.append(sha256(answer.detach().cpu().float().contiguous().numpy().tobytes()).hexdigest())
            call.shape = tuple(answer.shape)

    handles = [
        module.register_forward_hook(lambda _, __, answer, name=name: note(name, answer))
        for name, module in extractor.named_modules()
        if name
    ]
    try:
        yield
    finally:
        for handle in handles:
            handle.remove()
