"""Pages say of the workers' time what the run's own ledger said, on any cluster."""

import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simdyhpo.html_report.worker_time import worker_time
from simdyhpo.traces.accounts import timeline_accounts, told_totals
from simdyhpo.traces.read import read_run
from simdyhpo.traces.timeline import timeline_of
from simdyhpo.traces.write import write_run
from tests.simulation.clusters import clusters, on_cluster
from tests.simulation.test_engine_against_oracle import LIMITS, SCHEDULERS, tables


@pytest.mark.parametrize("name", ["asha", "asha-stopping", "random"])
@settings(max_examples=40, deadline=None)
@given(data=st.data(), workers=st.integers(1, 5), seed=st.integers(0, 3), limits=LIMITS, cluster=clusters())
def test_page_ledger_and_manifest_agree(name, data, workers, seed, limits, cluster):
    curves = data.draw(tables(1, False))
    result = on_cluster(curves, name, cluster, workers=workers, seed=seed, options=SCHEDULERS[name], **limits)
    found = timeline_accounts(timeline_of(result))
    for kind in result.accounts.__struct_fields__:
        np.testing.assert_array_equal(getattr(found, kind), getattr(result.accounts, kind), err_msg=kind)
    with tempfile.TemporaryDirectory() as folder:
        write_run(result, Path(folder) / "run")
        run = read_run(Path(folder) / "run")
        stored = worker_time(run)
    told = told_totals(run.manifest)
    assert told == result.accounts.totals_ns
    assert stored.accounts.totals_ns == told
    if result.end_ns:
        assert stored.share == told["busy"] / (workers * result.end_ns)
