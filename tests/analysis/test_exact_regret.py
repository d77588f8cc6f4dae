"""Random search's expected regret in every measure: the numbers that the reproduction page opens with."""

import numpy as np
import pytest

import simdyhpo
from simdyhpo.analysis.exact import expected_best
from simdyhpo.analysis.exact_regret import expected_random_regret, has_exact_regret
from simdyhpo.analysis.measures import Measure
from simdyhpo.tables.blackboxes import load_blackbox, shipped_files
from simdyhpo.tables.curves import CurveTable
from tests.making import falling, table

ABSOLUTE = Measure(unit="absolute")
NAN = np.nan


def suite(name):
    return [load_blackbox(box) for box in shipped_files() if box.startswith(f"{name}-")]


def test_taskset_in_absolute_units_is_the_papers_random_search():
    exact = np.mean(
        [expected_random_regret(of, ABSOLUTE, [100, 500, 1000]) for of in suite("taskset")], axis=0
    )
    np.testing.assert_allclose(exact, [0.262, 0.181, 0.138], atol=0.002)
    assert (np.abs(exact / [0.264, 0.195, 0.140] - 1) < 0.08).all()
    shares = np.mean(
        [expected_random_regret(of, Measure(), [100, 500, 1000]) for of in suite("taskset")], axis=0
    )
    assert (shares > 2 * exact).all(), "in the other unit it isn't"


def test_lcbench_in_balanced_accuracy_is_the_papers_random_search():
    """The paper's 100, 500 and 1,000 epochs are 1.96, 9.8 and 19.6 trainings."""
    scores = [of.scores["validation_balanced_accuracy"] for of in suite("lcbench")]
    assert len(scores) == 35
    regrets = [one.best - expected_best(one.values, [2, 10, 20], one.mode) for one in scores]
    np.testing.assert_allclose(np.mean(regrets, axis=0), [0.127, 0.061, 0.048], atol=0.002)


@pytest.mark.parametrize("measure", [ABSOLUTE, Measure(), Measure(reference="quantile:0.5")])
def test_regret_in_any_unit_against_simulated_runs(measure):
    of = load_blackbox("digits-mlp")
    assert has_exact_regret(of, measure, 300)
    exact = expected_random_regret(of, measure, [120, 300])
    found = []
    for seed in range(40):
        run = simdyhpo.simulate(of, "random", seed=seed, max_epochs=300)
        steps = measure.on(of).steps(
            np.array(run.reports.value), np.array(run.reports.configuration), np.arange(1, 301)
        )
        found.append(steps.at([120, 300]))
    error = np.std(found, axis=0) / np.sqrt(len(found))
    assert (np.abs(np.mean(found, axis=0) - exact) < 3 * error).all()


def test_a_score_against_simulated_runs():
    of = load_blackbox("lcbench-fashion-mnist")
    measure = Measure(unit="absolute", score="validation_balanced_accuracy")
    exact = expected_random_regret(of, measure, [130, 300])
    found = []
    for seed in range(40):
        run = simdyhpo.simulate(of, "random", seed=seed, max_epochs=300)
        steps = measure.on(of).steps(
            np.array(run.reports.value), np.array(run.reports.configuration), np.arange(1, 301)
        )
        found.append(steps.at([130, 300]))
    error = np.std(found, axis=0) / np.sqrt(len(found))
    assert (np.abs(np.mean(found, axis=0) - exact) < 3 * error).all()


def test_where_there_is_no_closed_form():
    of = falling(4, 3)
    assert has_exact_regret(of, ABSOLUTE, 12)
    assert not has_exact_regret(of, ABSOLUTE, 13), "no run is that long"
    assert not has_exact_regret(table([[3, 2, 1], [3, 2]]), ABSOLUTE, 2), "a curve ends early"
    scored = CurveTable.from_arrays(
        of.values, of.elapsed_seconds, of.configurations, mode="min", name="x",
        scores={"known": ("max", [1, 2, 3, 4]), "unknown": ("max", [1, 2, 3, NAN])},
    )  # fmt: skip
    assert has_exact_regret(scored, Measure(score="known"), 12)
    assert not has_exact_regret(scored, Measure(score="unknown"), 12)
