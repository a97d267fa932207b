from __future__ import annotations

import numpy as np
import pytest

from deg_plugins_sample.figure import draw_ellipse, link, place, shift, tint, trace_spine, turn, wrap_spine


def test_turning_is_clockwise_on_a_screen_whose_y_points_down() -> None:
    turned = turn(np.array([[1.0, 0.0]]), np.array([0.0, np.pi / 2]))
    assert turned.shape == (2, 1, 2)
    assert turned[1, 0] == pytest.approx([0.0, 1.0])


def test_placing_turns_first_and_moves_then() -> None:
    assert place(np.array([[1.0, 0.0]]), np.array([[5.0, 5.0]]), np.array([np.pi]))[0, 0] == pytest.approx([4.0, 5.0])


def test_shifting_goes_forward_and_to_the_right() -> None:
    assert shift(np.array([[1.0, 1.0]]), 0.5, -1.0).tolist() == [[1.5, 0.0]]


def test_an_ellipse_has_its_axes() -> None:
    outline = draw_ellipse(2.0, 1.0, 16)
    assert np.ptp(outline, axis=0) == pytest.approx([4.0, 2.0])


def test_a_straight_spine_has_its_length_and_its_middle_in_place() -> None:
    joints, directions = trace_spine(np.array([[0.5, 0.4]]), np.zeros(1), np.array([0.2]), np.zeros(1), 11)
    assert joints[0, 5] == pytest.approx([0.5, 0.4])
    assert joints[0, -1, 0] - joints[0, 0, 0] == pytest.approx(0.2)
    assert directions == pytest.approx(np.zeros((1, 11)))


def test_a_spine_bent_to_the_right_ends_further_right_at_both_ends() -> None:
    joints, directions = trace_spine(np.zeros((1, 2)), np.zeros(1), np.ones(1), np.ones(1), 11)
    assert joints[0, 0, 1] > 0
    assert joints[0, -1, 1] > 0
    assert directions[0, -1] - directions[0, 0] == pytest.approx(1.0)


def test_an_outline_lies_half_a_width_off_the_spine() -> None:
    joints, directions = trace_spine(np.zeros((1, 2)), np.zeros(1), np.ones(1), np.zeros(1), 3)
    outline = wrap_spine(joints, directions, np.array([0.1, 0.2, 0.1]))
    assert outline.shape == (1, 6, 2)
    assert outline[0, :, 1].tolist() == [0.1, 0.2, 0.1, -0.1, -0.2, -0.1]


def test_linking_makes_a_line_for_each_frame() -> None:
    assert link(np.zeros((4, 2)), np.ones((4, 2)), np.ones((4, 2))).shape == (4, 3, 2)


def test_a_tint_stays_a_colour() -> None:
    assert tint((100.0, 200.0, 0.0), 1.5) == (150.0, 255.0, 0.0)
