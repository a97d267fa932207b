"""MATLAB files up to version 7, read without running anything in them."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

from deg_core.api import LabelError
from deg_plugins_io.labels.reading import other_format
from deg_plugins_io.refusals import cannot_read, require_file

_MAGIC = b"MATLAB 5.0 MAT-file"
_NEW = b"MATLAB 7.3 MAT-file"


def load_matlab(path: Path) -> dict[str, Any]:
    """The variables of a MATLAB file; structs as dicts, cells as arrays.

    Raises:
        LabelError: It is no MATLAB file, of version 7.3, or damaged.
    """
    require_file(path, LabelError)
    try:
        with path.open("rb") as file:
            head = file.read(len(_MAGIC))
    except OSError as error:
        raise cannot_read(path, error, LabelError) from error
    if head == _NEW:
        fix = "save it in MATLAB with `save(..., '-v7')`"
        raise LabelError("a MATLAB file of version 7.3", where=str(path), fix=fix)
    if head != _MAGIC:
        raise other_format(path, "not a MATLAB file")
    from scipy.io import loadmat

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about variables that come twice, of which the last counts
            variables: dict[str, Any] = loadmat(path, simplify_cells=True)
    except Exception as error:  # a damaged file ends in any kind of error there
        said = f"{type(error).__name__}: {str(error)[:100]}"
        raise LabelError(
            f"not a MATLAB file that can be read: {said}", where=str(path), fix="export it again"
        ) from error
    return variables
