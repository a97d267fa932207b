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
            of those is taken, and else the finest of all; in either case one through which all of a stream passes, and
            no branch beside a shortcut.

    Returns:
        Streams that have a layer, by name; `both` also where streams are but added.
    """
    others = _others(seen)
    as_it_is = _watch(network, seen)
    changed = {name: _watch(network, other) for name, other in others.items() if name != "both"}
    members: dict[StreamName, list[str]] = {}
    for name, call in as_it_is.items():
        by = [stream for stream, calls in changed.items() if calls[name].digests != call.digests]
        if by:
            members.setdefault("both" if len(by) == 2 else by[0], []).append(name)
    streams: dict[StreamName, Stream] = {}
    for stream, names in members.items():
        finder = _Finder(network, seen, others[stream], as_it_is, names)
        streams[stream] = finder.stream(stream, least_cells)
    return streams


def _others(seen: Seen) -> dict[StreamName, Seen]:
    """The same windows with other frames, with other flow, and with both."""
    generator = torch.Generator().manual_seed(0)
    frames = _other(seen.frames_NSCHW, generator)
    if seen.flow_NTPCHW is None:
        return {"image": Seen(frames, None)}
    flow = _other(seen.flow_NTPCHW, generator)
    return {"image": Seen(frames, seen.flow_NTPCHW), "flow": Seen(seen.frames_NSCHW, flow), "both": Seen(frames, flow)}


@dataclass(frozen=True, slots=True)
class _Finder:
    """Finds the layer of a stream whose maps are explained."""

    network: Network
    seen: Seen
    other: Seen
    calls: dict[str, _Call]
    names: Sequence[str]

    def stream(self, name: StreamName, least_cells: int) -> Stream:
        modules = dict(self.network.extractor.named_modules())
        weighted = tuple(each for each in self.names if has_own_weights(modules[each]))
        mapped = next((each for each in self._best_first(modules, least_cells) if self._passes_all(each)), None)
        if mapped is None:
            return Stream(name, weighted)
        height, width = self.calls[mapped].shape[-2:]
        behind = self.names[self.names.index(mapped) :]
        return Stream(name, weighted, mapped, (height, width), any(_attends(modules[each]) for each in behind))

    def _best_first(self, modules: dict[str, nn.Module], least_cells: int) -> list[str]:
        """Layers with places, from the first convolution on: fine enough ones from the deepest on, then the others."""
        kernels = [place for place, each in enumerate(self.names) if _convolves(modules[each])]
        behind = self.names[kernels[0] :] if kernels else ()
        cells = {e: min(self.calls[e].shape[-2:]) for e in behind if _has_places(self.calls[e], len(self.seen))}
        deepest_first = list(reversed(cells))
        return sorted(
            deepest_first, key=lambda each: -min(cells[each], least_cells)
        )  # sorting keeps the order of equals

    @torch.no_grad()
    def _passes_all(self, name: str) -> bool:
        """Whether what the stream says is settled by this layer's answer: other inputs change nothing behind it."""
        kept: list[Tensor] = []
        module = self.network.extractor.get_submodule(name)
        catch = module.register_forward_hook(lambda _, __, answer: kept.append(answer.clone()))
        try:
            expected = self.network.answer(*self.seen.tensors)
        finally:
            catch.remove()
        force = module.register_forward_hook(lambda _, __, ___: kept[0].clone())
        try:
            found = self.network.answer(*self.other.tensors)
        finally:
            force.remove()
        return torch.allclose(found, expected, rtol=1e-4, atol=1e-5)


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
        logits = network.answer(*seen.tensors)
    calls[""] = _Call([_digest(logits)], tuple(logits.shape))  # the whole, whose answer is no tensor alone
    return calls


def _digest(answer: Tensor) -> str:
    return sha256(answer.detach().cpu().float().contiguous().numpy().tobytes()).hexdigest()


@contextmanager
def _hooks(extractor: nn.Module, calls: dict[str, _Call]) -> Iterator[None]:
    def note(name: str, answer: Any) -> None:
        if isinstance(answer, Tensor):
            call = calls.setdefault(name, _Call())
            call.digests.append(_digest(answer))
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
