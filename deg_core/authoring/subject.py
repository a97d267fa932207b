"""What is looked at: an installed distribution, or the source tree of one."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from deg_core.catalog import GROUP
from deg_core.errors import ProjectError

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib


@dataclass(frozen=True, slots=True)
class Subject:
    """A distribution that offers plugins.

    Attributes:
        name: Of the distribution.
        version: Of it.
        requires: Its requirements, as metadata writes them.
        modules: Those that its entry points of group `deg` name.
        sources: Its Python files.
        import_path: Folder to import them from; None where they are installed.
        tests: Folder of its tests; None where it came without.
    """

    name: str
    version: str
    requires: tuple[str, ...]
    modules: tuple[str, ...]
    sources: tuple[Path, ...]
    import_path: Path | None = None
    tests: Path | None = None

    def __str__(self) -> str:
        return f"{self.name} {self.version}"

    @property
    def packages(self) -> tuple[str, ...]:
        """Top-level packages of its plugins."""
        return tuple(sorted({module.partition(".")[0] for module in self.modules}))

    @property
    def is_typed(self) -> bool:
        """Whether it says that its annotations may be relied on."""
        return any((source.parent / "py.typed").is_file() for source in self.sources)


def find_subject(target: str) -> Subject:
    """Find a distribution.

    Args:
        target: Name of an installed distribution, or a folder with a `pyproject.toml`.

    Raises:
        ProjectError: It is neither, or offers no plugins.
    """
    folder = Path(target)
    subject = _from_tree(folder) if (folder / "pyproject.toml").is_file() else _installed(target)
    if not subject.modules:
        fix = f'[project.entry-points.{GROUP}]\n{subject.name} = "{subject.name.replace("-", "_")}.plugin"'
        raise ProjectError(f"{subject} has no entry point of group {GROUP!r}", where=target, fix=fix)
    return subject


def _installed(name: str) -> Subject:
    try:
        found = metadata.distribution(name)
    except (metadata.PackageNotFoundError, ValueError):
        fix = "name an installed distribution, or a folder that holds a pyproject.toml"
        raise ProjectError(f"no distribution {name!r}", where="deg plugin check", fix=fix) from None
    modules = tuple(sorted({point.value for point in found.entry_points if point.group == GROUP}))
    return Subject(found.name, found.version, tuple(found.requires or ()), modules, _sources_of(modules))


def _sources_of(modules: tuple[str, ...]) -> tuple[Path, ...]:
    """Python files of the packages that modules belong to, found without importing them."""
    files: set[Path] = set()
    for package in {module.partition(".")[0] for module in modules}:
        spec = find_spec(package)
        for place in (spec.submodule_search_locations or ()) if spec else ():
            files.update(Path(place).rglob("*.py"))
        if spec and spec.origin and spec.origin.endswith(".py"):
            files.add(Path(spec.origin))
    return tuple(sorted(files))


def _from_tree(folder: Path) -> Subject:
    path = folder / "pyproject.toml"
    try:
        project: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))["project"]
        name, version = str(project["name"]), str(project.get("version", "of its sources"))
        modules = tuple(sorted(set(project.get("entry-points", {}).get(GROUP, {}).values())))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, KeyError, AttributeError) as error:
        problem = f"not a project file: {error!r}"
        raise ProjectError(problem, where=str(path), fix="write [project] with name and version") from None
    root = folder.resolve() / "src" if (folder / "src").is_dir() else folder.resolve()
    packages = sorted({module.partition(".")[0] for module in modules})
    sources = [file for package in packages for file in sorted((root / package).rglob("*.py"))]
    sources += [root / f"{package}.py" for package in packages if (root / f"{package}.py").is_file()]
    tests = folder.resolve() / "tests"
    requires = tuple(map(str, project.get("dependencies", ())))
    return Subject(name, version, requires, modules, tuple(sources), root, tests if tests.is_dir() else None)
