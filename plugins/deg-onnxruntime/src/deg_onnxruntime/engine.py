"""Networks run by ONNX Runtime: translated once for one row of frames, several rows answered beside each other."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import onnxruntime
import torch
from deg_core.api import PreparedNetwork
from torch import Tensor, nn

from deg_onnxruntime.settings import OnnxRuntimeSettings
from deg_onnxruntime.translation import names_for, translate

_ERRORS_ONLY = 3


def prepare(
    settings: OnnxRuntimeSettings, network: nn.Module, examples: tuple[Tensor, ...], precision: str
) -> PreparedNetwork:
    """Translate a network and load it. See `deg_core.api.EnginePlugin`."""
    del precision  # there is but one
    one = tuple(each[:1] for each in examples)
    names = names_for(network, one)
    session = open_session(translate(network, one, names))
    return _Rows(session, names, settings.streams or torch.get_num_threads())


def open_session(model: bytes) -> onnxruntime.InferenceSession:
    """A model, loaded; each call of it takes one thread."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = _ERRORS_ONLY
    return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])


class _Rows:
    """Members of a batch as calls of their own, a thread each."""

    def __init__(
        self, session: onnxruntime.InferenceSession, names: tuple[tuple[str, ...], tuple[str, ...]], streams: int
    ) -> None:
        self._session, (self._takes, self._gives) = session, names
        self._threads = ThreadPoolExecutor(max_workers=streams)

    def __call__(self, *inputs: Tensor) -> tuple[Tensor, ...]:
        """Answer. See `deg_core.api.PreparedNetwork`."""
        members = [tuple(each[m : m + 1].contiguous().numpy() for each in inputs) for m in range(len(inputs[0]))]
        answers = list(self._threads.map(self._answer, members))
        return tuple(torch.from_numpy(np.concatenate(each)) for each in zip(*answers, strict=True))

    def _answer(self, member: tuple[np.ndarray, ...]) -> list[np.ndarray]:
        answers: list[np.ndarray] = self._session.run(self._gives, dict(zip(self._takes, member, strict=False)))
        return answers
