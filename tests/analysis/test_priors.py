"""A prior from a table: the row that stands at a quantile, in the words that a scheduler takes."""

import numpy as np
import pytest

from simdyhpo.analysis.priors import prior_at
from simdyhpo.errors import OptionError
from simdyhpo.runs.front_door import simulate
from simdyhpo.tables.blackboxes import load_blackbox
from simdyhpo.tables.curves import CurveTable
from tests.making import table


def test_rows_are_ranked_by_their_last_value():
    """At the last resource: 3, 1, none, 2, not finite."""
    values = [[1.0, 3.0], [9.0, 1.0], [0.0], [0.5, 2.0], [0.1, np.inf]]
    of = table(values)
    assert [prior_at(of, q) for q in (0, 0.5, 1)] == [{"x": 0.1}, {"x": 0.3}, {"x": 0.0}]
    assert prior_at(table(values, mode="max"), 0) == {"x": 0.0}


def test_categories_and_inactive_numbers():
    values, seconds = np.array([[2.0] * 4, [1.0] * 4]), np.tile(np.arange(1.0, 5.0), (2, 1))
    columns = {"kind": ["relu", "tanh"], "beta": [0.5, np.nan]}
    of = CurveTable.from_arrays(values, seconds, columns, mode="min", name="kinds")
    assert prior_at(of, 0) == {"kind": "tanh", "beta": None}
    assert prior_at(of, 1) == {"kind": "relu", "beta": 0.5}
    for prior in (prior_at(of, 0), prior_at(of, 1)):
        simulate(of, "priorband", options={"prior": prior}, max_epochs=2)


@pytest.mark.parametrize("quantile", [-0.1, 1.1, float("nan")])
def test_a_quantile_is_a_share(quantile):
    with pytest.raises(OptionError, match="from 0, the best, to 1"):
        prior_at(table([[1.0]]), quantile)


def test_nothing_finite_is_no_prior():
    with pytest.raises(OptionError, match="no finite value"):
        prior_at(table([[1.0, np.nan], [2.0, np.inf]]), 0.5)


def test_it_is_what_priorband_takes_on_a_measured_table():
    of = load_blackbox("lcbench-fashion-mnist")
    result = simulate(of, "priorband", options={"prior": prior_at(of, 0.01)}, max_epochs=100)
    assert result.schedule["started_by_model"] > 0
