"""Fills a network from another run's: what fits by name and shape, and known rows of what has a row per behaviour.

Axes: K outputs.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import cast

import torch
from torch import Tensor, nn

from deg_core.interfaces import TorchComponent
from deg_core.training.penalty import Starts

Shapes = Mapping[str, tuple[int, ...]]


@dataclass(frozen=True, slots=True)
class Outputs:
    """What the outputs of a network stand for.

    Attributes:
        behaviours: In order.
        exclusive: Whether they exclude each other; then the last output is `none`.
    """

    behaviours: tuple[str, ...]
    exclusive: bool

    @property
    def names(self) -> tuple[str, ...]:
        """One for each output."""
        return (*self.behaviours, "none") if self.exclusive else self.behaviours


@dataclass(frozen=True, slots=True)
class Fit:
    """How the tensors of a run fit a network.

    Attributes:
        loaded: Tensors that are taken whole.
        carried: Outputs whose rows are taken, by tensor, in this network's order.
        drawn: Why tensors stay as they were drawn, by tensor.
        left_out: Tensors of the run that have no place here.
    """

    loaded: tuple[str, ...]
    carried: Mapping[str, tuple[str, ...]]
    drawn: Mapping[str, str]
    left_out: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Pairing:
    """A network, and the run it may be filled from.

    Which tensors have an entry per behaviour is seen by building the network once more, for one output more.

    Attributes:
        shapes: Of the network's tensors, by name.
        wider: The same for one output more.
        own: What the network's outputs stand for.
        others: What those of the run stand for.
    """

    shapes: Shapes
    wider: Shapes
    own: Outputs
    others: Outputs

    def compare(self, there: Shapes) -> Fit:
        """Say of every tensor whether it can be filled from the run's tensors of these shapes, and if not why."""
        reasons = {name: self._misfit(name, there.get(name)) for name in self.shapes}
        drawn = {name: reason for name, reason in reasons.items() if reason is not None}
        in_rows = {name for name in self.shapes if self.own != self.others and self._axes(name)}
        shared = tuple(name for name in self.own.names if name in self.others.names)
        return Fit(
            loaded=tuple(name for name in self.shapes if name not in drawn and name not in in_rows),
            carried={name: shared for name in self.shapes if name not in drawn and name in in_rows},
            drawn=drawn,
            left_out=tuple(name for name in there if name not in self.shapes),
        )

    def fill(self, model: TorchComponent, tensors: Mapping[str, Tensor]) -> Starts:
        """Fill the network, in place; what does not fit stays as it is.

        Args:
            model: The network.
            tensors: Of the run, by name.

        Returns:
            What its parameters start from, NaN in rows that were not filled. Parameters of which nothing was filled
            are not in it.
        """
        fit, state = self.compare(shapes_of(tensors)), model.state_dict()
        filled = {name: tensors[name].to(state[name].dtype) for name in fit.loaded}
        for name, outputs in fit.carried.items():
            places, taken = ([names.index(each) for each in outputs] for names in (self.own.names, self.others.names))
            rows = torch.full(self.shapes[name], torch.nan, dtype=state[name].dtype)
            axes = self._axes(name)
            rows[_entries(rows.shape, axes, places)] = tensors[name][_entries(tensors[name].shape, axes, taken)]
            filled[name] = rows
        model.load_state_dict(
            {**state, **{name: torch.where(rows.isnan(), state[name], rows) for name, rows in filled.items()}}
        )
        parameters = cast("nn.Module", model).named_parameters()
        return {parameter: filled[name] for name, parameter in parameters if name in filled}

    def _axes(self, name: str) -> tuple[int, ...]:
        """Axes of a tensor that depend on the number of outputs."""
        shape, wider = self.shapes[name], self.wider.get(name, ())
        if len(shape) != len(wider):
            return tuple(range(len(shape)))
        return tuple(axis for axis, size in enumerate(shape) if wider[axis] != size)

    def _has_entries(self, name: str, there: tuple[int, ...]) -> bool:
        """Whether each such axis has exactly one entry per output, here and there, and the others agree."""
        shape, wider, axes = self.shapes[name], self.wider.get(name, ()), self._axes(name)
        n_own, n_others = len(self.own.names), len(self.others.names)
        plain = len(shape) == len(wider) and all(shape[axis] == n_own == wider[axis] - 1 for axis in axes)
        return plain and there == tuple(n_others if axis in axes else size for axis, size in enumerate(shape))

    def _misfit(self, name: str, there: tuple[int, ...] | None) -> str | None:
        """Why nothing of a tensor can be taken; None where something can."""
        shape, own, others = self.shapes[name], self.own, self.others
        if there is None:
            return "there is none of this name"
        if own == others or not self._axes(name):
            return None if shape == there else difference(shape, there)
        if own.exclusive != others.exclusive:
            return f"behaviours exclude each other {'here' if own.exclusive else 'there'} only"
        if not self._has_entries(name, there):
            counts = f"{len(others.behaviours)} behaviours there, {len(own.behaviours)} here"
            return counts if shape == there else f"{counts}; {difference(shape, there)}"
        if not set(own.behaviours) & set(others.behaviours):
            return f"none of these behaviours there, but {', '.join(others.behaviours)}"
        return None


def shapes_of(tensors: Mapping[str, Tensor]) -> Shapes:
    """Shapes by name."""
    return {name: tuple(tensor.shape) for name, tensor in tensors.items()}


def difference(shape: Sequence[int], there: Sequence[int]) -> str:
    """How the shape of a tensor differs from that of another run's, in words where only its input or output does."""
    differing = [axis for axis, (own, other) in enumerate(zip(shape, there, strict=False)) if own != other]
    if len(shape) != len(there) or len(differing) != 1 or differing[0] > 1:
        return f"shape {list(there)} there, {list(shape)} here"
    axis = differing[0]
    verb, what = ("gives", "outputs") if axis == 0 else ("takes", "inputs" if len(shape) == 2 else "channels")
    return f"{verb} {there[axis]} {what} there, {shape[axis]} here"


def _entries(shape: Iterable[int], axes: Collection[int], chosen: Sequence[int]) -> tuple[Tensor, ...]:
    """Indices of the chosen entries along some axes and of all along the others, to be used together."""
    sizes = list(shape)
    indices = [torch.tensor(chosen) if axis in axes else torch.arange(size) for axis, size in enumerate(sizes)]
    return tuple(
        index.view([-1 if other == axis else 1 for other in range(len(sizes))]) for axis, index in enumerate(indices)
    )
