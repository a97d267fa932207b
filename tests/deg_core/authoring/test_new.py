"""What `deg plugin new` writes is ready: it is clean, keeps its contract, and a project can name it at once."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import replace
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

from deg_core.authoring.new import KIND_NAMES, TEMPLATES, new_plugin
from deg_core.catalog import catalog_of, load_catalog
from deg_core.errors import PluginConflictError, PluginNotFoundError, ProjectError
from deg_core.project.manifest_file import load_manifest
from deg_core.project.resolve import resolve
from deg_core.testing import FAKES

NOTHING = catalog_of()


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a distribution `KIND` for every kind, each with the plugin `new-KIND`."""
    root = tmp_path_factory.mktemp("made")
    for kind in KIND_NAMES:
        new_plugin(kind, f"new-{kind}", root / kind, NOTHING)
    return root


def run(*command: str, cwd: Path, path: list[Path]) -> str:
    """Run a program with some folders on Python's path; it must succeed."""
    everything = os.pathsep.join([*map(str, path), str(Path(__file__).parents[3])])
    environment = {**os.environ, "PYTHONPATH": everything}
    done = subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def sources(made: Path) -> list[Path]:
    return [made / kind / "src" for kind in KIND_NAMES]


def test_there_is_a_template_of_every_kind() -> None:
    assert {path.name for path in (TEMPLATES / "kinds").iterdir()} == set(KIND_NAMES)


def test_every_kind_keeps_its_contract(made: Path) -> None:
    """In one process, which is faster than one for each."""
    tests = [f"{kind}/tests" for kind in KIND_NAMES]
    settings = made / "pytest.ini"
    settings.write_text("[pytest]\naddopts = -W error\n", encoding="utf-8")
    options = ["-q", "--import-mode=importlib", "-p", "no:cacheprovider", f"-c={settings}", f"--rootdir={made}"]
    said = run(sys.executable, "-m", "pytest", *options, *tests, cwd=made, path=sources(made))
    assert int(re.findall(r"(\d+) passed", said)[-1]) > 100


def test_every_kind_is_clean(made: Path) -> None:
    """By the rules that come with it."""
    run(sys.executable, "-m", "ruff", "format", "--check", "--no-cache", ".", cwd=made, path=[])
    run(sys.executable, "-m", "ruff", "check", "--no-cache", ".", cwd=made, path=[])


def test_no_placeholder_is_left(made: Path) -> None:
    for path in made.rglob("*"):
        assert "template" not in str(path.relative_to(made))
        if path.is_file() and path.suffix != ".pyc":
            assert "template" not in path.read_text(encoding="utf-8"), path


@pytest.mark.parametrize("kind", KIND_NAMES)
def test_it_has_all_that_a_distribution_has(made: Path, kind: str) -> None:
    package = f"src/deg_new_{kind.replace('-', '_')}"
    expected = ["pyproject.toml", "README.md", ".gitignore", ".github/workflows/test.yml", "tests/test_contract.py"]
    for name in [*expected, f"{package}/plugin.py", f"{package}/__init__.py", f"{package}/py.typed"]:
        assert (made / kind / name).is_file(), name


@pytest.mark.parametrize("kind", KIND_NAMES)
def test_it_is_found_and_can_be_named_in_a_project_as_its_readme_says(
    made: Path, kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(str(made / kind / "src"))
    found = load_catalog([EntryPoint("new", f"deg_new_{kind.replace('-', '_')}.plugin", "deg")])
    assert found.failures == ()
    assert found.names(KIND_NAMES[kind]) == [f"new-{kind}"]
    readme = (made / kind / "README.md").read_text(encoding="utf-8")
    assert f"new-{kind}" in readme
    for block in re.findall(r"```yaml\n(.*?)```", readme, re.DOTALL):
        path = tmp_path / "project.yaml"
        path.write_text(f"behaviours: [groom]\n{block}", encoding="utf-8")
        everything = load_catalog()
        resolve(load_manifest(path), replace(everything, offers=(*everything.offers, *found.offers)))


@pytest.mark.parametrize(
    "name", ["Reader", "my_reader", "-reader", "reader-", "my--reader", "3d", "", "a" * 41, "../x"]
)
def test_a_name_that_cannot_be_one_is_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(ProjectError, match="cannot be the name"):
        new_plugin("loss", name, tmp_path / "new", NOTHING)
    assert not (tmp_path / "new").exists()


def test_the_prefix_of_distributions_is_left_out(tmp_path: Path) -> None:
    with pytest.raises(ProjectError) as refused:
        new_plugin("loss", "deg-mine", tmp_path / "new", NOTHING)
    assert refused.value.fix.endswith(": mine")


def test_a_name_that_is_taken_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PluginConflictError, match="'fake-loss' is offered by given"):
        new_plugin("loss", "fake-loss", tmp_path / "new", catalog_of(*FAKES))
    new_plugin("metric", "fake-loss", tmp_path / "new", catalog_of(*FAKES))  # of another kind it is free


def test_a_kind_that_is_not_there_is_refused_with_those_that_are(tmp_path: Path) -> None:
    with pytest.raises(PluginNotFoundError) as refused:
        new_plugin("los", "mine", tmp_path / "new", NOTHING)
    assert "did you mean 'loss'?" in refused.value.fix
    assert all(kind in refused.value.fix for kind in KIND_NAMES)


def test_nothing_is_ever_overwritten(tmp_path: Path) -> None:
    for name in ("folder", "file"):
        place = tmp_path / name
        place.mkdir() if name == "folder" else place.touch()
        with pytest.raises(ProjectError, match="something is there already"):
            new_plugin("loss", "mine", place, NOTHING)
        assert place.is_file() or list(place.iterdir()) == []
