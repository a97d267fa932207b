from __future__ import annotations

import numpy as np

from deg_plugins_figures.lettering import Clockwork, make_tag, paste, stack_tags, write_words


def test_words_are_ink_on_paper_and_as_wide_as_they_are() -> None:
    short, long = (write_words(text, 13, ink=(0, 0, 255), paper=(255, 255, 0)) for text in ("dig", "dig dig dig"))
    assert short.shape[0] == long.shape[0] == 20
    assert short.shape[1] < long.shape[1] / 2.5
    assert (short[:, -1] != (255, 255, 0)).any()  # no empty column at the end
    assert (short == (0, 0, 255)).all(axis=2).any()
    assert (short[0] == (255, 255, 0)).all()


def test_any_word_can_be_written() -> None:
    assert write_words("", 13).shape == (20, 1, 3)
    assert write_words("$x$", 13).shape[1] > write_words("x", 13).shape[1] * 2  # not set as mathematics


def test_a_tag_has_its_colour_and_readable_letters() -> None:
    tag = make_tag("dig", 13, (0, 0, 0))
    assert (tag[:, :6] == 0).all()
    assert tag.max() == 255


def test_what_reaches_outside_is_cut_off() -> None:
    picture = np.zeros((4, 6, 3), dtype=np.uint8)
    piece = np.full((3, 3, 3), 9, dtype=np.uint8)
    paste(picture, piece, 2, 4)
    assert picture.sum() == 2 * 2 * 3 * 9
    paste(picture, piece, 4, 0)
    paste(picture, piece, 0, 6)
    assert picture.sum() == 2 * 2 * 3 * 9


def test_tags_stand_below_each_other_in_their_corner() -> None:
    picture = np.zeros((20, 10, 3), dtype=np.uint8)
    tags = [np.full((5, 4, 3), value, dtype=np.uint8) for value in (1, 2)]
    stack_tags(tags, picture, top=1, right=True)
    assert (picture[1:6, 6:] == 1).all()
    assert (picture[8:13, 6:] == 2).all()
    assert (picture[:, :6] == 0).all()


def test_running_digits_do_not_tremble() -> None:
    clockwork = Clockwork(13)
    assert len({clockwork.write(time, 100).shape for time in ("0:11.11", "0:00.00", "9:58.48")}) == 1
    assert not np.array_equal(clockwork.write("0:00.00", 1), clockwork.write("0:00.00", 2))
