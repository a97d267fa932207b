"""How a contract is attacked: its tests are run on components with planted faults, in a pytest of their own."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path

import pytest

FailuresOf = Callable[..., set[str]]


class _Outcomes:
    """Which tests of each class failed, by name, in the inner run.

    Args:
        wanted: The one test that is run of a class; all are run of classes that are not in it.
    """

    def __init__(self, wanted: Mapping[str, str]) -> None:
        self.wanted = wanted
        self.failed: dict[str, set[str]] = defaultdict(set)
        self.ran: dict[str, set[str]] = defaultdict(set)

    def pytest_collection_modifyitems(self, items: list[pytest.Function]) -> None:
        items[:] = [
            item
            for item in items
            if item.cls is None
            or self.wanted.get(item.cls.__name__.removeprefix("Test"), item.originalname) == item.originalname
        ]

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        _, test_class, name = report.nodeid.split("::", 2)
        name = name.split("[")[0]
        if report.when == "call" and not report.skipped:
            self.ran[test_class].add(name)
        if report.failed:
            self.failed[test_class].add(name)


@pytest.fixture(scope="session")
def failures_of(tmp_path_factory: pytest.TempPathFactory) -> FailuresOf:
    """Give the names of the tests that fail for one class, `Test` left out, in a file beside this one.

    With a table of faults and the test that tells each, only that one is run of a fault.
    """

    @cache
    def run(file: str, table: tuple[tuple[str, str], ...]) -> _Outcomes:
        folder = tmp_path_factory.mktemp("attack")
        settings = folder / "pytest.ini"
        settings.write_text("[pytest]\n", encoding="utf-8")
        outcomes = _Outcomes(dict(table))
        options = ["-q", "--import-mode=importlib", "-p", "no:cacheprovider", "--tb=no"]
        places = [f"-c={settings}", f"--rootdir={folder}", f"--basetemp={folder / 'inner'}"]
        pytest.main([str(Path(__file__).with_name(file)), *options, *places], plugins=[outcomes])
        return outcomes

    def failures(file: str, planted: str, table: Mapping[str, str] | None = None) -> set[str]:
        outcomes = run(file, tuple((table or {}).items()))
        assert outcomes.ran[f"Test{planted}"], f"no test of {planted} ran"
        return outcomes.failed[f"Test{planted}"]

    return failures
