"""What is small can be read. Raising a number here needs a reason in the change that does."""

from __future__ import annotations

from collections import Counter
from statistics import median

from tree import ROOT, body_lines, code_lines, functions, n_lines, shipped_files, source_files

VAGUE = {"utils", "util", "helpers", "helper", "common", "misc", "base", "tools", "stuff"}


def too_long(sizes: dict[str, int], limit: int) -> dict[str, int]:
    return {name: size for name, size in sizes.items() if size > limit}


def file_sizes() -> dict[str, int]:
    return {str(path.relative_to(ROOT)): n_lines(path) for path in shipped_files()}


def function_sizes() -> dict[str, int]:
    return {
        f"{path.relative_to(ROOT)}:{function.lineno} {function.name}": body_lines(function)
        for path in shipped_files()
        for function in functions(path)
    }


def test_no_file_is_long() -> None:
    assert too_long(file_sizes(), 400) == {}


def test_most_files_fit_on_two_screens() -> None:
    assert median(file_sizes().values()) <= 120


def test_no_function_is_long() -> None:
    assert too_long(function_sizes(), 50) == {}


def test_most_functions_can_be_taken_in_at_a_glance() -> None:
    assert median(function_sizes().values()) <= 10


def test_tests_are_no_longer_than_what_they_test_may_be() -> None:
    assert too_long({str(path): n_lines(path) for path in source_files("tests")}, 400) == {}


def test_the_core_stays_small() -> None:
    """What a pipeline runs through, what scores it, whole-project work, and what only says things: a budget each.

    Lines of code, without blank lines, comments and docstrings; the kit for tests of plugins is not the core.
    """
    sizes: Counter[str] = Counter()
    for path in source_files("deg_core"):
        sizes[path.relative_to(ROOT / "deg_core").parts[0]] += code_lines(path)
    jobs, cli, authoring = sizes.pop("jobs"), sizes.pop("cli"), sizes.pop("authoring")
    evaluation = sizes.pop("evaluation")
    assert sizes.total() - sizes["testing"] <= 5160
    assert evaluation <= 400
    assert jobs <= 3500
    assert cli <= 1950
    assert authoring <= 1200


def test_finding_plugins_stays_simple() -> None:
    assert n_lines(ROOT / "deg_core" / "catalog.py") <= 200


def test_commands_only_say_things() -> None:
    sizes = {path.name: n_lines(path) for path in source_files("deg_core/cli")}
    assert too_long(sizes, 200) == {}


def test_no_file_has_a_name_that_says_nothing() -> None:
    assert [str(path) for path in shipped_files() + source_files("tests") if path.stem in VAGUE] == []
