"""A segment's closed forms, one at a time and as columns, are what going from epoch to epoch gives."""

from __future__ import annotations

import math
from itertools import repeat

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simdyhpo.decisions import ScheduleDecision
from simdyhpo.errors import ClockError
from simdyhpo.records import DecisionLog
from simdyhpo.simulation.cluster import Cluster
from simdyhpo.simulation.cluster_log import ClusterLog
from simdyhpo.simulation.costs import Costs
from simdyhpo.simulation.courses import Courses, Segment
from simdyhpo.simulation.planner import Planner
from simdyhpo.simulation.segment_log import INTERRUPTED
from simdyhpo.simulation.segments import Replay, SegmentStarts, elapsed_ns, plain_starts, rough_ns, takes_ns
from simdyhpo.streams import Streams
from tests.making import table

pytestmark = pytest.mark.once

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
    with pytest.raises(ClockError):
        rough_ns(10**9 * SECOND, 1000.0)


@st.composite
def segments(draw):
    """A segment on some cluster, with what a slow and obvious walk over its epochs knows of it."""
    length = draw(st.integers(1, 60))
    # In the shortest, it is the rounding of each epoch that decides.
    seconds = draw(st.sampled_from([[0, 0, 1, 2.5, 1 / 3, 1.000000001, 1e7], [0, 1e-9, 3e-9]]))
    took = draw(st.lists(st.sampled_from(seconds), min_size=length, max_size=length))
    curves = table([[1.0] * length], [np.cumsum(took).tolist()])
    first = draw(st.integers(0, length - 1))
    end = draw(st.integers(first + 1, length))
    slowdown = draw(st.sampled_from([1.0, 1.0, 0.5, 1 / 3, 1.37, 4.0]))
    some = st.sampled_from([0, 0, 0.5, 3, 1e-9])
    costs = Costs.of(
        Cluster(
            save_seconds=draw(some),
            report_seconds=draw(some),
            checkpoints=draw(st.booleans()),
            checkpoint_every=draw(st.integers(1, 4)),
        )
    )
    began = draw(st.integers(0, 3)) * SECOND
    segment = Segment(
        decision=0,
        worker=0,
        trial=0,
        configuration=0,
        milestone=end,
        heard=draw(st.integers(0, end - 1)),
        first=first,
        saved=0,
        end=end,
        begins_ns=began,
        slowdown=slowdown,
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
    return curves, costs, segment, epochs


MOMENTS = st.one_of(st.floats(-0.1, 1.2), st.sampled_from([math.inf]))


@settings(max_examples=300, deadline=None)
@given(drawn=segments(), until=MOMENTS, exactly=st.booleans())
def test_closed_forms_are_what_the_walk_gives(drawn, until, exactly):
    curves, costs, segment, epochs = drawn
    courses = Courses(Replay(curves), costs)
    segment.last = segment.end
    assert courses.report_times_ns(segment) == [report for *_, report in epochs]
    until_ns = moment(epochs, until, exactly)
    reported = segment.first + sum(report <= until_ns for *_, report in epochs)
    trained = sum(max(0, min(takes, until_ns - start)) for _, start, takes, _ in epochs)
    assert courses.at(segment, until_ns) == (reported, trained)
    elapsed = np.cumsum([takes for _, _, takes, _ in epochs]).tolist()
    assert [courses.elapsed_ns(segment, resource) for resource, *_ in epochs] == elapsed


@settings(max_examples=200, deadline=None)
@given(drawn=segments(), away=MOMENTS, exactly=st.booleans(), resumes=st.booleans())
def test_a_plan_is_what_the_walk_gives(drawn, away, exactly, resumes):
    """Whether and when a segment is interrupted, how far it gets, and what of it is to be done again."""
    curves, costs, segment, epochs = drawn
    away_ns = moment(epochs, away, exactly)
    planner = planner_of(curves, costs, segment.slowdown, away_ns)
    row = (0, 0, 0, 0, int(ScheduleDecision.CONTINUE), segment.first, segment.milestone)
    # Whoever stands at `first` has passed the checkpoints before it.
    every = costs.checkpoint_every
    saved = segment.first - segment.first % every if every and resumes else segment.first
    plan = planner.plan(7, row, segment.heard, segment.first, saved, segment.begins_ns)
    over = min(away_ns, epochs[-1][3])
    reported = [epoch for epoch in epochs if epoch[3] <= over]
    interrupted = away_ns < epochs[-1][3]
    assert (plan.decision, plan.over_ns, plan.outcome == INTERRUPTED) == (7, over, interrupted)
    assert plan.last == segment.first + len(reported)
    safe = [resource for resource, *_ in reported if every and resource % every == 0]
    assert plan.safe == (max([saved, *safe]) if interrupted else segment.end)

    log = ClusterLog(decisions_of([row] * 8))
    log.over(plan, over)
    told = log.segments(curves, planner.courses, [], 2**62)
    kept = lost = 0
    for resource, start, takes, _ in epochs:
        done = max(0, min(takes, over - start))
        kept, lost = (kept + done, lost) if segment.heard < resource <= plan.safe else (kept, lost + done)
    assert (told.busy_ns.tolist(), told.lost_ns.tolist()) == ([kept], [lost])
    assert plan.trained_ns == kept + lost


@settings(max_examples=200, deadline=None)
@given(drawn=segments(), end=MOMENTS, exactly=st.booleans())
def test_a_segment_is_cut_at_a_runs_end(drawn, end, exactly):
    curves, costs, segment, epochs = drawn
    planner = planner_of(curves, costs, segment.slowdown, 2**63)
    row = (0, 0, 0, 0, int(ScheduleDecision.CONTINUE), segment.first, segment.milestone)
    plan = planner.plan(0, row, segment.heard, segment.first, segment.first, segment.begins_ns)
    end_ns = max(0, min(moment(epochs, end, exactly), epochs[-1][3]))
    told = ClusterLog(decisions_of([row])).segments(curves, planner.courses, [plan], end_ns)
    kept = lost = 0
    for resource, start, takes, _ in epochs:
        done = max(0, min(takes, end_ns - start))
        kept, lost = (kept + done, lost) if segment.heard < resource else (kept, lost + done)
    assert told.reached.tolist() == [segment.first + sum(report <= end_ns for *_, report in epochs)]
    assert (told.busy_ns.tolist(), told.lost_ns.tolist()) == ([kept], [lost])
    assert told.over_ns.tolist() == told.released_ns.tolist() == [end_ns]


def planner_of(curves, costs, slowdown, away_ns):
    """A planner for one worker of this pace, which goes away for ever at some moment."""
    planner = Planner(curves, Cluster(speeds=(1 / slowdown,)), Streams(0), [Away(away_ns)])
    planner.costs, planner.courses = costs, Courses(planner.replay, costs)
    planner._slowdowns = [repeat(slowdown)]
    return planner


class Away:
    def __init__(self, begins_ns):
        self.begins_ns, self.ends_ns = begins_ns, 2**63


def decisions_of(rows):
    log = DecisionLog()
    for row in rows:
        log.append(row)
    return log


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
    curves, costs, segment, epochs = drawn
    segment.last = epochs[len(epochs) // 2][0]
    ones = [segment.begins_ns, segment.first, segment.last, 0]
    columns = [np.array([one] * copies, dtype=np.int64) for one in (0, 0, 0, 0, *ones)]
    slowdown = np.full(copies, segment.slowdown)
    starts = SegmentStarts(*columns, slowdown)
    index, resource, since = starts.reports(curves, costs)
    courses = Courses(Replay(curves), costs)
    reported = range(segment.first + 1, segment.last + 1)
    assert index.tolist() == [copy for copy in range(copies) for _ in reported]
    assert resource.tolist() == [*reported] * copies
    assert (segment.begins_ns + since).tolist() == courses.report_times_ns(segment) * copies
    takes = takes_ns(curves, starts.configuration, starts.first, starts.last, slowdown)
    assert takes.tolist() == [courses.elapsed_ns(segment, segment.last)] * copies


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
