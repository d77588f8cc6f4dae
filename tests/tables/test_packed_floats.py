"""Packed numbers come back to the last bit, and are smaller where curves are smooth."""

import zlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from simdyhpo.streams import Streams
from simdyhpo.tables.packed_floats import packed, unpacked

BITS = st.sampled_from(["<f4", "<f8"]).flatmap(
    lambda kind: arrays(kind.replace("f", "u"), array_shapes(min_dims=2, max_dims=2, max_side=9)).map(
        lambda bits: bits.view(kind)
    )
)


@given(BITS)
def test_every_bit_comes_back(values):
    back = unpacked(packed(values))
    assert back.dtype == values.dtype
    assert back.tobytes() == values.tobytes()


def test_numbers_of_the_other_byte_order():
    values = np.array([[1.5, -2.0, np.nan]], dtype=">f4")
    np.testing.assert_array_equal(unpacked(packed(values)), values)


def test_curves_get_smaller():
    curves = (1 + Streams(0).generator("values").random((200, 1)) / np.arange(1, 52)).astype(np.float32)
    assert len(zlib.compress(packed(curves))) < 0.7 * len(zlib.compress(curves))


@pytest.mark.parametrize(
    "planes",
    [np.zeros((3, 2, 2), np.uint8), np.zeros((4, 4), np.uint8), np.zeros((4, 2, 2))],
    ids=["three bytes", "flat", "no bytes"],
)
def test_what_is_not_packed(planes):
    with pytest.raises(ValueError, match="no packed numbers"):
        unpacked(planes)
