"""The incumbent against a plain loop, and its samples."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simdyhpo.analysis.incumbents import regret_steps, trajectory

VALUES = st.lists(
    st.one_of(st.floats(0, 1), st.sampled_from([np.nan, np.inf, -np.inf, 0.0, 0.5])), max_size=30
)


def reports(values, times=None):
    count = len(values)
    return pd.DataFrame(
        {
            "time_ns": np.arange(1, count + 1) * 10**9 if times is None else np.array(times) * 10**9,
            "configuration": np.arange(count) + 100,
            "resource": np.arange(count) % 3 + 1,
            "value": np.array(values, dtype=float),
        }
    )


def looped(values, mode):
    """(position, position of the incumbent) at every improvement and at the last report."""
    rows, holder = [], None
    for position, value in enumerate(values):
        if not np.isfinite(value):
            continue
        if holder is None or (value < values[holder] if mode == "min" else value > values[holder]):
            holder = position
            rows.append((position, holder))
    if holder is not None and rows[-1][0] != len(values) - 1:
        rows.append((len(values) - 1, holder))
    return rows


@given(VALUES, st.sampled_from(["min", "max"]))
def test_trajectory_is_what_a_loop_finds(values, mode):
    best, worst = (0.0, 1.0) if mode == "min" else (1.0, 0.0)
    found = trajectory(reports(values), mode, best, worst)
    expected = looped(values, mode)
    assert found["epochs"].tolist() == [at + 1 for at, _ in expected]
    assert found["seconds"].tolist() == [at + 1.0 for at, _ in expected]
    assert found["configuration"].tolist() == [holder + 100 for _, holder in expected]
    assert found["resource"].tolist() == [holder % 3 + 1 for _, holder in expected]
    assert found["value"].tolist() == [values[holder] for _, holder in expected]
    assert found["regret"].tolist() == [abs(best - values[holder]) for _, holder in expected]


@pytest.mark.parametrize("values", [[], [np.nan, np.inf, -np.inf]])
def test_no_finite_value_is_no_incumbent(values):
    assert trajectory(reports(values), "max", 1.0, 0.0).empty
    assert np.isnan(regret_steps(trajectory(reports(values), "max", 1.0, 0.0), "epochs").at([0, 5])).all()


def test_equal_best_and_worst_mean_no_regret():
    assert trajectory(reports([0.3, 0.3]), "min", 0.3, 0.3)["regret"].tolist() == [0, 0]


@given(VALUES, st.sampled_from(["min", "max"]))
def test_samples_at_epochs_are_the_running_regret(values, mode):
    best, worst = (0.0, 1.0) if mode == "min" else (1.0, 0.0)
    found = regret_steps(trajectory(reports(values), mode, best, worst), "epochs").at(range(len(values) + 3))
    for epochs, regret in enumerate(found):
        seen = [value for value in values[:epochs] if np.isfinite(value)]
        if not seen:
            assert np.isnan(regret)
        else:
            assert regret == abs(best - (min(seen) if mode == "min" else max(seen)))


def test_samples_at_seconds():
    run = trajectory(reports([0.8, 0.9, 0.5, 0.4], times=[2, 3, 3, 3]), "min", 0.0, 1.0)
    steps = regret_steps(run, "seconds")
    # Three reports at once: what counts is what is known when all have arrived.
    assert steps.at([[2, 2.99], [3, 1e9]]).tolist() == [[0.8, 0.8], [0.4, 0.4]]
    assert np.isnan(steps.at(1.99))
