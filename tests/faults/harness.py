"""Tries a function on files that may do it harm, in a process of its own, and says what became of each.

A test names a function of a module in this folder, which takes the path of one file. It returns when the file was read
right (what it returns is the message), raises `DegError` to refuse it, and `AssertionError` where the answer is wrong:

    outcomes = attempt("video_reading:read_all", paths)
    assert [each for each in outcomes if each.verdict not in {"ok", "refused"}] == []

One worker takes many files, one after the other, and is started anew when it dies or has to be killed.
Memory, and writing by other means than Python's own, are watched where there is `/proc`; elsewhere they are not.
"""

from __future__ import annotations

import contextlib
import json
import os
import queue
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Literal

Verdict = Literal["ok", "refused", "wrong", "failed", "crashed", "hung", "memory", "strayed"]

HERE = Path(__file__).resolve().parent
_POLL_S = 0.02
_START_S = 120.0
"""Within which a worker has imported what it tries, on a machine with much else to do."""


@dataclass(frozen=True)
class Outcome:
    """What became of one file.

    Attributes:
        case: The file, or folder.
        verdict: `ok`: read right. `refused`: by a `DegError`. `wrong`: read, but an assertion does not hold.
            `failed`: another exception came out. `crashed`: the process died. `hung`: it took too long. `memory`: it
            took too much. `strayed`: something was written where nothing should be.
        message: What the function returned, or what was said.
        seconds: How long it took.
        grown_mb: By how much the process grew at most.
    """

    case: Path
    verdict: Verdict
    message: str
    seconds: float = 0.0
    grown_mb: float = 0.0


def attempt(
    function: str,
    cases: Sequence[Path],
    *,
    seconds: float = 10.0,
    memory_mb: int = 1024,
    may_write: Sequence[Path] = (),
    workers: int = 1,
) -> list[Outcome]:
    """Call a function with each path, where it can do no harm.

    Args:
        function: `module:name`; the module lies in this folder, or can be imported.
        cases: What the function is called with, one by one.
        seconds: Time for one case.
        memory_mb: By how much the process may grow with one case.
        may_write: Folders that may be written to, beside the one for temporary files.
        workers: Processes at a time.

    Returns:
        An outcome per case, in their order.
    """
    parts = [cases[number::workers] for number in range(workers)]
    with ThreadPoolExecutor(workers) as pool:
        made = pool.map(lambda part: _attempt_in_turn(function, part, seconds, memory_mb, may_write), parts)
        found = {outcome.case: outcome for part in made for outcome in part}
    return [found[case] for case in cases]


def told(outcomes: Sequence[Outcome], *accepted: Verdict) -> str:
    """The outcomes of other verdicts than those, a line each; for messages of assertions."""
    lines = [f"{each.verdict}: {each.case.name!r}: {each.message}" for each in outcomes if each.verdict not in accepted]
    return "\n".join(lines)


def _attempt_in_turn(
    function: str, cases: Sequence[Path], seconds: float, memory_mb: int, may_write: Sequence[Path]
) -> list[Outcome]:
    worker: _Worker | None = None
    outcomes = []
    try:
        for case in cases:
            if worker is None:
                worker = _Worker(function, may_write)
            outcome = worker.attempt(case, seconds, memory_mb)
            outcomes.append(outcome)
            if outcome.verdict in {"crashed", "hung", "memory"}:
                worker.end()
                worker = None
    finally:
        if worker is not None:
            worker.end()
    return outcomes


class _Worker:
    """A process that answers one line for each path it is given."""

    def __init__(self, function: str, may_write: Sequence[Path]) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="faults-", ignore_cleanup_errors=True)
        folder = Path(self._folder.name)
        (folder / "empty").mkdir()
        (folder / "tmp").mkdir()
        self._said = (folder / "stderr.txt").open("w+b")
        allowed = [str(path.resolve()) for path in (folder / "tmp", *may_write)]
        temporary = dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(folder / "tmp"))
        self._process = subprocess.Popen(
            [sys.executable, __file__, json.dumps([function, allowed, sys.path])],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._said,
            cwd=folder / "empty",
            env={**os.environ, **temporary, "PYTHONDONTWRITEBYTECODE": "1", "PYTHONFAULTHANDLER": "1"},
        )
        self._answers: queue.Queue[bytes] = queue.Queue()
        threading.Thread(target=self._listen, args=(self._process.stdout,), daemon=True).start()
        ready = self._answer(_START_S, None)
        if not isinstance(ready, dict):
            self.end()
            raise RuntimeError(f"no worker for {function!r}: {self._last_words()}")

    def attempt(self, case: Path, seconds: float, memory_mb: int) -> Outcome:
        assert self._process.stdin is not None
        began = time.monotonic()
        self._said.truncate(0)
        try:
            self._process.stdin.write(os.fsencode(case) + b"\0")
            self._process.stdin.flush()
            answer = self._answer(seconds, memory_mb)
        except OSError:
            answer = "crashed"
        took = time.monotonic() - began
        if isinstance(answer, dict):
            verdict = "memory" if answer["grown_mb"] > memory_mb else answer["verdict"]
            return Outcome(case, verdict, answer["message"], took, answer["grown_mb"])
        message = self._last_words() if answer == "crashed" else f"after {took:.1f} s"
        return Outcome(case, answer, message, took)

    def end(self) -> None:
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout, self._said):
            with contextlib.suppress(OSError):
                pipe.close() if pipe is not None else None
        self._folder.cleanup()

    def _listen(self, pipe: IO[bytes]) -> None:
        with contextlib.suppress(ValueError, OSError):  # closed when the worker is ended
            for line in pipe:
                self._answers.put(line)
        self._answers.put(b"")

    def _answer(self, seconds: float, memory_mb: int | None) -> dict[str, Any] | Verdict:
        end = time.monotonic() + seconds
        size = _resident_mb(self._process.pid)
        while time.monotonic() < end:
            with contextlib.suppress(queue.Empty):
                line = self._answers.get(timeout=_POLL_S)
                return json.loads(line) if line else "crashed"
            if memory_mb is not None and _resident_mb(self._process.pid) - size > memory_mb:
                return "memory"
        return "hung"

    def _last_words(self) -> str:
        status = self._process.poll()
        if self._said.closed:
            return f"exit status {status}"
        self._said.seek(0)
        return f"exit status {status}; " + self._said.read().decode(errors="replace").strip()[-2000:]


