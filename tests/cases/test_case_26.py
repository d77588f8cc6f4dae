"""The busy share on a run's page is its manifest's, whatever the cluster costs and loses."""

import pytest

from simdyhpo import load_blackbox, simulate
from simdyhpo.html_report.report import html_report
from simdyhpo.html_report.worker_time import worker_time
from simdyhpo.traces.read import read_run
from simdyhpo.traces.write import write_run

CLUSTERS = {
    "ideal": "ideal",
    "flaky": "flaky",
    "spot": "spot-instances",
    "leaving": {"leave_seconds": [0, 300]},
    "crashing": {"crashes_per_hour": 30, "repair_seconds": 600},
}


@pytest.mark.parametrize("name", CLUSTERS)
def test_page_and_manifest_agree(name, tmp_path):
    result = simulate(
        load_blackbox("lcbench-covertype"),
        "asha",
        workers=16,
        seed=0,
        max_seconds=900,
        cluster=CLUSTERS[name],
    )
    folder = tmp_path / "run"
    write_run(result, folder)
    found = worker_time(read_run(folder))
    accounts = result.accounts
    for worker in range(16):
        for kind in accounts.__struct_fields__:
            assert getattr(found.accounts, kind)[worker] == getattr(accounts, kind)[worker]
    assert all(found.known)
    whole = 16 * result.end_ns
    if name != "ideal":
        told = read_run(folder).manifest.on_cluster
        assert found.share == told.busy_ns / whole
    share = f"{100 * accounts.busy.sum() / whole:.1f} % of all workers"
    assert share in html_report(folder)
