"""Asks something of another process, as data-loading does with readers."""

from __future__ import annotations

import multiprocessing
import warnings
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import Any

_PATIENCE_S = 60.0


def answer_elsewhere(work: Callable[..., Any], *arguments: Any) -> Any:
    """Call a function in a process of its own.

    It is forked where that is possible, so that classes of test modules, which no other process can import, will do.

    Raises:
        AssertionError: The process died, or never answered.
    """
    how = "fork" if "fork" in multiprocessing.get_all_start_methods() else "spawn"
    context: Any = multiprocessing.get_context(how)  # typeshed's base class has no Process
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=_answer, args=(theirs, work, arguments), daemon=True)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # Python 3.12 warns of forks beside threads
        process.start()
    theirs.close()
    try:
        if ours.poll(_PATIENCE_S):
            answered: tuple[bool, Any] = ours.recv()
        else:
            raise AssertionError(f"a worker process does not answer after {_PATIENCE_S:g} s")
    except EOFError:
        process.join(_PATIENCE_S)
        raise AssertionError(f"a worker process died with exit status {process.exitcode}") from None
    finally:
        process.kill()
    process.join()
    assert answered[0], f"fails in a worker process: {answered[1]}"
    return answered[1]


def _answer(pipe: Connection, work: Callable[..., Any], arguments: tuple[Any, ...]) -> None:
    try:
        pipe.send((True, work(*arguments)))
    except Exception as error:
        pipe.send((False, repr(error)))
