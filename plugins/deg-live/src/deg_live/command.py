"""`deg live`."""

from __future__ import annotations

import json
import sys
from contextlib import redirect_stdout
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from deg_core import optional_project_option, quiet_option
from deg_core.api import DegError, ProjectError

if TYPE_CHECKING:
    from deg_core import LiveSession
    from deg_core.jobs.workspace import Workspace

    from deg_live.outputs import Delivery
    from deg_live.running import Budget, Parts
    from deg_live.sources import Source
    from deg_live.views import View


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What was asked for on the command line, see the options of `live`."""

    source: str
    model_path: Path | None
    root: Path | None
    run_id: str | None
    look_ahead: int | None
    latency_bound: float
    folder: Path
    name: str | None
    recording: bool
    crf: int
    size: tuple[int, int] | None
    rate: float | None
    patience: float
    seconds: float | None
    port: int | None
    host: str
    zmq: str | None
    calls: tuple[str, ...]
    as_json: bool
    quiet: bool


def _size(_: click.Context, __: click.Parameter, value: str | None) -> tuple[int, int] | None:
    if value is None:
        return None
    width, sign, height = value.lower().partition("x")
    if not (sign and width.isdigit() and height.isdigit()):
        raise click.BadParameter(f"{value!r} is not WIDTHxHEIGHT, such as 640x480")
    return int(width), int(height)


@click.command()
@click.argument("source", metavar="SOURCE")
@click.option(
    "--model", "model_path", metavar="FILE", type=click.Path(path_type=Path), help="Decide with a shared model."
)
@click.option("--run", "run_id", metavar="ID", help="A sequence run.  [default: the newest]")
@click.option(
    "--look-ahead",
    type=click.IntRange(min=0),
    metavar="N",
    help="Frames that the sequence model sees behind each one before it decides; fewer are faster, more may be better."
    "  [default: the model's own, or 5]",
)
@click.option(
    "--latency-bound",
    type=click.FloatRange(min=0, min_open=True),
    default=1000,
    show_default=True,
    metavar="MS",
    help="From capture to decision: frames that would be too late are dropped, decisions that are too late counted.",
)
@click.option(
    "--folder", type=click.Path(path_type=Path), default=Path("live"), show_default=True, help="For the files."
)
@click.option("--name", metavar="NAME", help="Of the files.  [default: date and time]")
@click.option("--no-recording", "recording", flag_value=False, type=bool, default=True, help="Keep no video.")
@click.option("--crf", type=click.IntRange(0, 51), default=18, show_default=True, help="Quality of the video, 0 best.")
@click.option("--size", metavar="WxH", callback=_size, help="Ask a camera for pictures of this size.")
@click.option("--rate", type=click.FloatRange(min=0, min_open=True), metavar="HZ", help="Ask a camera for this rate.")
@click.option(
    "--patience",
    type=click.FloatRange(min=0),
    default=10,
    show_default=True,
    metavar="S",
    help="How long to wait for a camera that drops out.",
)
@click.option("--seconds", type=click.FloatRange(min=0, min_open=True), metavar="S", help="Stop after so long.")
@click.option("--socket", "port", type=click.IntRange(0, 65535), metavar="PORT", help="Lines of JSON over TCP; 0: any.")
@click.option(
    "--socket-host",
    "host",
    default="127.0.0.1",
    show_default=True,
    help="Who may connect; 0.0.0.0: other machines too.",
)
@click.option("--zmq", metavar="ENDPOINT", help="Publish over ZeroMQ, such as tcp://127.0.0.1:5555.")
@click.option(
    "--call",
    "calls",
    multiple=True,
    metavar="MODULE:FUNCTION",
    help="Call a function with every decision; again for more.",
)
@optional_project_option
@click.option(
    "--json", "as_json", is_flag=True, help="A line of JSON per decision on stdout, and a last one in the end."
)
@quiet_option
def live(**options: Any) -> None:
    """Show the ethogram of SOURCE as it happens: the number of a camera, the address of a stream, or a file.

    A file is played at its true speed. Frames, decisions and how long they took are kept in NAME.mkv, NAME.csv and
    NAME.h5; Ctrl-C ends the session. Thresholds are those in use; post-processors need whole recordings and are left
    out, so predict NAME.mkv for the final word.
    """
    from deg_live.running import MOST_TOGETHER

    wanted = Wanted(**options)
    stdout = sys.stdout
    if wanted.as_json:
        click.get_current_context().with_resource(redirect_stdout(sys.stderr))
    workspace, session = _open_session(wanted)
    session.warm_up([2**n for n in range(MOST_TOGETHER.bit_length())])
    base = _new_files(wanted)
    _run(wanted, workspace, session, base, stdout)


def _open_session(wanted: Wanted) -> tuple[Workspace, LiveSession]:
    import deg_core

    if wanted.model_path is not None:
        if wanted.root is not None or wanted.run_id is not None:
            raise click.UsageError("a model has neither project nor runs to choose from: leave out --project and --run")
        model = deg_core.Model(wanted.model_path)
        return model.workspace, model.live(wanted.look_ahead)
    project = deg_core.Project.find(Path.cwd()) if wanted.root is None else deg_core.Project(wanted.root)
    return project.workspace, project.live(wanted.look_ahead, run=wanted.run_id)


def _new_files(wanted: Wanted) -> Path:
    """Path of all files without their suffixes; none of them is there yet.

    Raises:
        ProjectError: One is, or the folder cannot be made.
    """
    name = wanted.name or datetime.now().strftime("%Y-%m-%d_%H-%M-%S")
    base = wanted.folder / name
    taken = [
        path for path in (base.with_name(f"{name}{suffix}") for suffix in (".mkv", ".csv", ".h5")) if path.exists()
    ]
    if taken:
        raise ProjectError("is there already", where=str(taken[0]), fix="take another --name or --folder")
    try:
        wanted.folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ProjectError(
            f"cannot be made: {error.strerror}", where=str(wanted.folder), fix="take another --folder"
        ) from error
    return base


def open_source(wanted: Wanted, workspace: Workspace, view: View) -> Source:
    """What SOURCE names.

    Raises:
        VideoError: It is not there.
    """
    from deg_live.clock import MachineClock
    from deg_live.sources import FilePlayed, open_camera, open_stream

    clock, text = MachineClock(), wanted.source
    if text.isdigit():
        return open_camera(int(text), wanted.size, wanted.rate, clock, wanted.patience, view.say)
    if "://" in text:
        return open_stream(text, clock, wanted.patience, view.say)
    path = Path(text).expanduser()
    return FilePlayed(path, workspace.open_video(path), clock)


def check_bound(budget: Budget) -> None:
    """Refuse a bound that cannot be kept however fast the machine is.

    Raises:
        DegError: Says what the delay alone takes.
    """
    if budget.half_s <= 0:
        raise DegError(
            f"decisions wait for {budget.delay} frames after each one, which alone takes {budget.delay_ms:.0f} ms"
            f" at {budget.frames_per_second:.4g} frames per second",
            where=f"--latency-bound {budget.bound_ms:g}",
            fix="raise it, or lower --look-ahead",
        )


def _deliveries(wanted: Wanted, view: View) -> list[Delivery]:
    from deg_live.network import JsonLines, ZeroMq
    from deg_live.outputs import Delivery, find_output

    outputs: dict[str, Any] = {name: find_output(name, Path.cwd()) for name in wanted.calls}
    if wanted.zmq is not None:
        outputs[f"zmq {wanted.zmq}"] = ZeroMq(wanted.zmq)
    if wanted.port is not None:
        server = JsonLines(wanted.host, wanted.port, view.say)
        view.say(f"lines of JSON on {wanted.host}:{server.port}")
        outputs[f"socket {server.port}"] = server
    return [Delivery(name, output, view.say) for name, output in outputs.items()]


def _view(wanted: Wanted, session: LiveSession, stdout: Any) -> View:
    from deg_live.clock import MachineClock
    from deg_live.views import Json, Lines, Terminal

    if wanted.as_json:
        return Json(stdout)
    if wanted.quiet or not stdout.isatty():
        return Lines(MachineClock(), quiet=wanted.quiet)
    return Terminal(wanted.source, session.behaviours, MachineClock())


def _run(wanted: Wanted, workspace: Workspace, session: LiveSession, base: Path, stdout: Any) -> None:
    from deg_live.running import Running, run_live
    from deg_live.summary import summarise

    view = _view(wanted, session, stdout)
    try:
        running = Running(_parts(wanted, workspace, session, base, view))
        try:
            run_live(running, base.with_name(f"{base.name}.h5"))
        finally:
            view.close()
            summary = summarise(running, base)
            if wanted.as_json:
                print(json.dumps(summary.values(), allow_nan=False), file=stdout, flush=True)  # noqa: T201
            else:
                click.echo(summary.text())
    finally:
        view.close()
    if summary.status.counts.unrecorded:
        sys.exit(1)


def _parts(wanted: Wanted, workspace: Workspace, session: LiveSession, base: Path, view: View) -> Parts:
    from deg_live.capturing import Capturing
    from deg_live.clock import MachineClock
    from deg_live.ethogram_file import EthogramFile
    from deg_live.recording import Recorder
    from deg_live.running import Budget, Parts
    from deg_live.waiting import WaitingFrames

    source = open_source(wanted, workspace, view)
    try:
        budget = Budget(wanted.latency_bound, session.delay, source.frames_per_second)
        check_bound(budget)
        deliveries = _deliveries(wanted, view)
    except BaseException:
        source.close()
        raise
    clock = MachineClock()
    waiting = WaitingFrames(budget.most_waiting, budget.half_s, clock)
    inform = view.say if not wanted.quiet else lambda _: None
    recorder = None
    if wanted.recording:
        recorder = Recorder(base.with_name(f"{base.name}.mkv"), source.frames_per_second, wanted.crf, view.say)
    hand_to = [waiting.put] if recorder is None else [recorder.put, waiting.put]
    capturing = Capturing(source, hand_to, clock, view.say, wanted.seconds)
    ethogram = EthogramFile(base.with_name(f"{base.name}.csv"), session.behaviours)
    inform(
        f"{source.name}: about {source.frames_per_second:.4g} frames per second; each decision waits for"
        f" {session.delay} frames, {budget.delay_ms:.0f} ms, of which {session.look_ahead} are look-ahead"
    )
    return Parts(session, budget, capturing, waiting, recorder, ethogram, deliveries, clock, view)
