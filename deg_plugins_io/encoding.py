"""The text of a file in any of the encodings that people's programs write."""

from __future__ import annotations

import logging
from pathlib import Path

from deg_core.api import LabelError, OtherFormatError
from deg_plugins_io.refusals import cannot_read, require_file

log = logging.getLogger(__name__)

_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))


def read_text(path: Path) -> str:
    """The text of a file: UTF-8, UTF-16 with its mark, or else cp1252, the old Windows encoding.

    Raises:
        LabelError: The file is missing, empty, or no text.
    """
    require_file(path, LabelError)
    try:
        content = path.read_bytes()
    except OSError as error:
        raise cannot_read(path, error, LabelError) from error
    marked = next((encoding for mark, encoding in _MARKS if content.startswith(mark)), None)
    try:
        if marked is None and b"\x00" in content:
            raise _no_text(path)
        return content.decode(marked or "utf-8")
    except UnicodeDecodeError:
        if marked is not None:
            raise _no_text(path) from None
    try:
        text = content.decode("cp1252")
    except UnicodeDecodeError:
        raise _no_text(path) from None
    log.warning("%s: not UTF-8, read as Windows cp1252; look at names with accents", path)
    return text


def _no_text(path: Path) -> OtherFormatError:
    return OtherFormatError("not a text file", where=str(path), fix="export the labels as text (csv or tsv)")
