"""Pictures of more than 8 bits become pictures of 8 by one rule."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from deg_plugins_io.bit_depth import to_8_bits


@given(st.integers(8, 16), st.data())
def test_the_upper_8_of_the_filled_bits_are_kept(bit_depth, data):
    deep = data.draw(arrays(np.uint16, array_shapes(max_dims=3), elements=st.integers(0, 2**bit_depth - 1)))
    kept = to_8_bits(deep, bit_depth)
    assert kept.dtype == np.uint8
    assert np.array_equal(kept, deep // 2 ** (bit_depth - 8))


@pytest.mark.parametrize("bit_depth", [8, 10, 12, 14, 16])
def test_black_is_black_and_the_brightest_white(bit_depth):
    assert to_8_bits(np.array([0, 2**bit_depth - 1], dtype=np.uint16), bit_depth).tolist() == [0, 255]


def test_what_is_brighter_than_the_bits_hold_is_white_and_never_dark():
    above = np.array([4096, 5000, 65535], dtype=np.uint16)
    assert to_8_bits(above, 12).tolist() == [255, 255, 255]


def test_a_dark_frame_stays_dark_beside_a_bright_one():
    frames = np.array([[100, 200], [40000, 65535]], dtype=np.uint16)
    assert np.array_equal(to_8_bits(frames[:1], 16), to_8_bits(frames, 16)[:1])


def test_the_picture_itself_is_left_as_it_was():
    deep = np.array([256, 512], dtype=np.uint16)
    to_8_bits(deep, 16)
    assert deep.tolist() == [256, 512]
