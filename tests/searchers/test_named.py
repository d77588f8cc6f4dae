"""Every searcher, whole: it runs, repeats itself, accounts for parallel trials, and says what it did."""

import numpy as np
import pytest

from simdyhpo import CurveTable, ScheduleDecision, simulate
from simdyhpo.errors import OptionError, UnknownNameError
from simdyhpo.searchers import SEARCHERS

pytestmark = pytest.mark.once

QUICK = {
    "dyhpo": {"steps": 5},
    "dyhpo-no-curve": {"steps": 5},
    "dyhpo-calibrated": {"steps": 5},
    "dyhpo-gp": {"steps": 3},
    "dyhpo-released": {"scratch_steps": 4, "refine_steps": 2},
    "random": {},
}
MODELS = sorted(set(SEARCHERS) - {"random"})


@pytest.fixture(scope="module")
def table():
    """40 curves that cross; one of them diverges, two are equal."""
    generator = np.random.Generator(np.random.PCG64(5))
    x, y = generator.random((2, 40))
    epochs = np.arange(1, 10)
    values = (x[:, None] - 0.3) ** 2 + np.exp(-epochs[None, :] * y[:, None])
    values[3, 2:] = [100, np.inf, *[np.nan] * 5]
    values[5], x[5], y[5] = values[4], x[4], y[4]
    seconds = (1 + y[:, None]) * epochs[None, :]
    return CurveTable.from_arrays(values, seconds, {"x": x, "y": y}, mode="min", name="crossing")


def run(table, name, workers=1, **options):
    chosen = {"searcher": name, "safeguard": False, "probability_sh": 0.25, **QUICK[name], **options}
    return simulate(table, "dyhpo", workers=workers, seed=1, max_epochs=60, options=chosen)


@pytest.mark.parametrize("workers", [1, 4])
@pytest.mark.parametrize("name", SEARCHERS)
def test_repeats_itself(table, name, workers):
    one, two = run(table, name, workers), run(table, name, workers)
    for column, values in one.log.columns().items():
        np.testing.assert_array_equal(values, two.log.columns()[column])
    assert repr(one.log.reason_columns()) == repr(two.log.reason_columns())
    assert one.diagnostics == two.diagnostics


@pytest.mark.parametrize("name", MODELS)
def test_says_why(table, name):
    result = run(table, name, probability_sh=0)
    frame = result.decisions
    scored = frame[~frame["score"].isna()]
    assert len(scored) > len(frame) / 2
    assert (scored["score"] >= scored["runner_up"].fillna(-np.inf)).all()
    assert (scored["deviation"] >= 0).all()
    assert scored["mean"].notna().all()
    assert ((scored["paused_scored"] + scored["new_scored"]) > 0).all()
    assert set(scored["runner_up_kind"].dropna()) <= {"paused", "new"}
    assert frame["coin"].between(0, 1).all()
    promoted = frame["decision"] == ScheduleDecision.PROMOTE_SH
    assert not promoted.any()


@pytest.mark.parametrize("name", MODELS)
def test_a_new_configuration_that_wins_was_scored_at_the_lowest_rung(table, name):
    frame = run(table, name).decisions
    started = frame[frame["decision"] == ScheduleDecision.START_DYHPO]
    assert (started["milestone"] == 1).all()
    assert (started["new_scored"] > 0).all()


def test_only_the_count_of_initial_configurations_is_unscored(table):
    frame = run(table, "dyhpo-gp", probability_sh=0).decisions
    assert frame["score"].isna().sum() == 6
    assert frame["score"].isna()[:6].all()


def test_the_curve_branch_changes_decisions(table):
    with_branch, without = run(table, "dyhpo"), run(table, "dyhpo-no-curve")
    assert with_branch.decisions["configuration"].tolist() != without.decisions["configuration"].tolist()


def test_values_that_diverged_are_counted_when_met(table):
    result = simulate(
        table, "dyhpo", max_trials=40, max_epochs=400, options={"searcher": "random", "probability_sh": 0}
    )
    diverged = simulate(
        table, "dyhpo", max_epochs=340, options={"steps": 1, "refit_growth": 1.0, "probability_sh": 0}
    )
    values = diverged.reports["value"]
    assert diverged.diagnostics["non_finite_values"] == (~np.isfinite(values)).sum()
    assert result.diagnostics == {}


@pytest.mark.parametrize(
    ("options", "error", "text"),
    [
        ({"searcher": "dyphpo"}, UnknownNameError, "dyhpo"),
        ({"steps": 0}, OptionError, "steps"),
        ({"learning_rate": -1}, OptionError, "learning_rate"),
        ({"curve_brunch": True}, UnknownNameError, "curve_branch"),
        ({"incumbent": "best"}, OptionError, "incumbent"),
        ({"searcher": "random", "steps": 3}, UnknownNameError, "steps"),
        ({"searcher": "dyhpo-released", "curve_branch": False}, UnknownNameError, "curve_branch"),
    ],
)
def test_mistakes_in_options(table, options, error, text):
    with pytest.raises(error, match=text):
        simulate(table, "dyhpo", max_epochs=5, options=options)


def test_text_is_as_good_as_numbers(table):
    text = run(table, "dyhpo", learning_rate="0.02", candidates="none", curve_branch="false")
    numbers = run(table, "dyhpo", learning_rate=0.02, candidates=None, curve_branch=False)
    assert text.spec == numbers.spec
    np.testing.assert_array_equal(text.log.columns()["configuration"], numbers.log.columns()["configuration"])