def _resident_mb(pid: int | str, field: str = "VmRSS") -> float:
    """Memory that a process holds, or held at most (`VmHWM`); 0 where nobody says."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith(field)), 0.0)


# What follows runs in the worker.

_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC
_PATH_EVENTS = {"os.mkdir", "os.rename", "os.remove", "os.rmdir", "os.symlink", "os.link", "os.truncate", "os.chmod"}


class _Watch:
    """Remembers what Python was asked to write outside of the folders where it may."""

    def __init__(self, allowed: Sequence[str]) -> None:
        self._allowed = allowed
        self.strayed: list[str] = []
        sys.addaudithook(self._see)

    def _see(self, event: str, arguments: tuple[Any, ...]) -> None:
        if event == "open":
            path, _, flags = arguments
            if isinstance(flags, int) and flags & _WRITES:
                self._check(event, path)
        elif event in _PATH_EVENTS:
            for path in arguments[: 2 if event in {"os.rename", "os.symlink", "os.link"} else 1]:
                self._check(event, path)

    def _check(self, event: str, path: Any) -> None:
        if isinstance(path, int) or path is None:
            return
        full = Path(os.path.realpath(os.fsdecode(path)))
        if full != Path(os.devnull) and not any(full.is_relative_to(folder) for folder in self._allowed):
            self.strayed.append(f"{event} {full}")


def _serve(function: str, allowed: Sequence[str], path: Sequence[str]) -> None:
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what libraries print is no answer
    sys.path[:] = [str(HERE), *path]
    module, name = function.split(":")
    called = getattr(__import__(module, fromlist=[name]), name)
    watch = _Watch(allowed)

    def say(answer: dict[str, Any]) -> None:
        answers.write(json.dumps(answer).encode() + b"\n")
        answers.flush()

    say({})
    for case in _cases():
        _forget_peak()
        watch.strayed.clear()
        before = _resident_mb("self")
        verdict, message = _try_one(called, Path(case))
        strayed = [*watch.strayed, *map(str, Path.cwd().iterdir())]
        if strayed:
            verdict, message = "strayed", f"wrote {', '.join(strayed)}"
            _sweep()
        grown = _resident_mb("self", "VmHWM") - before if before else 0.0
        say({"verdict": verdict, "message": message, "grown_mb": round(grown, 1)})


def _cases() -> Iterator[str]:
    """Paths as they come, each ended by a zero: names may hold line breaks."""
    name = bytearray()
    while byte := os.read(0, 1):
        if byte != b"\0":
            name += byte
            continue
        yield os.fsdecode(bytes(name))
        name.clear()


def _try_one(called: Callable[[Path], object], case: Path) -> tuple[Verdict, str]:
    from deg_core.api import DegError

    try:
        return "ok", str(called(case) or "")
    except DegError as error:
        return "refused", str(error)
    except AssertionError as error:
        return "wrong", str(error)
    except MemoryError as error:
        return "memory", repr(error)
    except Exception as error:
        frames = error.__traceback__
        while frames is not None and frames.tb_next is not None:
            frames = frames.tb_next
        at = f" ({frames.tb_frame.f_code.co_filename}:{frames.tb_lineno})" if frames is not None else ""
        return "failed", repr(error) + at


def _sweep() -> None:
    """Remove what the last case left in the working directory, which belongs to the worker."""
    for path in Path.cwd().iterdir():
        shutil.rmtree(path) if path.is_dir() else path.unlink()


def _forget_peak() -> None:
    with contextlib.suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5")


if __name__ == "__main__":
    _serve(*json.loads(sys.argv[1]))
