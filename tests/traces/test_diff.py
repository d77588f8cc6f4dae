"""Two runs aligned by decision: where they part, why, and how far they drift."""

import json

import msgspec
import numpy as np
import pytest

from simdyhpo.decisions import Reason, ScheduleDecision
from simdyhpo.runs.front_door import simulate
from simdyhpo.traces.course import course_of
from simdyhpo.traces.diff import compare, level_entries
from simdyhpo.traces.diff_words import headline, lines, plain
from simdyhpo.traces.in_memory import RunInMemory
from simdyhpo.traces.manifest import to_json_line


def course(result):
    return course_of(RunInMemory(result, {}))


def altered(of, index, **changes):
    """The course with one decision changed."""
    records = list(of.records)
    records[index] = msgspec.structs.replace(records[index], **changes)
    return msgspec.structs.replace(of, records=records)


@pytest.fixture(scope="module")
def asha(results):
    return course(results["asha"])


def scored(of, index, before, runner_up):
    """The course with scores in every decision, one of them given."""
    records = [msgspec.structs.replace(one, score=0.5, runner_up=0.25, coin=0.1) for one in of.records]
    records[index] = msgspec.structs.replace(records[index], score=before, runner_up=runner_up)
    return msgspec.structs.replace(of, records=records)


@pytest.mark.parametrize("name", ["random", "asha", "asha-stopping", "dyhpo"])
def test_a_stored_run_equals_itself(results, stored, name):
    difference = compare(course(results[name]), course_of(stored[name]))
    assert difference.equal
    assert headline(difference).startswith(f"equal: {len(results[name].log)} decisions")
    assert difference.drift.different == 0


def test_stored_reports_are_those_of_the_run(results, stored):
    for name, result in results.items():
        ours, theirs = stored[name].report_columns(), result.report_columns
        for field in ours.__struct_fields__:
            np.testing.assert_array_equal(getattr(ours, field), getattr(theirs, field))


def test_no_reports_are_no_trouble(table, tmp_path):
    from simdyhpo.traces.read import read_run
    from simdyhpo.traces.write import write_run

    write_run(simulate(table, "random", max_seconds=1e-6), tmp_path / "run")
    run = course_of(read_run(tmp_path / "run"))
    assert len(run.reports) == 0
    assert compare(run, run).equal


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("time_ns", 1),
        ("worker", 7),
        ("trial", 77),
        ("configuration", 39),
        ("decision", ScheduleDecision.START_MODEL),
        ("resume_from", 2),
        ("milestone", 9),
    ],
)
def test_every_column_counts_and_shows(asha, column, value):
    difference = compare(asha, altered(asha, 20, **{column: value}), tolerance=0.5)
    assert not difference.equal
    assert (difference.decision.index, difference.reason) == (20, None)
    assert difference.drift.different == 1
    said = headline(difference)
    assert said.startswith("decision 20, t = ")
    before, now = said.split(", now ")
    assert before.split(": ", 1)[1] != now


def test_the_first_divergence_in_words(asha):
    old = asha.records[20]
    other = altered(
        asha, 20, decision=ScheduleDecision.START_DYHPO, configuration=31, resume_from=0, score=0.0312
    )
    said = headline(compare(altered(asha, 20, score=0.0311), other))
    assert said.endswith(f"now START_DYHPO configuration 31 to {old.milestone} as trial {old.trial}; "
                         "scores 0.0311 against 0.0312")  # fmt: skip


def test_reports_of_the_instant_itself_have_come_in(asha):
    """A worker is idle because its trial reported, so the decision's own instant counts."""
    split = compare(asha, altered(asha, 20, configuration=31)).decision
    came = sum(time_ns <= asha.records[20].time_ns for time_ns in asha.reports.time_ns.tolist())
    assert split.epochs == came
    assert asha.records[20].time_ns in asha.reports.time_ns
    assert [record.index for record in split.recent] == [17, 18, 19]


def test_the_shorter_run_has_no_more_decisions(results, table):
    short = simulate(table, "asha", workers=3, seed=1, max_epochs=150, max_decisions=10)
    difference = compare(course(short), course(results["asha"]))
    assert difference.decision.index == 10
    assert "no decision, now" in headline(difference)
    assert difference.drift.different == len(results["asha"].log) - 10
    assert difference.specs == ["budget max_decisions: 10, now not set"]


def test_what_was_asked_comes_first(results):
    difference = compare(course(results["asha"]), course(results["dyhpo"]))
    told = list(lines(difference))
    assert told[0] == "asked differently:"
    assert "  scheduler: 'asha', now 'dyhpo'" in told
    assert "  option probability_sh: not set, now 0.5" in told
    assert told.index("  scheduler: 'asha', now 'dyhpo'") < told.index(headline(difference))


def test_drift_and_regret(results):
    first, second = course(results["asha"]), course(results["random"])
    difference = compare(first, second)
    started = [{one.configuration for one in side.records} for side in (first, second)]
    assert difference.drift.shared == len(started[0] & started[1])
    assert difference.drift.configurations == (len(started[0]), len(started[1]))
    assert [mark.at for mark in difference.marks] == [15, 38, 75, 150]
    assert difference.marks[-1].before == results["asha"].regret
    assert difference.marks[-1].now == results["random"].regret
    assert any(line.startswith("normalised regret at shares of 150 epochs") for line in lines(difference))


