"""What a rule went by is told where a run is rebuilt, and is what the rule says of itself."""

import numpy as np
import pytest

from simdyhpo.decision_kinds import MEANINGS, Effect
from simdyhpo.rebuilding.rebuild import rebuild
from simdyhpo.rebuilding.state import state_of
from simdyhpo.rebuilding.state_words import lines
from simdyhpo.runs.front_door import simulate
from simdyhpo.tables.blackboxes import load_blackbox

EACH = 3
"""So many decisions of a kind are looked at, spread over the run: each is rebuilt from the run's start."""


def ruled(result):
    """Some decisions that a rule took, of every such kind."""
    by_kind = {}
    for record in result.log:
        if MEANINGS[record.decision].by_rule:
            by_kind.setdefault(record.decision, []).append(record)
    assert by_kind
    return [one for many in by_kind.values() for one in many[:: -(-len(many) // EACH)]]


def compared(result, table, record):
    rebuilt = rebuild(result.spec, list(result.log), table, record.index)
    return rebuilt.compared()


@pytest.mark.parametrize(
    ("scheduler", "options"),
    [
        ("asha", {}),
        ("asha-stopping", {}),
        ("pasha", {}),
        ("hyperband-async", {}),
        ("hyperband-async", {"form": "stopping", "rungs": "shared"}),
        ("bohb-async", {}),
        ("median-stopping", {}),
        ("median-stopping", {"peers": "all"}),
        ("dyhpo", {"searcher": "random", "probability_sh": 1, "safeguard": False}),
    ],
)
@pytest.mark.parametrize("table", ["digits-mlp", "lcbench-car"])
def test_a_trial_goes_on_that_is_at_least_as_good_as_what_it_is_held_against(table, scheduler, options):
    table = load_blackbox(table)
    result = simulate(table, scheduler, workers=3, options=options, max_epochs=150)
    sign = 1 if table.mode == "min" else -1
    for record in ruled(result):
        found = compared(result, table, record)
        values = table.values[record.configuration, : record.resume_from]
        best = (values * sign).min() * sign
        assert found.value == (best if scheduler == "median-stopping" else values[-1])
        worse = sign * found.value > sign * found.limit
        assert worse == (MEANINGS[record.decision].effect is Effect.ENDS)


@pytest.mark.parametrize("scheduler", ["asha", "asha-stopping"])
def test_the_cutoff_is_the_quantile_of_all_that_reported_there(scheduler):
    table = load_blackbox("lcbench-car")
    result = simulate(table, scheduler, workers=3, max_epochs=150)
    share = 1 / 3 if table.mode == "min" else 2 / 3
    for record in ruled(result):
        reports = result.reports
        there = reports[(reports.resource == record.resume_from) & (reports.time_ns <= record.time_ns)]
        known = there.value.to_numpy()
        limit = np.quantile(known, share) if len(known) > 1 else np.nan
        assert compared(result, table, record).limit == pytest.approx(limit, rel=1e-12, nan_ok=True)


def test_a_rule_of_cost_compares_shares_of_cost():
    table = load_blackbox("lcbench-car")
    result = simulate(table, "asha-cost", workers=3, max_epochs=150)
    for record in ruled(result):
        found = compared(result, table, record)
        assert 0 < found.value <= found.limit < 1


def test_what_a_record_says_needs_no_rule_to_be_asked():
    table = load_blackbox("digits-mlp")
    options = {"searcher": "random", "safeguard_looks": 3, "safeguard_patience": 1}
    result = simulate(table, "dyhpo", options=options, max_epochs=150)
    for record in ruled(result):
        found = compared(result, table, record)
        assert (found.value, found.limit) == (record.score, record.runner_up)


@pytest.mark.parametrize("scheduler", ["asha", "random", "sh"])
def test_the_state_has_it_where_a_rule_can_say(scheduler):
    table = load_blackbox("digits-mlp")
    result = simulate(table, scheduler, workers=3, max_epochs=150)
    last = max(result.log, key=lambda record: (record.resume_from > 0, record.index))
    state = state_of(rebuild(result.spec, list(result.log), table, last.index))
    said = [line for line in lines(state, table.mode) if line.startswith("  rule ")]
    if scheduler == "asha":
        assert said == [
            f"  rule       compares {state.compared.value:.6g} with {state.compared.limit:.6g}",
        ]
    else:
        assert (state.compared, said) == (None, [])
