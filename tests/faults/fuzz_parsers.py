"""Fuzzes every parser of label files with atheris, guided by what the bytes reach in them; no test, it never ends.

`python tests/faults/fuzz_parsers.py -max_total_time=600 FOLDER` keeps what it learns in FOLDER; without atheris there
is nothing to run. What it finds is printed, and written beside; what that does belongs into `crafted_labels.py`, where
it is tried for ever.
"""

from __future__ import annotations

import importlib
import pkgutil
import sys
import tempfile
from pathlib import Path

import atheris

sys.path[:0] = [str(folder) for folder in Path(__file__).parents[:3]]

with atheris.instrument_imports(include=["deg_plugins_io", "deg_nwb"]):
    import deg_plugins_io.labels

    for each in pkgutil.iter_modules(deg_plugins_io.labels.__path__, "deg_plugins_io.labels."):
        importlib.import_module(each.name)  # here, since formats are imported when they are used
    from parsers import files_by_parser, parse

NAMES = sorted(files_by_parser())
_PATH = Path(tempfile.mkdtemp(), "clip.csv")


def try_bytes(content: bytes) -> None:
    """The first byte says which parser, the rest is its file."""
    if len(content) > 1:
        parse(files_by_parser()[NAMES[content[0] % len(NAMES)]][0], content[1:], _PATH, ("groom", "rear"))


def main() -> None:
    """Begin from the undamaged files."""
    folder = next((Path(each) for each in sys.argv[1:] if not each.startswith("-")), None)
    if folder is not None:
        folder.mkdir(exist_ok=True, parents=True)
        for at, name in enumerate(NAMES):
            for each in files_by_parser()[name]:
                (folder / each.name).write_bytes(bytes([at]) + each.content)
    atheris.Setup(sys.argv, try_bytes)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
