"""Busy means what the ledger means by it, also where a curve is over before its milestone."""

import numpy as np
import pandas as pd
import pytest

from simdyhpo import CurveTable, simulate
from simdyhpo.html_report.report import html_report
from simdyhpo.html_report.worker_time import worker_time
from simdyhpo.traces.read import read_run
from simdyhpo.traces.write import write_run

NAN = np.nan


@pytest.mark.parametrize("seed", [0, 1])
def test_a_short_curve(seed, tmp_path):
    table = CurveTable.from_arrays(
        [[3.0, NAN, NAN], [2.0, 1.0, 0.5]],
        [[1.0, NAN, NAN], [10.0, 20.0, 30.0]],
        pd.DataFrame({"x": [0, 1]}),
        mode="min",
        name="short",
    )
    result = simulate(table, "random", workers=2, seed=seed, max_epochs=10)
    assert sorted(result.accounts.busy / 1e9) == [1, 30]
    write_run(result, tmp_path / "run")
    found = worker_time(read_run(tmp_path / "run"))
    assert found.accounts.busy.tolist() == result.accounts.busy.tolist()
    assert found.share == pytest.approx(31 / 60)
    assert "51.7 % of all workers" in html_report(tmp_path / "run")
