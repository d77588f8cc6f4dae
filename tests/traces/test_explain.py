"""Every decision is explained by what its record holds, and by nothing else."""

import math

import msgspec
import pytest

from simdyhpo.decisions import Decided, Reason, ScheduleDecision, Start, Wait
from simdyhpo.runs.front_door import simulate
from simdyhpo.traces.explain import explain, reasons
from simdyhpo.traces.read import read_run
from simdyhpo.traces.words import action, place
from simdyhpo.traces.write import write_run
from tests.making import falling


def first(run, kind):
    return next(record for record in run.records() if record.decision is kind)


def explained(run, kind):
    record = first(run, kind)
    return record, explain(run, record.index)


@pytest.mark.parametrize("name", ["random", "asha", "asha-stopping", "dyhpo"])
def test_every_decision_has_its_facts(stored, name):
    for record in stored[name].records():
        text = explain(stored[name], record.index)
        assert text.startswith(f"Decision {record.index}: {record.decision.name}, on worker {record.worker}")
        assert f"rial {record.trial} (configuration {record.configuration})" in text
        assert f"resource {record.milestone}" in text
        assert "nan" not in text.lower()
        assert "None" not in text


def test_a_rung_promotion_states_its_rule(stored):
    record, text = explained(stored["asha"], ScheduleDecision.PROMOTE_RUNG)
    assert f"in the rung at resource {record.resume_from}, this was the best trial not yet promoted" in text
    assert "coin" not in text


@pytest.mark.parametrize(
    ("name", "rule"),
    [
        ("greedy", "its latest value was the best"),
        ("hyperband", "All trials of its bracket's rung had reported"),
        ("hyperband-async", "a quantile of all values there"),
        ("one-epoch", "among the few best"),
        ("pasha", "a quantile of all values there"),
        ("sh", "All trials of its bracket's rung had reported"),
    ],
)
def test_other_promotions_state_theirs(tmp_path, name, rule):
    result = simulate(falling(40, 9), name, seed=1, max_epochs=300)
    write_run(result, tmp_path / "run")
    record, text = explained(read_run(tmp_path / "run"), ScheduleDecision.PROMOTE_RUNG)
    assert rule in text
    assert f"paused at resource {record.resume_from}" in text


@pytest.mark.parametrize("name", ["asha", "asha-stopping", "dyhpo"])
def test_who_was_as_far_is_counted(stored, name):
    """Against a count by hand, decision by decision."""
    run = stored[name]
    reports, told = run.reports, 0
    best = 1 if run.manifest.spec.blackbox["mode"] == "max" else -1
    for record in run.records():
        lines = [line for line in explain(run, record.index).splitlines() if line.startswith("At resource")]
        known = [line for line in lines if "come as far" in line]
        if record.resume_from == 0:
            assert not known
            continue
        there = reports[(reports.resource == record.resume_from) & (reports.time_ns <= record.time_ns)]
        own = there[there.trial == record.trial].value.item()
        others = there[there.trial != record.trial].value
        assert f"At resource {record.resume_from} its " in known[0]
        assert f" was {own:.6g}; " in known[0] or not math.isfinite(own)
        if others.empty:
            assert known[0].endswith("nobody else had come as far.")
        else:
            assert f"of {len(others)} other" in known[0]
            others = [value for value in others if math.isfinite(value)]
            better = sum(best * value > best * own or not math.isfinite(own) for value in others)
            assert f", {better or 'none'} had a better value" in known[0]
            told += better > 0
    assert told or name == "asha"


def test_a_random_start_is_the_next_of_the_order(stored):
    for name in ("random", "asha", "asha-stopping"):
        _, text = explained(stored[name], ScheduleDecision.START_RANDOM)
        assert "next configuration of the random order that seed 1 gives" in text
        assert ("No rung allowed a promotion" in text) == (name == "asha")


def test_verdicts_state_the_cutoff(stored):
    _, stopped = explained(stored["asha-stopping"], ScheduleDecision.STOP)
    assert "was ended for good" in stopped
    assert "worse than the cutoff" in stopped
    _, continued = explained(stored["asha-stopping"], ScheduleDecision.CONTINUE)
    assert "on the same worker" in continued
    assert "at least as good as the cutoff" in continued


