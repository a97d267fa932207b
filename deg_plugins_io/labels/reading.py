"""What all readers of label formats share: how a file that breaks its format's own rules is refused."""

from __future__ import annotations

import json
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol
from xml.etree.ElementTree import Element, ParseError, fromstring

from deg_core.api import LabelError, Labels, OtherFormatError, Timeline
from deg_plugins_io.encoding import read_text


class Parsed(Protocol):
    """What a file says, before anything is chosen from it."""

    def labels(self, settings: Any, timeline: Timeline | None, behaviours: tuple[str, ...]) -> Labels:
        """See `ReadLabels`."""


Parse = Callable[[Path, Any, Timeline | None], Parsed]
Read = Callable[[Path, Any, Timeline | None, tuple[str, ...]], Labels]


def reader(parse: Parse, program: str) -> Read:
    """A reader, from what understands a file.

    Args:
        parse: Gives what a file says. That a key, a cell or a type is not what the format promises, it need not check.
        program: What writes such files, for messages.
    """

    def read(path: Path, settings: Any, timeline: Timeline | None, behaviours: tuple[str, ...]) -> Labels:
        with damage_refused(path, program):
            parsed = parse(path, settings, timeline)
        return parsed.labels(settings, timeline, behaviours)

    return read


@contextmanager
def damage_refused(path: Path, program: str) -> Iterator[None]:
    """Turn what a damaged or foreign file does to its parser into a refusal, the cause kept.

    Raises:
        LabelError: Something in the file is missing, of another type, or no number.
    """
    try:
        yield
    except (
        ArithmeticError,
        AttributeError,
        AssertionError,
        EOFError,
        LookupError,
        MemoryError,
        NotImplementedError,
        OSError,
        RecursionError,
        SyntaxError,
        TypeError,
        ValueError,
        struct.error,
        zipfile.BadZipFile,
        zlib.error,
    ) as error:
        if isinstance(error, LabelError):
            raise
        said = " ".join(str(error).split())[:200]
        problem = f"not as {program} writes it: {type(error).__name__}: {said}"
        raise LabelError(problem, where=str(path), fix=f"export it again from {program}") from error


def other_format(
    where: Path | str, problem: str, fix: str = "choose the format that the file is in"
) -> OtherFormatError:
    """The refusal of a file that is something else."""
    return OtherFormatError(problem, where=str(where), fix=fix)


def lines_of(text: str) -> list[str]:
    """Its lines, by any of the ends that files have, and by nothing else that Unicode calls one."""
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def read_json(path: Path) -> Any:
    """What a JSON file holds.

    Raises:
        LabelError: It is no text, or no JSON.
    """
    text = read_text(path)
    if text.lstrip()[:1] not in {"{", "["}:
        raise other_format(path, "not JSON")
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        fix = "copy it again from where it was made"
        raise LabelError(f"not JSON: {type(error).__name__}: {str(error)[:100]}", where=str(path), fix=fix) from error


def read_xml(path: Path, root: str) -> Element:
    """The root of an XML file.

    Raises:
        LabelError: It is no text, no XML, or its root is another; or it declares a document type, by which entities
            could grow without bound and other files be read.
    """
    text = read_text(path)
    if not text.lstrip().startswith("<"):
        raise other_format(path, "not XML")
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise LabelError("declares a document type", where=str(path), fix="export it again: no program writes this")
    try:
        element = fromstring(text)
    except (ParseError, ValueError) as error:
        fix = "copy it again from where it was made"
        raise LabelError(f"not XML: {error}", where=str(path), fix=fix) from error
    if element.tag != root:
        raise other_format(path, f"its root is <{str(element.tag)[:40]}>, not <{root}>")
    return element
