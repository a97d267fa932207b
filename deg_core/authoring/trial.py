"""Tries plugins by the contracts of their kinds, in a process of its own: `python -m deg_core.authoring.trial`."""

from __future__ import annotations

import json
import sys
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any

import pytest

from deg_core import testing
from deg_core.catalog import GROUP, load_catalog
from deg_core.descriptors import Plugin

CONTRACTS = {
    "video-reader": "VideoReaderContract",
    "label-format": "LabelFormatContract",
    "pose-format": "PoseFormatContract",
    "flow-generator": "FlowGeneratorContract",
    "feature-extractor": "FeatureExtractorContract",
    "sequence-model": "SequenceModelContract",
    "engine": "EngineContract",
    "loss": "LossContract",
    "post-processor": "PostProcessorContract",
    "metric": "MetricContract",
    "command": "CommandContract",
}
"""The contract of every kind of plugin, in `deg_core.testing`."""

NEED_A_FILE = {
    "video-reader": ("test_refuses_what_is_not_there", "test_refuses_what_is_no_video"),
    "label-format": ("test_refuses_what_is_not_there", "test_refuses_what_it_does_not_know", "test_reads_or_writes"),
    "pose-format": ("test_refuses_what_is_not_there", "test_refuses_what_it_does_not_know", "test_says_what_it_reads"),
}
"""Kinds whose whole contract needs a file that only the author can give, and what can be tried without."""


class Outcomes:
    """Drops what the plugin's own tests try already, and notes what fails."""

    def __init__(self) -> None:
        self.failed: list[dict[str, str]] = []
        self.passed: dict[str, int] = {}
        self.own: set[str] = set()

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """See pytest."""
        self.own = {_key(item) for item in items if _key(item) and not _is_made_here(item)}
        items[:] = [item for item in items if not _is_made_here(item) or _wanted(item, self.own)]

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self, item: pytest.Item) -> Any:
        """See pytest."""
        report = yield
        key = _key(item) or "its own tests"
        if report.failed:
            said = getattr(getattr(report.longrepr, "reprcrash", None), "message", str(report.longrepr))
            promise = (getattr(item, "obj", None).__doc__ or "").strip()
            test = getattr(item, "originalname", item.name)
            case = getattr(getattr(item, "callspec", None), "id", "")
            first_line = said.splitlines()[0][:300]
            self.failed.append({"plugin": key, "test": test, "case": case, "promise": promise, "said": first_line})
        elif report.when == "call" and report.passed:
            self.passed[key] = self.passed.get(key, 0) + 1
        return report

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """See pytest."""
        if report.failed:
            said = str(report.longrepr).strip().splitlines()[-1][:300]
            nowhere = {"plugin": "its own tests", "test": report.nodeid, "case": "", "promise": ""}
            self.failed.append({**nowhere, "said": said})


def _is_made_here(item: pytest.Item) -> bool:
    return getattr(getattr(item, "cls", None), "made_by_deg", False)


def _key(item: pytest.Item) -> str:
    plugin = getattr(getattr(item, "cls", None), "plugin", None)
    return f"{plugin.kind.replace(' ', '-')} {plugin.name}" if isinstance(plugin, Plugin) else ""


def _wanted(item: pytest.Item, own: set[str]) -> bool:
    key = _key(item)
    least = NEED_A_FILE.get(key.partition(" ")[0])
    return key not in own and (least is None or getattr(item, "originalname", "") in least)


def contracts_of(modules: list[str]) -> dict[str, type[Any]]:
    """A contract test for every plugin that modules offer, by class name."""
    offers = load_catalog([EntryPoint("tried", module, GROUP) for module in modules]).offers
    made = {}
    for index, offer in enumerate(offers):
        contract = getattr(testing, CONTRACTS[offer.plugin.kind.replace(" ", "-")])
        name = f"TestOffer{index}"
        made[name] = type(name, (contract,), {"plugin": offer.plugin, "made_by_deg": True})
    return made


def run_trial(modules: list[str], folder: Path, tests: Path | None) -> Outcomes:
    """Run contracts, and the plugin's own tests where there are some; `folder` is empty and takes what they write."""
    module = folder / "test_offers.py"
    module.write_text(
        f"from deg_core.authoring.trial import contracts_of\nglobals().update(contracts_of({modules!r}))\n",
        encoding="utf-8",
    )
    settings = folder / "pytest.ini"
    settings.write_text("[pytest]\n", encoding="utf-8")
    outcomes = Outcomes()
    options = ["-q", "--import-mode=importlib", "-p", "no:cacheprovider", "--tb=short", f"-c={settings}"]
    places = [str(module), *([str(tests)] if tests else [])]
    pytest.main([*options, f"--rootdir={folder}", f"--basetemp={folder / 'inner'}", *places], plugins=[outcomes])
    return outcomes


if __name__ == "__main__":
    asked = json.loads(sys.argv[1])
    sys.path[:0] = asked["paths"]
    tests = Path(asked["tests"]) if asked["tests"] else None
    done = run_trial(asked["modules"], Path(asked["folder"]), tests)
    answer = {"failed": done.failed, "passed": done.passed, "own": sorted(done.own)}
    Path(asked["answer"]).write_text(json.dumps(answer), encoding="utf-8")
