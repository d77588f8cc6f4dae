"""Every scheduler of the catalog on tables that nobody would make on purpose: each run ends, and says how."""

import json
import math
import warnings

import numpy as np
import pytest

from simdyhpo import CurveTable, simulate
from simdyhpo.catalog.entries import SCHEDULERS
from simdyhpo.cli.main import main
from simdyhpo.errors import SimdyhpoError, TableError
from simdyhpo.searchers import SEARCHERS

CHEAP = {
    "dyhpo": {"steps": 2},
    "dyhpo-no-curve": {"steps": 2},
    "dyhpo-calibrated": {"steps": 2},
    "dyhpo-gp": {"steps": 2},
    "dyhpo-released": {"scratch_steps": 2, "refine_steps": 1},
}
"""Options that make searchers and schedulers with a model quick, by name."""

VARIANTS = {name: (name, CHEAP.get(name, {})) for name in SCHEDULERS if name != "dyhpo"}
VARIANTS |= {
    f"dyhpo, {name}": ("dyhpo", {"searcher": name, "probability_sh": 0.3, **CHEAP.get(name, {})})
    for name in SEARCHERS
}
CONFIGURATIONS, EPOCHS = 6, 4


def table(values, seconds=None):
    values = np.asarray(values, dtype=float)
    count, epochs = values.shape
    if seconds is None:
        seconds = np.tile(np.arange(1.0, epochs + 1), (count, 1))
    columns = {"x": np.linspace(0.1, 1, count), "kind": ["a", "b"] * (count // 2) + ["a"] * (count % 2)}
    return CurveTable.from_arrays(values, seconds, columns, mode="min", name="odd")


def falling(count, epochs):
    return np.linspace(1, 2, count)[:, None] / np.arange(1, epochs + 1)[None, :]


TABLES = {
    "ordinary": table(falling(CONFIGURATIONS, EPOCHS)),
    "one configuration": table(falling(1, EPOCHS)),
    "one epoch": table(falling(CONFIGURATIONS, 1)),
    "one of each": table(falling(1, 1)),
    "one finite value, the rest NaN": table(np.where(np.arange(24).reshape(6, 4) == 9, 0.5, np.nan)),
    "one finite value, the rest infinite": table(np.where(np.arange(24).reshape(6, 4) == 9, 0.5, np.inf)),
    "all equal": table(np.ones((CONFIGURATIONS, EPOCHS))),
    "no time": table(falling(CONFIGURATIONS, EPOCHS), np.zeros((CONFIGURATIONS, EPOCHS))),
}


def run(variant, data, **settings):
    name, options = VARIANTS[variant]
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # "leaves no rung below the largest resource"
            return simulate(data, name, options=options, seed=1, **settings)
    except SimdyhpoError as error:
        if "pip install" not in str(error):
            raise
        pytest.skip(str(error))  # an optional package is missing


@pytest.mark.once
@pytest.mark.parametrize("kind", TABLES)
@pytest.mark.parametrize("variant", VARIANTS)
def test_a_run_ends(variant, kind):
    data = TABLES[kind]
    for workers in (1, 20):
        result = run(variant, data, workers=workers, max_epochs=100)
        assert result.ended_by == "exhausted"  # there are fewer than 100 reports
        assert 1 <= result.trials <= len(data)
        reports = result.reports
        assert not reports.duplicated(["configuration", "resource"]).any()
        assert (np.diff(reports["time_ns"]) >= 0).all()
        if math.isnan(result.best_value):  # it never came to the finite value
            assert math.isnan(result.regret)
        else:
            assert 0 <= result.regret <= 1


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_nothing_to_find_is_no_table(value):
    with pytest.raises(TableError, match="no value is finite; a table needs at least one"):
        table(np.full((CONFIGURATIONS, EPOCHS), value))


@pytest.mark.parametrize(
    "budget", [{"max_epochs": 1}, {"max_trials": 1}, {"max_decisions": 1}, {"max_seconds": 1e-9}]
)
@pytest.mark.parametrize("variant", VARIANTS)
def test_the_smallest_budgets(variant, budget):
    result = run(variant, TABLES["ordinary"], workers=2, **budget)
    assert result.trials <= 2
    assert result.ended_by in ("budget", "exhausted")


@pytest.mark.parametrize("kind", TABLES)
def test_the_shell_copes(kind, tmp_path, monkeypatch, capsys):
    """Written, read, shown and explained, made again, drawn."""
    monkeypatch.chdir(tmp_path)
    TABLES[kind].save("odd.npz")
    for words in (
        "blackbox check odd.npz",
        "run --blackbox odd.npz --scheduler asha --workers 2 --max-epochs 9 --out run --json",
        "trace show run",
        "trace explain run --decision 0",
        "trace diff run run --json",
        "trace replay run --verify --blackbox odd.npz",
        "trace replay run --until 0 --blackbox odd.npz",
        "golden record g.jsonl --blackbox odd.npz --scheduler asha --max-epochs 9",
        "golden check g.jsonl --blackbox odd.npz",
    ):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)
            assert main(words.split()) == 0, words
        out = capsys.readouterr().out
        if words.startswith("run"):
            said = json.loads(out)
            assert (said["best_value"] is None) == (said["regret"] is None)
