"""The schedulers on learning curves, whole: what is random and what a model's, reasons, diverged values."""

import numpy as np
import pytest

from simdyhpo import CurveTable, ScheduleDecision, simulate
from simdyhpo.errors import OptionError
from simdyhpo.testing.tables import noisy
from tests.making import table

QUICK = {
    "dpl": {"units": 16, "scratch_steps": 30, "refine_steps": 5, "restart_steps": 30},
    "freeze-thaw": {"steps": 3, "candidates": 30, "initial_random": 4},
}
both = pytest.mark.parametrize("name", QUICK)


def run(name, of=None, **options):
    of = noisy() if of is None else of
    return simulate(of, name, seed=1, max_epochs=60, options=QUICK[name] | options)


@both
def test_what_is_random_and_what_a_model_chose(name):
    result = run(name)
    frame = result.decisions
    kinds = [ScheduleDecision(kind) for kind in frame["decision"]]
    first = QUICK[name].get("initial_random", 1)
    assert kinds[:first] == [ScheduleDecision.START_RANDOM] * first
    assert set(kinds[first:]) == {ScheduleDecision.START_MODEL, ScheduleDecision.PROMOTE_MODEL}
    assert result.schedule == {
        "started_at_random": first,
        "started_by_model": kinds.count(ScheduleDecision.START_MODEL),
        "promoted_by_model": kinds.count(ScheduleDecision.PROMOTE_MODEL),
    }
    assert (frame["milestone"] == frame["resume_from"] + 1).all()
    scored = frame[first:]
    assert scored["score"].notna().all()
    assert (scored["score"] >= scored["runner_up"]).all()
    assert np.isfinite(scored[["mean", "deviation"]]).all(axis=None)


@both
def test_what_diverged_is_left_out(name):
    """All but one configuration give nothing finite: it starts at random until it knows something."""
    values = np.full((12, 5), np.nan)
    values[7] = [5, 4, 3, 2, 1]
    result = run(name, table(values.tolist()))
    assert result.diagnostics["non_finite_values"] > 0
    assert result.decisions["configuration"].nunique() == 12
    assert (result.decisions["configuration"] == 7).sum() == 5


@both
def test_directions(name):
    down = noisy()
    up = CurveTable.from_arrays(
        -down.values, down.elapsed_seconds, down.configurations.frame(), mode="max", name="up"
    )
    one, other = run(name, down).decisions, run(name, up).decisions
    assert one["configuration"].tolist() == other["configuration"].tolist()
    np.testing.assert_array_equal(one["score"], other["score"])
    np.testing.assert_array_equal(one["mean"], -other["mean"])


@pytest.mark.parametrize(
    ("name", "options"),
    [("dpl", {"members": 1}), ("dpl", {"scratch_growth": 1}), ("freeze-thaw", {"headroom": 0})],
)
def test_settings_out_of_range(name, options):
    with pytest.raises(OptionError):
        run(name, **options)
