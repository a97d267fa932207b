"""Turns the last layers of a network from the original's classes to the project's behaviours.

The original has an output for background; deg has none, or, where behaviours exclude each other, `none` as the last.
Outputs do not depend on each other, so those that stay say what they said.

Axes: K outputs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from deg_import_deepethogram.config import BACKGROUND
from deg_import_deepethogram.networks import NotBrought
from deg_import_deepethogram.weights import Tensors

Shapes = Mapping[str, tuple[int, ...]]
ShapesFor = Callable[[int], Shapes]
"""Shapes of a network's tensors for a number of outputs."""


def columns_of(class_names: Sequence[str], behaviours: Sequence[str], *, exclusive: bool) -> list[int]:
    """Which of a run's classes each output of the project is.

    Args:
        class_names: Of the run, background among them.
        behaviours: Of the project.
        exclusive: Whether an output more is wanted for `none`, which is background.

    Raises:
        NotBrought: The run was trained on other behaviours.
    """
    own = [name for name in class_names if name not in BACKGROUND]
    if set(own) != set(behaviours):
        raise NotBrought(f"trained on other behaviours: {', '.join(own)}")
    background = [index for index, name in enumerate(class_names) if name in BACKGROUND]
    if exclusive and not background:
        raise NotBrought("its classes exclude each other, but none of them is background")
    return [class_names.index(name) for name in behaviours] + (background[:1] if exclusive else [])


def turn_heads(tensors: Tensors, columns: Sequence[int], n_classes: int, shapes_for: ShapesFor) -> Tensors:
    """The same weights with other last layers.

    Args:
        tensors: Those of a network with `n_classes` outputs.
        columns: Which of them to keep, in order.
        n_classes: Outputs so far.
        shapes_for: Shapes of that network's tensors for a number of outputs, by which last layers are known.
    """
    one_more, shapes = shapes_for(n_classes + 1), shapes_for(n_classes)
    last = {name for name, shape in shapes.items() if one_more[name] != shape}
    return {name: tensor[list(columns)] if name in last else tensor for name, tensor in tensors.items()}
