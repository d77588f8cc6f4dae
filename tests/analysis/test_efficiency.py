"""Which configurations a run trained, against a table small enough to count by hand."""

import numpy as np
import pandas as pd
import pytest

from simdyhpo.analysis.decision_shares import shares_along
from simdyhpo.analysis.efficiency import efficiency, efficiency_curves, table_ranks, trained_until
from simdyhpo.analysis.scaling import worker_scaling
from simdyhpo.decisions import ScheduleDecision
from tests.making import table

# Lower is better. Thirds are two of six. Row 5 starts worst and ends best; row 1 falls out of the best third.
VALUES = [
    [0.0, 0.0, 0.1],
    [0.1, 0.2, 0.9],
    [0.5, 0.1, 0.2],
    [0.6, 0.6, 0.8],
    [0.7, 0.7, 1.0],
    [1.0, 0.5, 0.0],
]


def runs_of(*reached):
    """What a run trained, found from its reports."""
    rows = [(c, r) for c, until in enumerate(reached) for r in range(1, until + 1)]
    return trained_until(*np.array(rows).T, 6)


def test_ranks_of_a_table():
    ranks = table_ranks(table(VALUES))
    assert ranks.top.tolist() == [False, False, False, False, False, True]
    assert ranks.good.T.tolist() == [
        [True, True, False, False, False, False],
        [True, False, True, False, False, False],
        [True, False, False, False, False, True],
    ]
    assert ranks.risen.T.tolist() == [[False] * 6, [c == 2 for c in range(6)], [c == 5 for c in range(6)]]
    np.testing.assert_allclose(ranks.regret, VALUES)


def test_maximised_tables_give_the_same():
    ranks = table_ranks(table((1 - np.array(VALUES)).tolist(), mode="max"))
    expected = table_ranks(table(VALUES))
    assert (ranks.good == expected.good).all()
    assert (ranks.top == expected.top).all()
    np.testing.assert_allclose(ranks.regret, expected.regret, atol=1e-12)


def test_diverged_and_short_curves_are_never_good():
    ranks = table_ranks(table([[0.0, np.nan], [0.5], [0.6, 0.6], [0.7, 0.7]]))
    assert ranks.good[:, 1].tolist() == [False, False, True, False]
    assert ranks.regret[0, 1] == 1
    assert ranks.top.tolist() == [False, True, False, False]  # by the last value of each curve


def test_counts_of_a_run():
    reached = runs_of(3, 2, 2, 1, 0, 3)
    assert reached.tolist() == [3, 2, 2, 1, 0, 3]
    counts = efficiency(table_ranks(table(VALUES)), [reached])
    assert counts["runs"].tolist() == [1, 1, 1]
    assert counts["trained"].tolist() == [5, 4, 2]
    assert counts["top"].tolist() == [1, 1, 1]
    assert counts["good"].tolist() == [2, 2, 2]
    assert counts["risen"].tolist() == [0, 1, 1]
    np.testing.assert_allclose(counts["regret_sum"], [0 + 0.1 + 0.5 + 0.6 + 1.0, 0 + 0.2 + 0.1 + 0.5, 0.1])


def test_curves_pool_runs_and_stop_where_a_blackbox_has_nothing():
    ranks = table_ranks(table(VALUES))
    frames = [
        efficiency(ranks, reached).assign(blackbox=box, label="p")
        for box, reached in (
            ("x", [runs_of(3, 0, 0, 0, 0, 3), runs_of(0, 1)]),
            ("y", [runs_of(0, 2, 2)]),
        )
    ]
    curves = efficiency_curves(pd.concat(frames)).set_index("resource")
    # x: three trained in two runs, one of them the best; y: two, none.
    assert curves.loc[1, "precision"] == pytest.approx((1 / 3 + 0) / 2)
    assert curves.loc[1, "trained"] == pytest.approx((3 / 2 + 2) / 2)
    assert curves.loc[2, "regret"] == pytest.approx(((0 + 0.5) / 2 + (0.2 + 0.1) / 2) / 2)
    assert curves.loc[2, "risen"] == pytest.approx((0 / 1 + 1 / 1) / 2)
    assert curves["blackboxes"].tolist() == [2, 2, 1]
    assert curves.loc[3, ["precision", "regret", "risen"]].isna().all()
    assert np.isnan(curves.loc[1, "risen"])


def test_shares_along_a_run():
    kinds = [ScheduleDecision.START_RANDOM, ScheduleDecision.PROMOTE_RUNG, ScheduleDecision.STOP]
    log = np.array([int(kind) for kind in kinds])
    expected = np.zeros((2, len(ScheduleDecision)))
    expected[0, log] = [2 / 3, 1 / 3, 0]
    expected[1, log] = [0, 1 / 3, 2 / 3]
    assert shares_along(log, 2) == pytest.approx(expected)
    assert shares_along(log, 7).sum(axis=1) == pytest.approx(np.ones(7))
    assert shares_along(log, 3).tolist() == np.eye(len(ScheduleDecision))[log].tolist()


def test_scaling_is_the_geometric_mean_of_speed_ups():
    rows = [
        ("x", "p", 1, 0, 0.1, 80.0), ("x", "p", 4, 0, 0.2, 20.0),
        ("y", "p", 1, 0, 0.3, 90.0), ("y", "p", 4, 0, 0.4, 90.0),
    ]  # fmt: skip
    found = worker_scaling(
        pd.DataFrame(rows, columns=["blackbox", "label", "workers", "seed", "regret", "seconds"])
    )
    assert found["workers"].tolist() == [1, 4]
    assert found["speed_up"].tolist() == pytest.approx([1, 2])
    assert found["regret"].tolist() == pytest.approx([0.2, 0.3])
