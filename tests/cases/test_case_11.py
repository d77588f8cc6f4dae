"""One huge finite value makes every method's regret nearly 0: whoever shows such a table says so."""

import numpy as np
import pandas as pd
import pytest

from simdyhpo import CurveTable
from simdyhpo.analysis.far_worst import FAR, far_worst
from simdyhpo.cli.main import main
from simdyhpo.html_report.report import html_report
from simdyhpo.runs.front_door import simulate
from simdyhpo.streams import Streams
from simdyhpo.studies.report import report
from simdyhpo.studies.results import collect
from simdyhpo.tables.blackboxes import blackbox_files, load_blackbox
from simdyhpo.traces.write import write_run
from tests.html_report.conftest import fill_store

STUDY = """
name = "far"
blackboxes = ["mine"]
seeds = 2
budget = { max_epochs = 15 }

[[variants]]
scheduler = "random"

[[variants]]
scheduler = "asha"
"""
SAID = "lies far outside the rest"


def table(bad, mode="min"):
    n, resources = 60, 9
    values = 0.3 * Streams(0).generator("case").random((n, 1)) + 0.5 / np.arange(1, resources + 1)
    if bad is not None:
        values[0, 3] = bad
    times = np.tile(np.arange(1.0, resources + 1), (n, 1))
    settings = pd.DataFrame({"lr": np.geomspace(1e-4, 1, n)})
    sign = 1 if mode == "min" else -1
    return CurveTable.from_arrays(sign * values, times, settings, mode=mode, name="mine", log=["lr"])


@pytest.mark.parametrize("mode", ["min", "max"])
@pytest.mark.parametrize("bad", [1e6, 1e30])
def test_a_huge_value_is_seen(bad, mode):
    found = far_worst(table(bad, mode))
    of = table(bad, mode)
    assert abs(found.worst) == bad
    assert found.factor == pytest.approx((of.worst - of.best) / (found.reference - of.best))
    assert found.factor > bad / 10
    assert far_worst(table(None, mode)) is None


def test_shipped_tables():
    """Most are sound; a few of LCBench's cross-entropies diverge, and say so."""
    far = {name for name in blackbox_files() if far_worst(load_blackbox(name)) is not None}
    assert "digits-mlp" not in far
    assert len(far) <= 6
    for name in far:
        of = load_blackbox(name)
        robust = far_worst(of).reference
        assert abs(of.worst - of.best) > FAR * abs(robust - of.best)


def test_values_that_are_nearly_all_the_best():
    values = np.zeros((30, 1))
    values[0, 0] = 1.0
    found = far_worst(
        CurveTable.from_arrays(values, values + 1, pd.DataFrame({"x": range(30)}), mode="min", name="flat")
    )
    assert found.factor == float("inf")
    assert "0 or 1" in found.words


@pytest.mark.parametrize(("bad", "warned"), [(None, False), (1e6, True)])
def test_check_import_and_reports_say_it(bad, warned, tmp_path, capsys, monkeypatch):
    of = table(bad)
    long = pd.DataFrame(
        [(i / 60, r + 1, of.values[i, r]) for i in range(60) for r in range(9)],
        columns=["x", "epoch", "loss"],
    )
    long.to_csv(tmp_path / "long.csv", index=False)
    words = ["blackbox", "import", str(tmp_path / "long.csv"), "--value", "loss", "--resource", "epoch"]
    file = tmp_path / "tables" / "mine.npz"
    file.parent.mkdir()
    assert main([*words, "--out", str(file)]) == 0
    assert (SAID in capsys.readouterr().out) is warned
    assert main(["blackbox", "check", str(file)]) == 0
    assert (SAID in capsys.readouterr().out) is warned
    monkeypatch.setenv("SIMDYHPO_TABLES", str(file.parent))
    plan, store = fill_store(tmp_path / "results", STUDY, file.parent)
    assert (SAID in report(plan.study, collect(plan, store), "random", plan.tables)) is warned
    write_run(simulate(CurveTable.load(file), "random", max_epochs=5), tmp_path / "run")
    for place in (store.folder, tmp_path / "run"):
        assert (SAID in html_report(place)) is warned
