"""What a run's beginning says of its whole, against laws of cost that are known."""

import itertools

import pytest

from simdyhpo.studies.cost_law import Mark, seconds_of_whole

DECISIONS = 1000


def fitted_often_at_first(number):
    """As with a model that is fitted at 1, 2, 3, ... observations, and then whenever there are 15 % more."""
    fits = {1, 2, 3, 4, 5, 6, 7}
    while max(fits) < 2 * DECISIONS:
        fits.add(int(max(fits) * 1.15) + 1)
    return 0.005 + 0.1 * (number in fits)


LAWS = {
    "even": lambda _: 0.01,
    "growing": lambda number: 0.001 + 1e-4 * number,
    "from nothing": lambda number: 1e-4 * number,
    "cheaper": lambda number: 0.01 + 1.0 / (1 + number),
    "fitted": fitted_often_at_first,
    "free at first": lambda number: 0.01 * (number > 8),
}


def beginning(law, until, at_once=1):
    """Marks until so many of DECISIONS are made.

    Args:
        at_once: decisions a mark.
    """
    costs = list(itertools.accumulate(map(law, range(DECISIONS))))
    seen = range(at_once, until + 1, at_once)
    return [Mark(0.0, 0, 0.0), *(Mark(made / DECISIONS, made, costs[made - 1]) for made in seen)], costs[-1]


@pytest.mark.parametrize("at_once", [1, 16])
@pytest.mark.parametrize(("until", "factor"), [(96, 2.0), (208, 1.6), (512, 1.2)])
@pytest.mark.parametrize("law", LAWS)
def test_the_whole_is_known_from_a_beginning(law, until, factor, at_once):
    marks, whole = beginning(LAWS[law], until, at_once)
    found = seconds_of_whole(marks)
    assert whole / factor < found < factor * whole


@pytest.mark.parametrize("until", [100, 300])
def test_growth_is_carried_on(until):
    marks, whole = beginning(LAWS["growing"], until)
    assert seconds_of_whole(marks) == pytest.approx(whole, rel=0.05)
    assert marks[-1].seconds / marks[-1].share < whole / 2


def test_many_decisions_at_time_zero():
    """256 workers start before any of the budget is spent; what they cost is no rate."""
    marks = [Mark(0.0, 0, 0.0), Mark(0.0, 256, 0.1)]
    marks += [Mark(made / 10_000, 256 + made, 0.1 + 0.01 * made) for made in range(1, 800)]
    assert seconds_of_whole(marks) == pytest.approx(100.1, rel=0.01)


def test_a_run_that_is_over_is_what_it_was():
    assert seconds_of_whole([Mark(0.0, 0, 0.0), Mark(0.4, 10, 2.0), Mark(1.0, 12, 3.0)]) == 3.0


@pytest.mark.parametrize(
    ("marks", "seconds"),
    [
        ([Mark(0.0, 0, 0.0)], 0.0),
        ([Mark(0.0, 0, 0.0), Mark(0.0, 5, 2.0)], 2.0),
        ([Mark(0.0, 0, 0.0), Mark(0.5, 0, 2.0)], 4.0),
        ([Mark(0.0, 0, 0.0), Mark(0.5, 3, 2.0), Mark(0.5, 9, 2.5)], 5.0),
        ([Mark(0.0, 0, 0.0), *(Mark(n / 100, n, 0.0) for n in range(1, 50))], 0.0),
    ],
)
def test_where_next_to_nothing_was_seen(marks, seconds):
    assert seconds_of_whole(marks) == pytest.approx(seconds)
