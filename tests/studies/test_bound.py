"""The hindsight bound holds on any cluster; a run below it is an error."""

from itertools import islice

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simdyhpo.analysis.marks import SHARES
from simdyhpo.errors import BoundError
from simdyhpo.runs.front_door import simulate
from simdyhpo.simulation.budget import Budget
from simdyhpo.simulation.cluster import Cluster
from simdyhpo.simulation.named_clusters import PRESETS
from simdyhpo.simulation.pace import Pace, least_slowdown
from simdyhpo.streams import Streams
from simdyhpo.studies.bound import bound_regrets, check_bound, least_slowdown_of
from simdyhpo.studies.run_marks import run_marks
from tests.making import falling
from tests.simulation.clusters import clusters, on_cluster
from tests.simulation.test_engine_against_oracle import SCHEDULERS, tables

pytestmark = pytest.mark.once

LIMITS = st.one_of(
    st.fixed_dictionaries({"max_seconds": st.integers(1, 25)}),
    st.fixed_dictionaries({"max_epochs": st.integers(1, 40)}),
)


def row_of(result, **names):
    spec, reports = result.spec, result.report_columns
    marks = run_marks(reports.time_ns, reports.value, spec).columns()
    return pd.DataFrame(
        [{"seed": spec.seed, "workers": spec.workers, "decisions": len(result.log), **names, **marks}]
    )


@pytest.mark.parametrize("name", ["asha", "asha-stopping", "hyperband", "greedy", "dyhpo", "random"])
@settings(max_examples=60, deadline=None)
@given(data=st.data(), workers=st.integers(1, 5), seed=st.integers(0, 3), limits=LIMITS, cluster=clusters())
def test_no_run_beats_it_on_any_cluster(name, data, workers, seed, limits, cluster):
    curves = data.draw(tables(1, False))
    result = on_cluster(curves, name, cluster, workers=workers, seed=seed, options=SCHEDULERS[name], **limits)
    row = row_of(result)
    bound = bound_regrets(curves, Budget(**limits), least_slowdown_of(cluster, row))
    check_bound(row, bound)


def test_runs_that_beat_the_bound_of_an_ideal_cluster():
    """Fast workers and lucky jitter make one better than the table's own times allow."""
    table, budget = falling(20, 50), Budget(max_seconds=30.0)
    beaten = 0
    for cluster in (Cluster(jitter=0.1), PRESETS["mixed-gpus"], Cluster(speeds=(1.5,))):
        result = simulate(table, "asha-stopping", workers=32, seed=1, max_seconds=30, cluster=cluster)
        row = row_of(result, blackbox="mine", label="asha-stopping")
        check_bound(row, bound_regrets(table, budget, least_slowdown_of(cluster, row)))
        plain = bound_regrets(table, budget)
        beaten += any(
            row[f"regret_{share:g}"].item() < least for share, least in zip(SHARES, plain, strict=True)
        )
    assert beaten > 1


def test_the_least_slowdown_is_below_all_that_come():
    cluster = Cluster(speeds=(0.5, 2.0, 1.0), jitter=0.3, straggler_share=0.2, straggler_slowdown=4)
    pace = Pace(cluster, Streams(3))
    drawn = [slowdown for worker in range(4) for slowdown in islice(pace.slowdowns(worker), 200)]
    least = least_slowdown(cluster, Streams(3), 4, 200)
    assert least <= min(drawn)
    without = Cluster(speeds=(0.5, 2.0, 1.0), jitter=0.3)
    pace = Pace(without, Streams(3))
    assert least == min(min(islice(pace.slowdowns(worker), 200)) for worker in range(4))
    assert least_slowdown(Cluster(speeds=(0.5, 2.0)), Streams(0), 1, 9) == 2.0


def test_an_impossible_regret_names_its_cell():
    rows = pd.DataFrame(
        {"blackbox": ["t"] * 2, "label": ["a", "b"], "workers": 1, "seed": [0, 1]}
        | {f"regret_{share:g}": [0.5, 0.5] for share in SHARES}
    )
    check_bound(rows, np.array([0.5, 0.5, 0.5, 0.5]))
    with pytest.raises(BoundError, match="blackbox t, label a, workers 1, seed 0: its regret at 30%"):
        check_bound(rows, np.array([0.5, 0.6, 0.5, 0.5]))