def test_the_coin_is_held_against_its_probability(stored):
    for record in stored["dyhpo"].records():
        text = explain(stored["dyhpo"], record.index)
        assert (f"{record.coin:.6g}, below probability_sh 0.5" in text) == (record.coin < 0.5)
        assert ("was not tried" in text) == (record.coin >= 0.5)
        assert ("it promoted this trial" in text) == (record.decision is ScheduleDecision.PROMOTE_SH)
        if record.decision is not ScheduleDecision.PROMOTE_SH:
            assert "searcher 'random'" in text
            assert "gave no scores" in text


class Scored:
    """Starts configurations in order, each with another reason."""

    class Options(msgspec.Struct, frozen=True):
        pass

    REASONS = (
        Reason(score=0.25, runner_up=0.125, runner_up_kind="paused", mean=0.75, deviation=0.03125,
               paused_scored=1, new_scored=1200),
        Reason(score=0.5, runner_up=0.5, runner_up_kind="new", paused_scored=2, new_scored=1),
        Reason(score=0.5),
        None,
    )  # fmt: skip

    def __init__(self, problem, options):
        self.started = 0

    def ask(self, now_ns):
        if self.started == len(self.REASONS):
            return Wait(exhausted=True)
        decision = (ScheduleDecision.START_MODEL, ScheduleDecision.START_DYHPO)[self.started < 3]
        return Start(self.started, 9, decision, self.REASONS[self.started])

    def verdict(self, trial, resource): ...

    def tell(self, event):
        self.started += type(event) is Decided

    def summary(self):
        return {}

    def diagnostics(self):
        return {}


@pytest.fixture
def scored(table, tmp_path):
    write_run(simulate(table, Scored, max_seconds=1e6), tmp_path / "run")
    return read_run(tmp_path / "run")


def test_scores_counts_and_prediction_are_told(scored):
    text = explain(scored, 0)
    assert "had 1 paused trial and 1,200 new configurations to choose from" in text
    assert "Its score was 0.25; the runner-up, a paused trial, had 0.125." in text
    assert (
        "At resource 9 the surrogate expected it to reach a metric of 0.75 with a deviation of 0.03125"
        in text
    )
    assert "higher is better" in text


def test_what_is_not_recorded_is_not_told(scored):
    assert "equalled that of the runner-up, a new configuration" in explain(scored, 1)
    assert "expected" not in explain(scored, 1)
    assert "from how many candidates is not recorded" in explain(scored, 2)
    assert "no runner-up is recorded" in explain(scored, 2)
    assert explain(scored, 3).splitlines()[-1].startswith("A model of")


def test_what_a_score_is_depends_on_who_gave_it(scored):
    spec = scored.manifest.spec
    ours = msgspec.structs.replace(spec, scheduler="dyhpo", options={"searcher": "dyhpo-gp"})
    theirs = msgspec.structs.replace(spec, scheduler="dyhpo", options={"searcher": "module:Class"})
    told = "Its score, the logarithm of its expected improvement, was 0.25; the runner-up"
    assert told in " ".join(reasons(scored.record(0), ours))
    assert "Its score was 0.25; the runner-up" in " ".join(reasons(scored.record(0), theirs))
    equal = "Its score, 0.5, the logarithm of its expected improvement, equalled that of the runner-up, a new"
    assert equal in " ".join(reasons(scored.record(1), ours))


def test_a_prediction_is_for_the_milestone_unless_the_searcher_looks_ahead(scored):
    spec = scored.manifest.spec
    where = {}
    for horizon in ("next", "last"):
        options = {"searcher": "dyhpo", "searcher_options": {"horizon": horizon}}
        asked = msgspec.structs.replace(spec, scheduler="dyhpo", options=options)
        where[horizon] = reasons(scored.record(0), asked)[-1].partition(" the surrogate")[0]
    assert where == {"next": "At resource 9", "last": "At the resource where it was scored"}


def test_few_words_say_what_became_of_a_trial(stored):
    run = stored["asha-stopping"]
    stop, start = first(run, ScheduleDecision.STOP), first(run, ScheduleDecision.START_RANDOM)
    who = f"trial {stop.trial} (configuration {stop.configuration})"
    assert action(stop) == f"STOP {who} at {stop.resume_from}"
    assert action(start) == f"START_RANDOM configuration {start.configuration} to 1 as trial {start.trial}"
    assert place(start) == f"t = 0.0 s, worker {start.worker}"
    later = first(stored["asha"], ScheduleDecision.PROMOTE_RUNG)
    assert action(later).endswith(f" from {later.resume_from} to {later.milestone}")
