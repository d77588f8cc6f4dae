"""A table on workers: rows are unpacked on demand, into plain numbers."""

from __future__ import annotations

from simdyhpo.simulation.replay import Replay
from tests.making import table

SECOND = 10**9
CURVES = table([[3, 2, 1], [5, 4]], [[1, 3, 6], [2, 2]])


def test_a_row_is_unpacked_when_it_is_needed():
    replay = Replay(CURVES)
    assert replay.lengths == [3, 2]
    assert replay.values == replay.elapsed_ns == [[], []]
    assert replay.unpack(0) == replay.elapsed_ns[0] == [SECOND, 3 * SECOND, 6 * SECOND]
    assert replay.values == [[3, 2, 1], []]


def test_plain_python_numbers():
    replay = Replay(CURVES)
    replay.unpack(0)
    assert type(replay.values[0][0]) is float
    assert type(replay.elapsed_ns[0][0]) is int
    assert type(replay.lengths[0]) is int
