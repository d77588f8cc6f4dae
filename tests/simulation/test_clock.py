"""Events come in order of (time, priority, sequence)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simdyhpo.simulation.clock import Clock


def test_nothing_under_way():
    clock = Clock()
    assert not clock.events
    assert clock.now_ns == 0


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 1))))
def test_order(events):
    clock = Clock()
    for worker, (time_ns, priority) in enumerate(events):
        clock.schedule(time_ns, worker, priority)
    popped = []
    while clock.events:
        next_time = clock.events[0][0]
        popped.append(clock.pop())
        assert clock.now_ns == next_time
    assert popped == sorted(range(len(events)), key=lambda worker: (events[worker], worker))


def test_time_never_goes_back():
    clock = Clock()
    clock.schedule(5, 0)
    clock.pop()
    clock.schedule(5, 0)
    with pytest.raises(AssertionError, match="time would go back"):
        clock.schedule(4, 0)
