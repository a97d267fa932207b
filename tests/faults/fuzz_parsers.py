"""Fuzzes every parser with atheris, guided by what the bytes reach in it; no test, it never ends.

`python tests/faults/fuzz_parsers.py labels -max_total_time=600 FOLDER` keeps what it learns in FOLDER; `poses` and
`projects` fuzz what reads those. Without atheris there is nothing to run. What it finds is printed, and written beside;
what that does belongs into `crafted_labels.py` or `crafted_project.py`, or among the files of `test_poses.py`, where
it is tried for ever.
"""

from __future__ import annotations

import contextlib
import importlib
import pkgutil
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import atheris

sys.path[:0] = [str(folder) for folder in Path(__file__).parents[:3]]
sys.path.append(str(Path(__file__).parents[2] / "plugins/deg-keypoints/src"))

with atheris.instrument_imports(include=["deg_core", "deg_plugins_io", "deg_nwb", "deg_keypoints"]):
    import deg_keypoints

    import deg_plugins_io.labels

    for package in (deg_plugins_io.labels, deg_keypoints):
        for each in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
            importlib.import_module(each.name)  # here, since formats are imported when they are used
    from parsers import files_by_parser, parse
    from test_poses import FILES
    from trials_of_poses import read_damaged
    from whole_project import KINDS, make_whole

    from deg_core.api import DegError

SCRATCH = Path(tempfile.mkdtemp())
POSES = Path(__file__).parents[3] / "shared/data/pose_formats"


@dataclass(frozen=True)
class Target:
    """A parser: undamaged files, and what reads bytes with it."""

    name: str
    wholes: list[bytes]
    read: Callable[[bytes], object]


def labels() -> list[Target]:
    """Every format of labels."""
    path = SCRATCH / "clip.csv"
    return [
        Target(name, [each.content for each in files], lambda content, file=files[0]: parse(file, content, path, "ab"))
        for name, files in sorted(files_by_parser().items())
    ]


def poses() -> list[Target]:
    """Formats of pose, from published files."""
    return [
        Target(name, [(POSES / name).read_bytes()], lambda content, kind=kind: read_damaged(_written(kind, content)))
        for name, kind in FILES.items()
    ]


def projects() -> list[Target]:
    """Every file that deg keeps in a project, between sound ones."""
    make_whole(SCRATCH / "whole")
    return [Target(name, [kept.of(SCRATCH / "whole").read_bytes()], _replacing(name)) for name, kept in KINDS.items()]


def _written(kind: str, content: bytes) -> Path:
    path = SCRATCH / kind / "clip"
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(content)
    return path


def _replacing(name: str) -> Callable[[bytes], object]:
    root, kept = SCRATCH / "whole", KINDS[name]
    path = kept.of(root)
    whole = path.read_bytes()

    def read(content: bytes) -> object:
        path.write_bytes(content)
        try:
            return kept.open(root)
        finally:
            path.write_bytes(whole)

    return read


def main(which: str, *arguments: str) -> None:
    """Begin from the undamaged files; the first byte says which parser, the rest is its file."""
    targets = {"labels": labels, "poses": poses, "projects": projects}[which]()
    folder = next((Path(each) for each in arguments if not each.startswith("-")), None)
    if folder is not None:
        folder.mkdir(exist_ok=True, parents=True)
        for at, target in enumerate(targets):
            for index, whole in enumerate(target.wholes):
                (folder / f"{target.name.replace('/', '_')}-{index}").write_bytes(bytes([at]) + whole)

    def try_bytes(content: bytes) -> None:
        if content:
            with contextlib.suppress(DegError):
                targets[content[0] % len(targets)].read(content[1:])

    atheris.Setup([sys.argv[0], *arguments], try_bytes)
    atheris.Fuzz()


if __name__ == "__main__":
    main(*sys.argv[1:])
