from __future__ import annotations

from math import nan

import pytest

from deg_core.api import ProjectError
from deg_plugins_analysis.answers.table import Table
from deg_plugins_analysis.report.document import (
    MOST_ROWS,
    Grid,
    Missing,
    Picture,
    amount,
    grid_of,
    plain_cell,
    setting_text,
)


@pytest.mark.parametrize(
    ("value", "text"),
    [(nan, "undefined"), (None, "undefined"), (0.123456, "0.1235"), (12, "12"), ("walk", "walk"), (True, "True")],
)
def test_cells_hold_no_nan(value: object, text: str) -> None:
    assert plain_cell(value) == text


def test_long_tables_are_cut_and_say_so_while_their_file_is_whole() -> None:
    table = Table("t", ("n",), tuple((n,) for n in range(MOST_ROWS + 5)))
    grid = grid_of("many", table, [(str(n),) for (n,) in table.rows])
    assert (len(grid.rows), grid.n_rows) == (MOST_ROWS, MOST_ROWS + 5)
    assert grid.numbers is not None
    assert len(grid.numbers.content.splitlines()) == MOST_ROWS + 6


def test_columns_of_numbers_are_told_from_words() -> None:
    grid = Grid("", ("a", "b", "c"), (("mouse-1", "0.5", "+0.3 s"), ("2 mice", "undefined", "-")))
    assert grid.is_number == (False, True, True)


def test_the_size_of_a_picture_is_read_from_it() -> None:
    png = b"\x89PNG\r\n\x1a\n" + b"\0" * 8 + (600).to_bytes(4, "big") + (300).to_bytes(4, "big")
    assert Picture(png, "", "").size_in == (2.0, 1.0)


def test_an_error_becomes_a_part_that_is_missing() -> None:
    missing = Missing.of("Scores", ProjectError("not there", where="here", fix="deg evaluate"))
    assert (missing.what, missing.problem, missing.where, missing.fix) == (
        "Scores",
        "not there",
        "here",
        "deg evaluate",
    )


def test_amounts_are_grammatical() -> None:
    assert (amount(1, "bout"), amount(0, "bout"), amount(1200, "frame")) == ("1 bout", "0 bouts", "1,200 frames")


@pytest.mark.parametrize(
    ("value", "text"),
    [(None, "not set"), (1e-5, "1e-05"), ([1, 3], "(1, 3)"), ({"style": "l2", "alpha": 0.5}, "(style l2, alpha 0.5)")],
)
def test_settings_are_read_as_words(value: object, text: str) -> None:
    assert setting_text(value) == text
