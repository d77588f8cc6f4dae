"""A table on workers: values and durations of any part of a curve."""

from __future__ import annotations

import numpy as np
import pytest

from simdyhpo.simulation.replay import Replay
from tests.making import table

SECOND = 10**9
CURVES = table([[3, 2, 1], [5, 4]], [[1, 3, 6], [2, 2]])


def test_the_whole_curve():
    replay = Replay(CURVES)
    assert replay.reported(0, 0, 3) == ([3, 2, 1], True)
    assert replay.elapsed_ns(0, 0, 3) == [SECOND, 3 * SECOND, 6 * SECOND]
    assert replay.plan(0, 0, 3) == (3, 6 * SECOND)


def test_a_resumed_part_pays_for_itself_only():
    replay = Replay(CURVES)
    assert replay.reported(0, 1, 3) == ([2, 1], True)
    assert replay.reported(0, 1, 2) == ([2], False)
    assert replay.elapsed_ns(0, 1, 3) == [2 * SECOND, 5 * SECOND]
    assert replay.plan(0, 1, 3) == (3, 5 * SECOND)
    assert replay.plan(1, 1, 2) == (2, 0)


@pytest.mark.parametrize(
    ("configuration", "milestone", "reached"), [(0, 2, 2), (0, 3, 3), (1, 2, 2), (1, 3, 2)]
)
def test_a_short_curve_ends_before_its_milestone(configuration, milestone, reached):
    replay = Replay(CURVES)
    assert replay.plan(configuration, 0, milestone)[0] == reached
    complete = reached == int(CURVES.lengths[configuration])
    assert replay.reported(configuration, 0, reached)[1] == complete


def test_plain_python_numbers():
    replay = Replay(CURVES)
    assert type(replay.reported(0, 0, 1)[0][0]) is float
    assert type(replay.plan(0, 0, 1)[1]) is int
    assert not isinstance(replay.elapsed_ns(0, 0, 1), np.ndarray)
