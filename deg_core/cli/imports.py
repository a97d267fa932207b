"""What `deg import-labels` and `deg import-pose` share: files of one recording, or of all by a pattern."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from deg_core.cli.output import Output
from deg_core.cli.paths import find_by_pattern
from deg_core.errors import DegError

if TYPE_CHECKING:
    from deg_core.data.record import Record
    from deg_core.jobs.workspace import Workspace

ImportOne = Callable[["Workspace", "Record", Path], str]
"""Reads one file, and says what was in it."""


@dataclass(frozen=True, slots=True)
class ImportRequest:
    """Which files are wanted: one of a recording, or by pattern those of all recordings."""

    recording: str | None
    file: Path | None
    pattern: str | None
    folder: Path | None


def import_arguments(what: str, example: str) -> Callable[[Any], Any]:
    """RECORDING and FILE, `--pattern` and `--from`: the fields of an `ImportRequest`."""

    def decorate(command: Any) -> Any:
        about = f"For all recordings: their {what} files, such as {example}."
        folder = "Folder that the pattern begins in."
        command = click.option("--from", "folder", metavar="DIR", type=click.Path(path_type=Path), help=folder)(command)
        command = click.option("--pattern", metavar="PATTERN", help=about)(command)
        command = click.argument("file", required=False, type=click.Path(path_type=Path))(command)
        return click.argument("recording", required=False)(command)

    return decorate


def run_import(
    root: Path, request: ImportRequest, import_one: ImportOne, what: str, refusal: type[DegError], output: Output
) -> None:
    """Import what is wanted. With a pattern one bad file does not stop the others; exit status 1 tells of it.

    Args:
        root: The project's folder.
        request: Which files.
        import_one: Imports one.
        what: What the files hold, such as `label`.
        refusal: The error for a pattern that finds nothing.
        output: Who is told.
    """
    bulk = request.pattern is not None
    half = bulk == (request.file is not None) or (bulk and request.recording is not None)
    if half or (request.folder is not None and not bulk):
        raise click.UsageError("give RECORDING and FILE, or --pattern (and --from)")
    from deg_core.jobs.workspace import open_workspace

    workspace = open_workspace(root)
    if request.pattern is None:
        (record,) = workspace.records([str(request.recording)])
        output.say(f"{record.name}: {import_one(workspace, record, Path(str(request.file)))}")
        return
    folder = request.folder or Path()
    found = {r.name: find_by_pattern(folder, request.pattern, r.video_path.stem, r.name) for r in workspace.records()}
    if not any(path.is_file() for path in found.values()):
        looked = f"such as {next(iter(found.values()))}" if found else "the project has no recordings"
        raise refusal(f"no {what} file found, {looked}", where="--pattern", fix="mend the pattern, or --from")
    sys.exit(_import_all(workspace, found, import_one, what, output))


def _import_all(workspace: Workspace, found: dict[str, Path], import_one: ImportOne, what: str, output: Output) -> int:
    failed = []
    for record in workspace.records():
        path = found[record.name]
        if not path.is_file():
            output.warn(f"{record.name}: no {what} file {path}")
            continue
        try:
            output.say(f"{record.name}: {import_one(workspace, record, path)}")
        except DegError as error:
            output.refuse(error)
            failed.append(record.name)
    if failed:
        n_there = sum(path.is_file() for path in found.values())
        output.warn(f"{len(failed)} of {n_there} {what} files failed: {', '.join(failed)}")
    return 1 if failed else 0
