"""Counting decisions by kind."""

from simdyhpo import ScheduleDecision
from simdyhpo.analysis.decision_shares import decision_counts
from simdyhpo.runs.front_door import simulate
from simdyhpo.tables.blackboxes import load_blackbox


def test_counts_every_kind():
    result = simulate(load_blackbox("digits-mlp"), "asha-stopping", workers=3, max_epochs=100)
    counts = decision_counts(result.decisions)
    assert list(counts) == [kind.name for kind in ScheduleDecision]
    assert counts["START_RANDOM"] == result.schedule["started_at_random"]
    assert counts["CONTINUE"] == result.schedule["continued"]
    assert counts["STOP"] == result.schedule["stopped"]
    assert sum(counts.values()) == len(result.decisions)


def test_no_decisions():
    result = simulate(load_blackbox("digits-mlp"), "random", max_epochs=1)
    assert sum(decision_counts(result.decisions.iloc[:0]).values()) == 0
