"""The engine gives what a slow and obvious simulator gives, on many small random tables."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from simdyhpo.catalog.factory import SchedulerFactory
from simdyhpo.runs.front_door import simulate
from simdyhpo.simulation.budget import Budget
from tests.making import problem, table
from tests.simulation.oracle import Oracle

pytestmark = pytest.mark.once

SCHEDULERS = {
    "random": {},
    "asha": {"reduction_factor": 2},
    "asha-linear": {"rung_increment": 1, "grace_period": 1},
    "asha-stopping": {"reduction_factor": 2},
    "hyperband": {"reduction_factor": 2},
    "pasha": {"reduction_factor": 2},
    "greedy": {"explore": 3},
    "dyhpo": {"searcher": "random", "probability_sh": 0.5},
    "dyhpo-whole-curves": {"searcher": "random", "probability_sh": 0.5},
}
VALUES = st.sampled_from([0.0, 1.0, 1.0, 2.0, 3.0, math.nan, math.inf, -math.inf])


@st.composite
def tables(draw, least_seconds, whole):
    """Ragged curves with ties, equal times, epochs that take no time, diverged values; or fits."""
    per_fit = draw(st.booleans())
    resources = draw(st.integers(2, 6))
    lengths = draw(st.lists(st.integers(resources if whole else 1, resources), min_size=1, max_size=8))
    lengths[draw(st.integers(0, len(lengths) - 1))] = resources
    values, seconds = [], []
    for length in lengths:
        values.append(draw(st.lists(VALUES, min_size=length, max_size=length)))
        first = draw(st.integers(least_seconds, 3))
        steps = draw(
            st.lists(st.integers(least_seconds * per_fit, 3), min_size=length - 1, max_size=length - 1)
        )
        seconds.append([first, *steps] if per_fit else np.cumsum([first, *steps]).tolist())
    assume(any(math.isfinite(value) for row in values for value in row))
    mode = draw(st.sampled_from(["min", "max"]))
    return table(values, seconds, mode=mode, time="per-fit" if per_fit else "cumulative")


LIMITS = st.one_of(
    st.fixed_dictionaries({"max_seconds": st.integers(1, 25)}),
    st.fixed_dictionaries({"max_epochs": st.integers(1, 40)}),
    st.fixed_dictionaries({"max_trials": st.integers(1, 10)}),
    st.fixed_dictionaries({"max_decisions": st.integers(1, 25)}),
    st.fixed_dictionaries({"max_seconds": st.integers(1, 25), "max_epochs": st.integers(1, 40)}),
    st.fixed_dictionaries({"max_trials": st.integers(1, 8), "max_epochs": st.integers(1, 40)}),
)


@pytest.mark.parametrize("name", SCHEDULERS)
@pytest.mark.parametrize("sampling", ["without-replacement", "with-replacement"])
@settings(max_examples=200)
@given(data=st.data(), workers=st.integers(1, 5), seed=st.integers(0, 3), limits=LIMITS)
def test_same_decisions_reports_and_end(name, sampling, data, workers, seed, limits):
    # With replacement, a table without any time would never spend a budget of seconds.
    curves = data.draw(tables(int(sampling == "with-replacement"), name.endswith("-whole-curves")))
    scheduler, options = name.removesuffix("-linear").removesuffix("-whole-curves"), SCHEDULERS[name]
    of = problem(curves, seed, sampling)
    oracle = Oracle(
        curves, SchedulerFactory(scheduler, options)(of), of.candidates, workers, Budget(**limits)
    )
    oracle.run()
    result = simulate(
        curves, scheduler, workers=workers, seed=seed, options=options, sampling=sampling, **limits
    )
    rows = zip(*(column.tolist() for column in result.log.columns().values()), strict=True)
    assert list(rows) == oracle.decisions
    reports = result.report_columns
    columns = ("time_ns", "worker", "resource", "trial", "configuration", "value")
    ours = list(zip(*(getattr(reports, column).tolist() for column in columns), strict=True))
    expected = [(time, worker, *rest) for time, worker, _, *rest in oracle.reports]
    np.testing.assert_array_equal(np.array(ours), np.array(expected))
    assert not reports.ignored.any()
    assert (result.ended_by, result.end_ns) == (oracle.ended_by, oracle.end_ns)
    assert result.trials == len(oracle.configurations)
