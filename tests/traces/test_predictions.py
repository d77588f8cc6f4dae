"""Logged predictions and what came of them: at the right resource, of the right trial."""

import numpy as np
import pytest

from simdyhpo import CurveTable
from simdyhpo.analysis.calibration import calibration
from simdyhpo.runs.front_door import simulate
from simdyhpo.searchers.dynamic import DynamicHPOSearcher
from simdyhpo.searchers.random_horizon import RandomHorizonSearcher
from simdyhpo.streams import Streams
from simdyhpo.traces.in_memory import RunInMemory
from simdyhpo.traces.predictions import NoPredictions, run_predictions


@pytest.fixture(scope="module")
def table():
    draw = Streams(3).generator("tests")
    level = draw.random(30)
    values = level[:, None] + np.exp(-np.arange(1, 10) / 3) + 0.01 * draw.random((30, 9))
    seconds = np.tile(np.arange(1.0, 10.0), (30, 1))
    return CurveTable.from_arrays(values, seconds, {"x": level.tolist()}, mode="min", name="known")


def found(table, scheduler, seed=0, max_epochs=60, **options):
    if scheduler == "dyhpo":
        options |= {"safeguard": False}  # which predicts nothing
    return RunInMemory(simulate(table, scheduler, seed=seed, max_epochs=max_epochs, options=options))


QUICK = {"steps": 1, "training_rows": 8, "candidates": 5, "initial_random": 2}


@pytest.mark.parametrize("searcher", ["dyhpo", "dyhpo-gp"])
def test_the_next_level_is_the_milestone(table, searcher):
    run = found(table, "dyhpo", searcher=searcher, probability_sh=0.3, **QUICK)
    seen = run_predictions(run)
    rows = run.decisions[run.decisions["deviation"].notna()]
    assert len(seen) == len(rows) > 20
    assert len(rows) < len(run.decisions)  # first ones and halving's have no prediction
    assert seen.resource.tolist() == rows["milestone"].tolist()
    values = table.values[rows["configuration"], rows["milestone"] - 1]
    assert seen.reported.all()
    assert seen.value.tolist() == values.tolist()
    assert seen.first.tolist() == (rows["resume_from"] == 0).tolist()


CASES = {
    "next": ("dyhpo", {"horizon": "next", "probability_sh": 0}),
    "last": ("dyhpo", {"horizon": "last", "probability_sh": 0}),
    "random": ("dyhpo", {"horizon": "random", "probability_sh": 0.4}),
    "dpl": ("dpl", {"members": 2, "units": 4, "scratch_steps": 2, "refine_steps": 1, "restart_steps": 2}),
    "freeze-thaw": ("freeze-thaw", {}),
}


@pytest.mark.parametrize("case", CASES)
def test_the_resource_is_the_one_that_the_model_was_asked_for(table, case, monkeypatch):
    """Whoever looks ahead logs no resource: it is found again from options and streams."""
    asked, at = [], []
    for searcher in (DynamicHPOSearcher, RandomHorizonSearcher):
        scores = searcher._scores

        def listening(self, configurations, levels, scores=scores):
            question = "likeliest" if hasattr(self._surrogate, "likeliest") else "predict"
            predict = getattr(type(self._surrogate), question)

            def remembered(configurations, resources, *threshold):
                at[:] = resources
                return predict(self._surrogate, configurations, resources, *threshold)

            setattr(self._surrogate, question, remembered)
            answer = scores(self, configurations, levels)
            asked.append(int(at[int(np.argmax(answer[2]))]))
            return answer

        monkeypatch.setattr(searcher, "_scores", listening)
    scheduler, options = CASES[case]
    quick = {} if scheduler == "dpl" else QUICK
    seen = run_predictions(found(table, scheduler, seed=1, **{**quick, **options}))
    assert seen.resource.tolist() == asked
    assert len(set(asked)) > (case not in ("last", "dpl"))


def test_a_value_that_never_came_is_unfinished(table):
    seen = run_predictions(found(table, "dyhpo", horizon="last", probability_sh=0, **QUICK))
    measured = calibration(seen)
    assert measured.unfinished == (~seen.reported).sum() > 0
    assert np.isnan(seen.value[~seen.reported]).all()


def test_values_that_are_not_finite(table):
    values = table.values.copy()
    values[::2, 1:] = np.nan
    seconds = np.tile(np.arange(1.0, 10.0), (30, 1))
    broken = CurveTable.from_arrays(values, seconds, {"x": list(range(30))}, mode="min", name="broken")
    measured = calibration(run_predictions(found(broken, "dyhpo", probability_sh=0, max_epochs=80, **QUICK)))
    assert measured.not_finite > 0
    assert measured.measured + measured.not_finite == measured.predictions


@pytest.mark.parametrize(
    ("scheduler", "options", "said"),
    [
        ("asha", {}, "asha: its log holds no predictions"),
        ("dyhpo", {"searcher": "random"}, "dyhpo: its log holds no predictions"),
        ("mobster", {"steps": 1, "candidates": 5, "initial_random": 2}, "doesn't say at which resource"),
    ],
)
def test_where_nothing_can_be_measured(table, scheduler, options, said):
    with pytest.raises(NoPredictions, match=said):
        run_predictions(found(table, scheduler, **options))