def test_entries_of_rungs_are_those_of_the_scheduler(table):
    """Counted from the logs alone; compared with the rungs of a scheduler that was told everything."""
    from simdyhpo.schedulers.asha import ASHAOptions, PromotionASHA
    from tests.making import problem

    result = simulate(table, "asha", workers=1, seed=1, max_decisions=60)
    scheduler = PromotionASHA(problem(table, 1), ASHAOptions())
    reports = result.report_columns
    goals = {(one.trial, one.milestone) for one in result.log}
    for trial, resource, value in zip(reports.trial, reports.resource, reports.value, strict=True):
        if (trial, resource) in goals and resource in scheduler._rungs.above:
            scheduler._rungs.reach(trial, int(resource), value)
    counted = level_entries(result.log, reports)
    for rung in scheduler._rungs.rungs:
        assert counted.get(rung.level, 0) == len(rung)


class TestScores:
    def test_a_tolerance_forgives_rounding(self, asha):
        before, now = scored(asha, 5, 0.5, 0.25), scored(asha, 5, 0.5 + 1e-9, 0.25)
        difference = compare(before, now)
        assert (difference.decision, difference.reason.index) == (None, 5)
        assert "score 0.5 against 0.500000001" in headline(difference)
        assert "in both" in headline(difference)
        assert compare(before, now, tolerance=1e-8).equal
        assert not compare(before, now, tolerance=1e-10).equal

    def test_a_score_that_appears_is_a_difference(self, asha):
        difference = compare(asha, scored(asha, 5, 0.5, 0.25), tolerance=0.9)
        assert difference.reason.index == 0

    def test_the_coin_is_exact(self, asha):
        before = scored(asha, 5, 0.5, 0.25)
        difference = compare(before, altered(before, 7, coin=0.1 + 1e-12), tolerance=1e-3)
        assert difference.reason.index == 7
        assert "coin 0.1 against 0.100000000001" in headline(difference)

    def test_near_ties_are_named_with_their_margin(self, asha):
        before = scored(asha, 5, 0.5, 0.5 - 1e-9)
        now = altered(before, 5, configuration=31)
        difference = compare(before, now, tolerance=1e-6)
        assert difference.decision.tie.margin == pytest.approx(2e-9)
        assert difference.equal_up_to_ties
        assert any("a near-tie" in line and "margin 2e-09" in line for line in lines(difference))
        exact = compare(before, now)
        assert exact.decision.tie is None
        assert not exact.equal_up_to_ties

    def test_an_exact_tie_is_always_one(self, asha):
        before = scored(asha, 5, 0.5, 0.5)
        assert compare(before, altered(before, 5, configuration=31)).decision.tie.margin == 0

    def test_scores_that_differ_before_the_decision_are_mentioned(self, asha):
        before = scored(asha, 3, 0.5, 0.25)
        now = altered(scored(asha, 3, 0.75, 0.25), 5, configuration=31)
        difference = compare(before, now)
        assert (difference.decision.index, difference.reason.index) == (5, 3)
        assert any("scores differ earlier: decision 3" in line for line in lines(difference))
        assert not difference.equal_up_to_ties


def test_plain_values_are_json(results, table):
    result = simulate(table, "asha", workers=3, seed=1, max_epochs=150)
    result.log.reasons[0] = Reason(score=float("inf"))
    told = json.loads(to_json_line(plain(compare(course(results["asha"]), course(result)))))
    assert told["equal"] is False
    assert told["reason"]["now"]["decision"] == "START_RANDOM"
    assert told["headline"].startswith("decision 0")


def other_promoted(of, **changes):
    """The course, its reports changed, and one where another trial goes on in the first promotion but one."""
    of = msgspec.structs.replace(of, reports=msgspec.structs.replace(of.reports, **changes))
    one = [record for record in of.records if record.decision == ScheduleDecision.PROMOTE_RUNG][1]
    reports = of.reports
    there = (reports.resource == one.resume_from) & (reports.time_ns <= one.time_ns)
    other = next(trial for trial in reports.trial[there].tolist() if trial != one.trial)
    return of, altered(of, one.index, trial=other), one, other


def test_where_another_trial_goes_on_both_values_are_shown(asha):
    before, now, one, other = other_promoted(asha)
    split = compare(before, now).decision
    for trial, value in zip((one.trial, other), split.stood, strict=True):
        at = (asha.reports.trial == trial) & (asha.reports.resource == one.resume_from)
        assert value == asha.reports.value[at].item()
    told = list(lines(compare(before, now)))
    assert f"  before: trial {one.trial} had reported {split.stood[0]:.6g} at {one.resume_from}" == told[1]
    assert f"  now:    trial {other} had reported {split.stood[1]:.6g} at {one.resume_from}" == told[2]


def test_equal_values_are_called_a_tie(asha):
    before, now, _, other = other_promoted(asha, value=np.full(len(asha.reports), 0.25))
    assert list(lines(compare(before, now)))[2].endswith("0.25 at 1, too: a tie")
    nearly = 0.25 + 1e-12 * asha.reports.trial
    before, now, _, other = other_promoted(asha, value=nearly)
    told = list(lines(compare(before, now)))[2]
    assert (
        told == f"  now:    trial {other} had reported {float(nearly[asha.reports.trial == other][0])!r} at 1"
    )


def test_of_values_at_ignored_reports_nothing_is_said(asha):
    before, now, _, _ = other_promoted(asha, ignored=np.full(len(asha.reports), True))
    assert np.isnan(compare(before, now).decision.stood).all()
    assert list(lines(compare(before, now)))[1].startswith("  state:")
