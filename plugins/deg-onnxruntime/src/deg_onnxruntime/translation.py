"""Networks as ONNX has them."""

from __future__ import annotations

import warnings
from io import BytesIO
from typing import Any

import onnx
import torch
from torch import Tensor, nn
from torch.onnx import symbolic_helper

OPSET = 17


def _movedim(graph: Any, maps: Any, source: Any, target: Any) -> Any:
    """As `torch.movedim` of one axis; torch's own translation cannot count from the end."""
    rank = maps.type().dim()
    start, stop = (int(each.item()) % rank for each in (source, target))
    order = [axis for axis in range(rank) if axis != start]
    order.insert(stop, start)
    return graph.op("Transpose", maps, perm_i=order)


_MOVEDIM = symbolic_helper.parse_args("v", "t", "t")(_movedim)


def translate(
    network: nn.Module, examples: tuple[Tensor, ...], names: tuple[tuple[str, ...], tuple[str, ...]]
) -> bytes:
    """A network as an ONNX model, for inputs of exactly the examples' shapes.

    Args:
        network: In `eval` mode, on a processor.
        examples: What it takes.
        names: Of what it takes, and of what it gives.
    """
    file = BytesIO()
    with warnings.catch_warnings(), torch.inference_mode(mode=False), torch.no_grad():
        warnings.simplefilter("ignore")  # of tracing: shapes are fixed here, and answers are compared afterwards
        torch.onnx.register_custom_op_symbolic("aten::movedim", _MOVEDIM, OPSET)
        own = tuple(each.clone() for each in examples)
        torch.onnx.export(
            network,
            own,
            file,
            input_names=list(names[0]),
            output_names=list(names[1]),
            opset_version=OPSET,
            dynamo=False,
        )
    model = onnx.load_from_string(file.getvalue())
    onnx.checker.check_model(model)
    return file.getvalue()


def names_for(network: nn.Module, examples: tuple[Tensor, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Plain names for what a network takes and gives, as many as there are."""
    with torch.inference_mode():
        n_answers = len(network(*examples))
    return tuple(f"input{i}" for i in range(len(examples))), tuple(f"answer{i}" for i in range(n_answers))
