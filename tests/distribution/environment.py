"""An environment that holds wheels and nothing of the source tree."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import sysconfig
import venv
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
WINDOWS = sys.platform == "win32"


def build(source: Path, folder: Path) -> list[Path]:
    """Build the sdist of a source tree, and from that its wheel; gives the wheel last."""
    before = set(folder.glob("*"))
    # Where the build backend is installed already, nothing has to be fetched for it.
    how = ["--no-isolation"] if find_spec("hatchling") else []
    run([sys.executable, "-m", "build", *how, "--outdir", str(folder), str(source)], cwd=folder)
    return sorted(set(folder.glob("*")) - before, key=lambda path: path.suffix == ".whl")


@dataclass(frozen=True, slots=True)
class Environment:
    """A virtual environment with the programs and modules of some wheels.

    Attributes:
        folder: Where it is.
    """

    folder: Path

    @classmethod
    def create(cls, folder: Path, wheels: Sequence[Path]) -> Environment:
        """Make one and install wheels without what they depend on, which is borrowed from this interpreter."""
        venv.create(folder, with_pip=True)
        made = cls(folder)
        pip = [str(made.program("python")), "-m", "pip", "install", "--quiet", "--no-deps", "--no-index"]
        run([*pip, *map(str, wheels)], cwd=folder)
        # Lines of a .pth file come after the environment's own packages, and .pth files there are not followed, so
        # that an editable deg of this interpreter is never the one that is imported.
        (made.packages / "borrowed.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
        return made

    @property
    def packages(self) -> Path:
        """Its folder of installed packages."""
        return self.folder / Path(sysconfig.get_path("purelib", vars={"base": "", "platbase": ""})).relative_to(os.sep)

    def program(self, name: str) -> Path:
        """A program that is installed in it."""
        return self.folder / ("Scripts" if WINDOWS else "bin") / (f"{name}.exe" if WINDOWS else name)

    def deg(self, *arguments: str | Path, cwd: Path) -> str:
        """Run the installed `deg`; gives what it said on standard output."""
        return run([str(self.program("deg")), *map(str, arguments)], cwd=cwd)

    def answer(self, *arguments: str | Path, cwd: Path) -> Any:
        """Run the installed `deg` with `--json`."""
        return json.loads(self.deg(*arguments, "--json", cwd=cwd))

    def python(self, code: str, cwd: Path) -> str:
        """Run a piece of Python in it."""
        return run([str(self.program("python")), "-c", code], cwd=cwd)

    def python_module(self, name: str, *arguments: str, cwd: Path) -> str:
        """Run an installed module as a program."""
        return run([str(self.program("python")), "-m", name, *arguments], cwd=cwd)


def run(command: Sequence[str], cwd: Path) -> str:
    """Run a program that must succeed, outside the source tree and without its path."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    answer = subprocess.run(command, check=False, capture_output=True, text=True, encoding="utf-8", cwd=cwd, env=clean)
    assert answer.returncode == 0, f"{' '.join(command)}\n{answer.stdout}\n{answer.stderr}"
    return answer.stdout
