"""ASHA by cost: a rung sends up its best trials to a share of its cost."""

from __future__ import annotations

from fractions import Fraction
from math import inf, nan

from hypothesis import given
from hypothesis import strategies as st

from simdyhpo.catalog.factory import SchedulerFactory
from simdyhpo.decisions import Decided, Reported, Resume, ScheduleDecision, Start
from simdyhpo.runs.front_door import simulate
from simdyhpo.schedulers.cost_rung import CostRung
from simdyhpo.schedulers.ordered_sums import OrderedSums
from tests.making import falling, problem
from tests.schedulers.following import PROMOTE, START, in_order, story

THIRD = Fraction(1, 3)


def test_by_hand():
    """One rung, at 1, that sends up a third. Beside it: what the best would have cost, of what all have."""
    values = [[3, 3, 3], [1, 1, 1], [2, 2, 2], [9, 9, 9], [8, 8, 8]]
    first = [1, 2, 1, 2, 3]
    seconds = [[cost, cost + 1, cost + 2] for cost in first]
    result = simulate(in_order(values, seconds=seconds), "asha-cost", max_decisions=7)
    assert story(result) == [
        (START, 0, 1),  # 1 of 1
        (START, 1, 1),  # 2 of 3: ASHA would promote trial 1 now
        (START, 2, 1),  # 2 of 4
        (START, 3, 1),  # 2 of 6: a third
        (PROMOTE, 1, 3),  # then trials 1 and 2 have cost 3 of 6
        (START, 4, 1),  # 3 of 9: a third
        (PROMOTE, 2, 3),
    ]


def test_a_trial_costs_what_all_of_its_segments_cost():
    task = problem(falling(2, 9))
    who = SchedulerFactory("asha-cost", {})(task)
    start, promote = ScheduleDecision.START_RANDOM, ScheduleDecision.PROMOTE_RUNG
    for trial, (below, above) in enumerate([(5, 7), (23, 1)]):
        task.candidates.take(trial)
        who.tell(Decided(trial, Start(trial, 1, start)))
        who.tell(Reported(trial, trial, 1, [trial], False, below))
        who.tell(Decided(trial, Resume(trial, 1, 3, promote)))
        who.tell(Reported(trial, trial, 3, [trial, trial], False, above))
    assert who.ask(0) == Resume(0, 3, 9, promote)  # 12 of 36, where the last segments are 7 of 8


def test_where_all_cost_the_same_places_count():
    """The best one of 3, two of 6 and so on may go on, as the paper counts."""
    rung = CostRung(1, THIRD, 1.0)
    promoted = []
    for trial in range(18):
        rung.add(trial, float(trial), 10, False)
        while rung.eligible is not None:
            promoted.append((trial + 1, rung.eligible))
            rung.promote(rung.eligible)
    assert promoted == [(3, 0), (6, 1), (9, 2), (12, 3), (15, 4), (18, 5)]


def test_equals_that_moved_up_count():
    """As many of equal trials as of different ones: the first third, in the order of arrival."""
    rung = CostRung(1, THIRD, 1.0)
    promoted = []
    for trial in range(18):
        rung.add(trial, 0.5, 10, False)
        while rung.eligible is not None:
            promoted.append((trial + 1, rung.eligible))
            rung.promote(rung.eligible)
    assert promoted == [(3, 0), (6, 1), (9, 2), (12, 3), (15, 4), (18, 5)]


@given(
    st.lists(st.tuples(st.integers(0, 3), st.integers(0, 9), st.integers(0, 3)), min_size=1, max_size=40),
    st.sampled_from([THIRD, Fraction(1, 2), Fraction(17, 52)]),
)
def test_what_was_sent_up_keeps_its_share(entries, share):
    """With any ties, whenever promotions come: right after one, the rung's best cost at most their share."""
    rung, seen, up = CostRung(1, share, 1.0), [], set()
    for trial, (metric, cost, turns) in enumerate(entries):
        rung.add(trial, float(metric), cost, False)
        seen.append((metric, trial, cost))
        for _ in range(turns):
            if rung.eligible is None:
                break
            up.add(rung.eligible)
            last = seen[rung.eligible][:2]
            best = [cost for *place, cost in seen if tuple(place) <= last]
            assert sum(best) <= share * sum(cost for _, _, cost in seen)
            assert all(who in up for _, who, _ in sorted(seen)[: len(best)])
            rung.promote(rung.eligible)


def test_who_diverged_or_ended_never_moves_up():
    rung = CostRung(1, THIRD, 1.0)
    rung.add(0, nan, 100, False)
    rung.add(1, -inf, 100, False)
    rung.add(2, 1.0, 1, True)
    rung.add(3, 2.0, 1, False)
    rung.add(4, 3.0, 3, False)
    assert rung.eligible is None  # 2 of 5: the diverged ones' cost doesn't count, the ended one's does
    rung.add(5, 4.0, 1, False)
    assert rung.eligible == 3  # 2 of 6


def test_nothing_costs_anything():
    result = simulate(in_order([[1, 1, 1]] * 3, seconds=[[0, 0, 0]] * 3), "asha-cost", max_decisions=9)
    assert story(result) == [step for trial in range(3) for step in ((START, trial, 1), (PROMOTE, trial, 3))]


amounts = st.lists(st.tuples(st.integers(-9, 9), st.integers(0, 99)), max_size=40)


@given(amounts, st.integers(-10, 10), st.integers(-1, 40))
def test_ordered_sums(entries, key, arrived):
    sums = OrderedSums()
    for number, (place, amount) in enumerate(entries):
        sums.add((place, number), amount)
    below = [amount for number, (place, amount) in enumerate(entries) if (place, number) < (key, arrived)]
    assert sums.below((key, arrived)) == sum(below)
    assert sums.total == sum(amount for _, amount in entries)


@given(
    st.lists(st.tuples(st.integers(0, 5), st.integers(0, 9), st.booleans(), st.booleans()), max_size=30),
    st.sampled_from([THIRD, Fraction(1, 2), Fraction(17, 52)]),
    st.sampled_from([1.0, -1.0]),
)
def test_the_rule_spelt_out(entries, share, sign):
    """Entries sorted, costs added up: the first that hasn't moved up may, if C(k) <= share * C(n)."""
    rung = CostRung(1, share, sign)
    waiting, moved = [], []
    for trial, (metric, cost, complete, promotes) in enumerate(entries):
        rung.add(trial, float(metric), cost, complete)
        (moved if complete else waiting).append((sign * metric, trial, cost))
        waiting.sort()
        expected = None
        if waiting:
            key, best, own = waiting[0]
            spent = own + sum(c for k, who, c in waiting + moved if (k, who) < (key, best))
            if spent <= share * sum(c for _, _, c in waiting + moved):
                expected = best
        assert rung.eligible == expected
        if expected is not None and promotes:
            rung.promote(expected)
            moved.append(waiting.pop(0))
