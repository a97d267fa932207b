from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from deg_core.catalog import Catalog, Offer, Source
from deg_core.errors import ProjectError
from deg_core.jobs import software
from deg_core.jobs.check import check_project
from deg_core.jobs.software import changed_runs, changed_since, closure, plugin_distributions, read_lock, write_lock
from deg_core.jobs.workspace import Workspace
from deg_core.progress import SilentProgress
from deg_core.project.resolve import resolve
from deg_core.project.runs import save_run_record
from deg_core.testing import FAKES, tiny_project, untrained_runs


def from_distributions(workspace: Workspace, owners: dict[str, Source]) -> Workspace:
    """The same project, its plugins from these distributions."""
    offers = tuple(Offer(plugin, owners.get(plugin.name, Source("pytest", "1"))) for plugin in FAKES)
    catalog = Catalog(offers)
    return replace(workspace, catalog=catalog, choices=resolve(workspace.manifest, catalog))


def test_every_plugin_in_use_has_its_distribution(tmp_path: Path) -> None:
    kinds = ("flow", "extractor", "sequence", "loss", "post-processor")
    owners = {f"fake-{kind}": Source(f"deg-{kind}", "2.0") for kind in kinds}
    owners |= {"fake-agreement": Source("deg-metric", "3"), "fake-reader": Source("deg-reader", "4")}
    owners |= {"fake-flow-extractor": Source("deg-not-in-use", "5")}
    found = plugin_distributions(from_distributions(tiny_project(tmp_path), owners))
    assert found == {**{f"deg-{kind}": "2.0" for kind in kinds}, "deg-metric": "3", "deg-reader": "4"}


def test_what_has_changed_is_told_and_what_has_not_is_not() -> None:
    now = metadata.version("numpy")
    assert changed_since({"numpy": now, "python": "1.0"}) == []
    assert changed_since({"numpy": "0.1", "gone-away": "7"}) == [f"numpy 0.1, now {now}", "gone-away 7, now none"]


def test_check_tells_of_runs_that_other_software_made(tmp_path: Path) -> None:
    workspace = tiny_project(tmp_path)
    runs = untrained_runs(workspace)
    assert changed_runs(workspace) == []
    plugin = runs[-1].plugin.model_copy(update={"distribution": "deg-of-a-lab", "version": "1.5"})
    changed = runs[-1].model_copy(update={"plugin": plugin, "versions": {"numpy": "0.1"}})
    save_run_record(workspace.layout.run(changed.run_id), changed)
    (sentence,) = changed_runs(workspace)
    assert sentence.startswith(f"{changed.run_id} was made with numpy 0.1, now ")
    assert "deg-of-a-lab 1.5, now none" in sentence
    said = [str(finding.error) for finding in check_project(workspace, SilentProgress()).findings]
    assert any(sentence in each and "deg run-card" in each for each in said)


def test_the_closure_holds_all_that_is_needed() -> None:
    found = closure(["pytest"])
    assert found["pytest"] == metadata.version("pytest")
    assert {"pluggy", "iniconfig", "packaging"} <= set(found)
    for name in found:
        for line in metadata.distribution(name).requires or ():
            needed = Requirement(line)
            if needed.marker is None:
                assert needed.name.lower().replace("_", "-") in found


def test_extras_that_are_asked_for_come_along_and_others_do_not(monkeypatch: pytest.MonkeyPatch) -> None:
    class Made:
        def __init__(self, *requires: str) -> None:
            self.version, self.requires = "1", requires

    made = {
        "top": Made("middle[fast]", "other"),
        "middle": Made("speed; extra == 'fast'", "docs; extra == 'docs'", "old; python_version < '3'"),
        **{name: Made() for name in ("other", "speed")},
    }
    monkeypatch.setattr(software.metadata, "distribution", made.__getitem__)
    assert list(closure(["top"])) == ["middle", "other", "speed", "top"]


@pytest.fixture
def locked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    monkeypatch.setattr(software, "DEG", "pytest")  # small, and surely installed
    workspace = from_distributions(tiny_project(tmp_path), {})
    write_lock(workspace)
    return workspace


def test_a_lock_is_such_as_pip_takes(locked: Workspace) -> None:
    lines = [line for line in locked.layout.lock.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    assert {Requirement(line).name for line in lines} >= {"pytest", "pluggy"}
    command = [sys.executable, "-m", "pip", "install", "--dry-run", "--no-deps", "--no-index", "--quiet", "-r"]
    done = subprocess.run([*command, str(locked.layout.lock)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_check_compares_with_the_lock(locked: Workspace) -> None:
    def said() -> list[str]:
        return [each.error.problem for each in check_project(locked, SilentProgress()).findings]

    assert read_lock(locked.layout.lock)["pytest"] == metadata.version("pytest")
    assert not [each for each in said() if "lock" in each]
    text = locked.layout.lock.read_text(encoding="utf-8")
    locked.layout.lock.write_text(
        text.replace(f"pytest=={metadata.version('pytest')}", "pytest==0.1"), encoding="utf-8"
    )
    assert [each for each in said() if "the lock says pytest 0.1, now " in each]
    locked.layout.lock.write_text("pytest>=1\n", encoding="utf-8")
    assert [each for each in said() if "not a pin: 'pytest>=1'" in each]


def test_what_was_installed_from_elsewhere_is_pinned_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    places = {"pluggy": "git+https://lab.org/pluggy@abc", "iniconfig": "local"}
    monkeypatch.setattr(software, "DEG", "pytest")
    monkeypatch.setattr(software, "_place_of", lambda name: places.get(name, ""))
    path, local = write_lock(from_distributions(tiny_project(tmp_path), {}))
    text = path.read_text(encoding="utf-8")
    assert "\npluggy @ git+https://lab.org/pluggy@abc\n" in text
    assert "# iniconfig was installed from a folder or file of this machine\niniconfig==" in text
    assert local == ["iniconfig"]
    assert "pluggy" not in read_lock(path)


def test_a_distribution_that_is_not_installed_cannot_be_locked() -> None:
    with pytest.raises(ProjectError, match="gone-away is not installed"):
        closure(["gone-away"])
