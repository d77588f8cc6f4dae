"""A segment's closed forms, one at a time and as columns, are what going from epoch to epoch gives."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simdyhpo.errors import ClockError
from simdyhpo.simulation.cluster import Cluster
from simdyhpo.simulation.costs import Costs
from simdyhpo.simulation.segments import Replay, Segment, SegmentStarts, elapsed_ns, plain_starts
from tests.making import table

SECOND = 10**9
CURVES = table([[3, 2, 1], [5, 4]], [[1, 3, 6], [2, 2]])


def test_a_row_is_unpacked_when_it_is_needed_into_plain_python_numbers():
    replay = Replay(CURVES)
    assert replay.lengths == [3, 2]
    assert replay.values == [[], []]
    assert replay.elapsed_ns(0) == [0, SECOND, 3 * SECOND, 6 * SECOND]
    assert replay.values == [[3, 2, 1], []]
    assert {type(number) for number in (replay.lengths[0], *replay.elapsed_ns(0))} == {int}
    assert type(replay.values[0][0]) is float


@pytest.mark.parametrize(("time", "first"), [("cumulative", 1), ("per-fit", 1), ("per-fit", 0)])
def test_what_a_segment_spans(time, first):
    """A short curve ends it, and a fit goes on from nothing."""
    replay = Replay(table([[3, 2, 1], [5, 4]], [[1, 3, 6], [2, 2]], time=time))
    assert replay.span(0, first, 2)[:2] == (1, 2)
    assert replay.span(1, first, 3)[:2] == (1, 2)


def test_too_long_a_training_doesnt_fit_the_counter():
    replay = Replay(table([[1.0]], [[1e9]]))
    with pytest.raises(ClockError):
        replay.slowed_down(0, 0, 1, 1000.0)


@st.composite
def segments(draw):
    """A segment on some cluster, with what a slow and obvious walk over its epochs knows of it."""
    length = draw(st.integers(1, 60))
    seconds = st.sampled_from([0, 0, 1, 2.5, 1 / 3, 1.000000001, 1e7])
    took = draw(st.lists(seconds, min_size=length, max_size=length))
    curves = table([[1.0] * length], [np.cumsum(took).tolist()])
    first = draw(st.integers(0, length - 1))
    end = draw(st.integers(first + 1, length))
    slowdown = draw(st.sampled_from([1.0, 1.0, 0.5, 1 / 3, 1.37, 4.0]))
    some = st.sampled_from([0, 0, 0.5, 3])
    costs = Costs.of(
        Cluster(
            save_seconds=draw(some),
            report_seconds=draw(some),
            checkpoints=draw(st.booleans()),
            checkpoint_every=draw(st.integers(1, 4)),
        )
    )
    began = draw(st.integers(0, 3)) * SECOND
    # Whoever stands at `first` has passed the checkpoints before it.
    surely = first - first % costs.checkpoint_every if costs.checkpoint_every else 0
    segment = Segment(
        decision=0,
        worker=0,
        trial=0,
        configuration=0,
        milestone=end,
        heard=draw(st.integers(0, end - 1)),
        first=first,
        saved=draw(st.integers(surely, first)),
        end=end,
        given_ns=0,
        begins_ns=began,
        slowdown=slowdown,
        elapsed_ns=Replay(curves).slowed_down(0, first, end, slowdown),
        costs=costs,
    )
    epochs, now = [], began
    for resource in range(first + 1, end + 1):
        before = int(curves.elapsed_ns[0, resource - 2]) if resource > 1 else 0
        takes = int(curves.elapsed_ns[0, resource - 1]) - before
        takes = takes if slowdown == 1 else round(takes * slowdown)
        epochs.append((resource, now, takes, now + takes + costs.report))
        now += takes
        if costs.checkpoint_every and resource % costs.checkpoint_every == 0:
            now += costs.save
    return curves, segment, epochs


MOMENTS = st.one_of(st.floats(0, 1.2), st.sampled_from([math.inf]))


@settings(max_examples=400, deadline=None)
@given(drawn=segments(), away=MOMENTS, until=MOMENTS, exactly=st.booleans())
def test_closed_forms_are_what_the_walk_gives(drawn, away, until, exactly):
    _, segment, epochs = drawn
    away_ns, until_ns = (moment(epochs, share, exactly) for share in (away, until))
    assert [(r, segment.starts_ns(r), segment.reports_ns(r)) for r, *_ in epochs] == [
        (resource, start, report) for resource, start, _, report in epochs
    ]
    segment.meets(away_ns)
    over = min(away_ns, epochs[-1][3])
    reported = [epoch for epoch in epochs if epoch[3] <= over]
    assert (segment.over_ns, segment.interrupted) == (over, away_ns < epochs[-1][3])
    assert segment.last == segment.first + len(reported)
    assert segment.report_times_ns == [report for *_, report in reported]
    assert segment.takes_ns == sum(takes for _, _, takes, _ in epochs)

    saved = [
        r for r, *_ in reported if segment.costs.checkpoint_every and not r % segment.costs.checkpoint_every
    ]
    assert segment.safe == (max([segment.saved, *saved]) if segment.interrupted else segment.end)
    until_ns = min(until_ns, over)
    assert segment.reached(until_ns) == segment.first + sum(report <= until_ns for *_, report in epochs)
    kept = lost = 0
    for resource, start, takes, _ in epochs:
        done = max(0, min(takes, until_ns - start))
        kept, lost = (kept + done, lost) if segment.heard < resource <= segment.safe else (kept, lost + done)
    assert segment.trained_ns(until_ns) == (kept, lost)


def moment(epochs, share, exactly):
    """A moment of the segment, or exactly when something happens in it; or never."""
    if share == math.inf:
        return 2**63
    begins, over = epochs[0][1], epochs[-1][3]
    somewhere = begins + round(share * (over - begins))
    happens = sorted({start for _, start, *_ in epochs} | {report for *_, report in epochs})
    return max([time for time in happens if time <= somewhere], default=begins) if exactly else somewhere


@settings(max_examples=200, deadline=None)
@given(drawn=segments(), copies=st.integers(1, 3))
def test_columns_are_the_single_ones(drawn, copies):
    curves, segment, epochs = drawn
    segment.meets(epochs[len(epochs) // 2][3])
    ones = [segment.begins_ns, segment.first, segment.last, 0]
    columns = [np.array([one] * copies, dtype=np.int64) for one in (0, 0, 0, 0, *ones)]
    starts = SegmentStarts(*columns, np.full(copies, segment.slowdown))
    index, resource, since = starts.reports(curves, segment.costs)
    reported = range(segment.first + 1, segment.last + 1)
    assert index.tolist() == [copy for copy in range(copies) for _ in reported]
    assert resource.tolist() == [*reported] * copies
    assert (segment.begins_ns + since).tolist() == segment.report_times_ns * copies


def test_columns_of_a_decision_log_span_what_single_segments_do():
    for time in ("cumulative", "per-fit"):
        curves = table([[3, 2, 1], [5, 4]], [[1, 3, 6], [2, 2]], time=time)
        rows = [(c, r, m) for c in (0, 1) for r in (0, 1) for m in range(r + 1, 4)]
        configuration, resume_from, milestone = (np.array(column) for column in zip(*rows, strict=True))
        zeros = np.zeros_like(milestone)
        names = ("time_ns", "worker", "trial", "decision")
        starts = plain_starts(
            dict.fromkeys(names, zeros)
            | {"configuration": configuration, "resume_from": resume_from, "milestone": milestone},
            curves,
        )
        replay = Replay(curves)
        spans = [replay.span(*row) for row in rows]
        takes = elapsed_ns(curves, configuration, starts.last) - elapsed_ns(
            curves, configuration, starts.first
        )
        assert list(zip(*(one.tolist() for one in (starts.first, starts.last, takes)), strict=True)) == spans
