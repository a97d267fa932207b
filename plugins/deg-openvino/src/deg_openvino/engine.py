"""Networks run by OpenVINO: traced once, compiled for one row of frames, asked for several rows at a time.

Shapes are fixed when a network is compiled, since OpenVINO then chooses layouts and memory ahead. Members of a batch
are requests of their own, each on a stream of its own: on few cores that beats many threads within one request.
"""

from __future__ import annotations

import warnings
from threading import Lock

import numpy as np
import openvino as ov
import torch
from deg_core.api import PreparedNetwork
from torch import Tensor, nn

from deg_openvino.settings import OpenVinoSettings

_HINTS = {"32": "f32", "bf16": "bf16"}


def prepare(
    settings: OpenVinoSettings,
    network: nn.Module,
    examples: tuple[Tensor, ...],
    precision: str,
) -> PreparedNetwork:
    """Translate and compile a network. See `deg_core.api.EnginePlugin`."""
    threads = settings.threads or torch.get_num_threads()
    streams = settings.streams or threads
    hints = {
        "INFERENCE_PRECISION_HINT": _HINTS[precision],
        "NUM_STREAMS": str(streams),
        "INFERENCE_NUM_THREADS": str(threads),
    }
    compiled = ov.Core().compile_model(translate(network, examples), "CPU", hints)
    return _Requests(compiled, streams)


def translate(network: nn.Module, examples: tuple[Tensor, ...]) -> ov.Model:
    """A network as OpenVINO has it, for one member of a batch."""
    with warnings.catch_warnings(), torch.inference_mode(mode=False), torch.no_grad():
        warnings.simplefilter("ignore")  # of tracing: shapes are fixed here, and answers are compared afterwards
        one = tuple(each[:1].clone() for each in examples)
        traced = torch.jit.trace(network, one, check_trace=False)
        model = ov.convert_model(traced, example_input=one)
    model.reshape({index: list(each.shape) for index, each in enumerate(one)})
    return model


class _Requests:
    """Members of a batch as requests that run beside each other."""

    def __init__(self, compiled: ov.CompiledModel, streams: int) -> None:
        self._queue = ov.AsyncInferQueue(compiled, streams)
        self._queue.set_callback(self._keep)
        self._n_answers = len(compiled.outputs)
        self._kept: dict[int, list[np.ndarray]] = {}
        self._alone = Lock()

    def __call__(self, *inputs: Tensor) -> tuple[Tensor, ...]:
        """Answer. See `deg_core.api.PreparedNetwork`."""
        with self._alone:
            self._kept = {}
            for member in range(len(inputs[0])):
                self._queue.start_async([each[member : member + 1].numpy() for each in inputs], member)
            self._queue.wait_all()
            kept = [self._kept[member] for member in range(len(inputs[0]))]
        return tuple(torch.from_numpy(np.concatenate([each[i] for each in kept])) for i in range(self._n_answers))

    def _keep(self, request: ov.InferRequest, member: int) -> None:
        self._kept[member] = [np.array(request.get_output_tensor(i).data) for i in range(self._n_answers)]
