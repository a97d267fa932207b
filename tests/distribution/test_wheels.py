"""What is built holds what is needed to run, and what is needed to build it again."""

from __future__ import annotations

import tarfile
import zipfile
from pathlib import Path

from environment import ROOT

PACKAGES = {path.parent.name for path in ROOT.glob("deg_*/__init__.py")}


def names_in(wheel: Path) -> set[str]:
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


def test_the_wheel_holds_every_file_of_every_package_and_nothing_else(built: dict[str, list[Path]]) -> None:
    found = {name for name in names_in(built["deg"][-1]) if ".dist-info/" not in name}
    sources = (path for package in PACKAGES for path in (ROOT / package).rglob("*"))
    expected = {
        path.relative_to(ROOT).as_posix() for path in sources if path.is_file() and path.parent.name != "__pycache__"
    }
    assert found == expected
    assert "deg_core/project/presets/small.yaml" in found
    assert {f"{package}/py.typed" for package in PACKAGES} <= found


def test_the_wheel_carries_its_licence_and_its_entry_points(built: dict[str, list[Path]]) -> None:
    wheel = built["deg"][-1]
    licence, points = "licenses/LICENSE", "entry_points.txt"
    by_end = {name.split(".dist-info/")[-1]: name for name in names_in(wheel) if ".dist-info/" in name}
    assert licence in by_end
    with zipfile.ZipFile(wheel) as archive:
        text = archive.read(by_end[points]).decode()
    assert "deg = deg_core.cli.main:main" in text
    assert all(f"{package}.plugin" in text for package in PACKAGES - {"deg_core"})


def test_the_sdist_can_be_tested_by_whoever_gets_it(built: dict[str, list[Path]]) -> None:
    with tarfile.open(built["deg"][0]) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert {"LICENSE", "README.md", "pyproject.toml", "Makefile", "tests/conftest.py"} <= names
    assert not [name for name in names if name.startswith((".venv", "demo/", "build/", "dist/"))]


def test_a_plugin_is_a_distribution_of_its_own(built: dict[str, list[Path]]) -> None:
    for name, files in built.items():
        if name != "deg":
            assert not [each for each in names_in(files[-1]) if each.startswith(("deg_core", "tests"))]
