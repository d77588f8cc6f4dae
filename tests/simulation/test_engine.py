"""One decision's life: who is told what and when, what is refused, and how runs end."""

from __future__ import annotations

import pytest

from simdyhpo.decisions import (
    Continue,
    Decided,
    Pause,
    Reported,
    Resume,
    ScheduleDecision,
    Start,
    Stop,
    Wait,
)
from simdyhpo.errors import BudgetError, Deadlock, DecisionError
from tests.making import table
from tests.simulation.scripted import DONE, ScriptedScheduler, engine, start

SECOND = 10**9
CURVES = table([[3, 2, 1], [6, 5, 4], [9, 8], [7, 7, 7]], [[1, 2, 3], [2, 4, 6], [1, 2], [1, 1, 1]])
PROMOTE = ScheduleDecision.PROMOTE_RUNG


def resume(trial, resume_from, milestone):
    return Resume(trial, resume_from, milestone, PROMOTE)


def rows(run):
    """(seconds, worker, trial, decision) of every decision."""
    return [(r.time_ns / SECOND, r.worker, r.trial, r.decision.name) for r in run.log]


def test_one_decisions_life():
    scheduler = ScriptedScheduler([start(0, 1), resume(0, 1, 3)])
    run = engine(CURVES, scheduler)
    assert run.run() == "exhausted"
    assert scheduler.heard == [
        ("ask", 0),
        Decided(0, start(0, 1)),
        Reported(0, 0, 1, [3.0], complete=False, cost_ns=SECOND),
        ("verdict", 0, 1),
        ("ask", SECOND),
        Decided(0, resume(0, 1, 3)),
        Reported(0, 0, 3, [2.0, 1.0], complete=True, cost_ns=2 * SECOND),
        ("ask", 3 * SECOND),
    ]
    assert rows(run) == [(0, 0, 0, "START_RANDOM"), (1, 0, 0, "PROMOTE_RUNG")]
    assert run.end_ns == 3 * SECOND


def test_a_short_curve_ends_its_trial_before_the_milestone():
    scheduler = ScriptedScheduler([start(2, 3)])
    run = engine(CURVES, scheduler)
    run.run()
    assert Reported(0, 2, 2, [9.0, 8.0], complete=True, cost_ns=2 * SECOND) in scheduler.heard
    assert not any(heard[0] == "verdict" for heard in scheduler.heard if isinstance(heard, tuple))
    assert run.log[0].milestone == 3


def test_at_equal_times_every_report_is_told_before_any_worker_asks():
    """Two trials end at 2 s: both are told, then both workers ask, the lower id first."""
    curves = table([[1, 1], [2, 2], [3, 3], [4, 4]], [[2, 4], [1, 2], [1, 2], [1, 2]])
    scheduler = ScriptedScheduler([start(0, 1), start(1, 2), start(2, 1), start(3, 1)])
    run = engine(curves, scheduler, workers=2)
    run.run()
    at_2_seconds = scheduler.heard[4:]
    assert [type(heard).__name__ for heard in at_2_seconds][:5] == [
        "Reported",
        "tuple",
        "Reported",
        "tuple",
        "Decided",
    ]
    assert at_2_seconds[1] == ("verdict", 0, 1)
    assert rows(run)[2:] == [(2, 0, 2, "START_RANDOM"), (2, 1, 3, "START_RANDOM")]


def test_work_without_duration_is_told_before_the_next_worker_asks():
    curves = table([[1, 1], [2, 2], [3, 3]], [[0, 0], [1, 2], [1, 2]])
    scheduler = ScriptedScheduler([start(0, 1), start(1, 1), start(2, 1)])
    run = engine(curves, scheduler, workers=2)
    run.run()
    assert scheduler.heard[:5] == [
        ("ask", 0),
        Decided(0, start(0, 1)),
        Reported(0, 0, 1, [1.0], complete=False, cost_ns=0),
        ("verdict", 0, 1),
        ("ask", 0),
    ]
    assert rows(run) == [(0, 0, 0, "START_RANDOM"), (0, 0, 1, "START_RANDOM"), (0, 1, 2, "START_RANDOM")]


def test_continue_keeps_the_worker_and_costs_nothing():
    scheduler = ScriptedScheduler(
        [start(0, 1), start(1, 3)], verdict=lambda trial, resource: Continue(resource + 1)
    )
    run = engine(CURVES, scheduler)
    assert run.run() == "exhausted"
    assert rows(run) == [
        (0, 0, 0, "START_RANDOM"),
        (1, 0, 0, "CONTINUE"),
        (2, 0, 0, "CONTINUE"),
        (3, 0, 1, "START_RANDOM"),
    ]
    assert [(r.resume_from, r.milestone) for r in run.log] == [(0, 1), (1, 2), (2, 3), (0, 3)]
    assert [heard for heard in scheduler.heard if isinstance(heard, Decided)][1] == Decided(0, Continue(2))


def test_stop_is_a_decision_and_pause_is_none():
    scheduler = ScriptedScheduler(
        [start(0, 1), start(1, 1)], verdict=lambda trial, resource: Stop() if trial == 0 else Pause()
    )
    run = engine(CURVES, scheduler)
    run.run()
    assert rows(run) == [(0, 0, 0, "START_RANDOM"), (1, 0, 0, "STOP"), (1, 0, 1, "START_RANDOM")]
    assert (run.log[1].resume_from, run.log[1].milestone) == (1, 1)
    assert Decided(0, Stop()) in scheduler.heard
    assert run.trials.paused == 1


def test_waiting_is_no_decision_and_no_other_worker_asks():
    """The second worker's `Wait` ends the asking; after the next event all idle workers ask again."""
    scheduler = ScriptedScheduler([start(0, 1), Wait(), start(1, 1), start(2, 1), start(3, 1)])
    run = engine(CURVES, scheduler, workers=3)
    run.run()
    asked = [heard[1] / SECOND for heard in scheduler.heard if isinstance(heard, tuple) and heard[0] == "ask"]
    assert asked == [0, 0, 1, 1, 1, 2, 3]
    assert [(time, worker) for time, worker, _, _ in rows(run)] == [(0, 0), (1, 0), (1, 1), (1, 2)]


def test_idle_workers_are_handed_out_lowest_id_first():
    """Worker 1 is idle before worker 0, and waits."""
    run = engine(
        CURVES, ScriptedScheduler([start(1, 1), start(0, 1), Wait(), start(2, 1), start(3, 1)]), workers=2
    )
    run.run()
    assert [(time, worker) for time, worker, _, _ in rows(run)] == [(0, 0), (0, 1), (2, 0), (2, 1)]


def test_what_ends_together_ends_in_the_order_in_which_it_began():
    """Trials 1 (on worker 1) and 2 (on worker 0) both end after two seconds."""
    scheduler = ScriptedScheduler([start(0, 1), start(1, 1), start(2, 1)])
    run = engine(CURVES, scheduler, workers=2)
    run.run()
    assert [(worker, trial) for _, worker, trial, _ in rows(run)] == [(0, 0), (1, 1), (0, 2)]
    assert [heard.trial for heard in scheduler.heard if isinstance(heard, Reported)] == [0, 1, 2]


@pytest.mark.parametrize("paused", [0, 1])
def test_waiting_with_nothing_under_way_is_a_deadlock(paused):
    scheduler = ScriptedScheduler([start(0, 1)] * paused + [Wait(), Wait()])
    run = engine(CURVES, scheduler, workers=2)
    with pytest.raises(Deadlock, match=f"{paused} are paused") as caught:
        run.run()
    assert (caught.value.paused, caught.value.now_seconds) == (paused, paused)


def test_waiting_while_something_runs_is_none():
    scheduler = ScriptedScheduler([start(0, 1), Wait(), DONE])
    assert engine(CURVES, scheduler, workers=2).run() == "exhausted"


@pytest.mark.parametrize(
    ("proposal", "problem"),
    [
        (start(-1, 1), "unknown or has started before"),
        (start(4, 1), "unknown or has started before"),
        (start(0, 1), "unknown or has started before"),
        (start(1, 0), r"milestones lie in 1\.\.3"),
        (start(1, 4), r"milestones lie in 1\.\.3"),
        (resume(1, 1, 2), "no such trial has started"),
        (resume(-1, 1, 2), "no such trial has started"),
        (resume(0, 2, 3), "it stands at resource 1"),
        (resume(0, 0, 3), "it stands at resource 1"),
        (resume(0, 1, 1), r"the next milestone lies in 2\.\.3"),
        (resume(0, 1, 4), r"the next milestone lies in 2\.\.3"),
        (None, "ask must answer Start, Resume or Wait"),
        (Pause(), "ask must answer Start, Resume or Wait"),
        ({"trial_id": "0"}, "ask must answer Start, Resume or Wait"),
    ],
)
def test_a_proposal_that_can_not_be_carried_out(proposal, problem):
    run = engine(CURVES, ScriptedScheduler([start(0, 1), proposal]))
    with pytest.raises(DecisionError, match=problem) as caught:
        run.run()
    assert caught.value.message == proposal
    assert len(run.log) == 1


@pytest.mark.parametrize(
    ("first", "verdict", "proposal", "problem"),
    [
        (start(1, 3), Pause(), resume(0, 1, 2), "it is running"),
        (start(0, 1), Stop(), resume(0, 1, 2), "it is stopped"),
        (start(0, 3), Pause(), resume(0, 3, 3), "it is complete"),
        (start(2, 3), Pause(), resume(0, 2, 3), "it is complete"),
    ],
)
def test_only_a_paused_trial_resumes(first, verdict, proposal, problem):
    workers = 2 if "running" in problem else 1
    run = engine(CURVES, ScriptedScheduler([first, proposal], verdict=lambda *_: verdict), workers)
    with pytest.raises(DecisionError, match=f"about trial 0: only a paused trial can resume, and {problem}"):
        run.run()


@pytest.mark.parametrize(
    ("verdict", "problem"),
    [
        (Continue(1), r"the next milestone lies in 2\.\.3"),
        (Continue(4), r"the next milestone lies in 2\.\.3"),
        (None, "a verdict must be Pause, Continue or Stop"),
        (Wait(), "a verdict must be Pause, Continue or Stop"),
        (start(1, 1), "a verdict must be Pause, Continue or Stop"),
    ],
)
def test_a_verdict_that_can_not_be_carried_out(verdict, problem):
    run = engine(CURVES, ScriptedScheduler([start(0, 1)], verdict=lambda *_: verdict))
    with pytest.raises(DecisionError, match=problem) as caught:
        run.run()
    assert caught.value.trial == 0


def test_with_replacement_a_configuration_starts_again_as_a_new_trial():
    run = engine(CURVES, ScriptedScheduler([start(0, 1), start(0, 1)]), sampling="with-replacement")
    run.run()
    assert [(r.trial, r.configuration) for r in run.log] == [(0, 0), (1, 0)]


def each_starts(milestone=3):
    return ScriptedScheduler([start(c, milestone) for c in (0, 1, 3)])


@pytest.mark.parametrize(
    ("limits", "decisions", "end_seconds"),
    [
        ({"max_seconds": 3.5}, 2, 3.5),
        ({"max_seconds": 3}, 1, 3),  # a decision at that very instant doesn't exist
        ({"max_epochs": 3}, 1, 3),
        ({"max_epochs": 4}, 2, 5),
        ({"max_epochs": 1}, 1, 1),
        ({"max_epochs": 7}, 3, 10),  # the last trial starts at 9 s, and all its reports come at 10 s
        ({"max_trials": 2}, 2, 9),
        ({"max_decisions": 2}, 2, 9),
        ({"max_decisions": 1}, 1, 3),
        ({"max_trials": 2, "max_seconds": 4}, 2, 4),
        ({"max_trials": 1, "max_epochs": 2}, 1, 2),
    ],
)
def test_how_a_budget_ends_a_run(limits, decisions, end_seconds):
    run = engine(CURVES, each_starts(), **limits)
    assert run.run() == "budget"
    assert (len(run.log), run.end_ns / SECOND) == (decisions, end_seconds)


@pytest.mark.parametrize(
    "limits", [{"max_seconds": 11}, {"max_epochs": 10}, {"max_trials": 4}, {"max_decisions": 4}]
)
def test_a_budget_that_is_not_reached(limits):
    run = engine(CURVES, each_starts(), **limits)
    assert run.run() == "exhausted"
    assert (len(run.log), run.end_ns / SECOND) == (3, 10)


def test_all_of_a_budget_of_trials_may_still_be_promoted():
    """Only a further start ends the run."""
    run = engine(
        CURVES, ScriptedScheduler([start(0, 1), resume(0, 1, 2), resume(0, 2, 3), start(1, 1)]), max_trials=1
    )
    assert run.run() == "budget"
    assert len(run.log) == 3


def test_verdicts_are_decisions_too_when_a_budget_of_decisions_ends():
    """The trial pauses instead of going on, since going on would be the third decision."""
    scheduler = ScriptedScheduler([start(0, 1)], verdict=lambda trial, resource: Continue(resource + 1))
    run = engine(CURVES, scheduler, max_decisions=2)
    assert run.run() == "budget"
    assert rows(run) == [(0, 0, 0, "START_RANDOM"), (1, 0, 0, "CONTINUE")]
    assert (run.end_ns / SECOND, run.trials.paused) == (2, 1)


@pytest.mark.parametrize("max_epochs", [1, 2, 3])
def test_epochs_that_run_out_in_no_time(max_epochs):
    """The last report may come at the very instant of the decision that led to it."""
    curves = table([[3, 2, 1], [3, 2, 1]], [[1, 1, 1], [1, 1, 1]])
    scheduler = ScriptedScheduler([start(0, 1), start(1, 1)], verdict=lambda _, at: Continue(at + 1))
    run = engine(curves, scheduler, max_epochs=max_epochs)
    assert run.run() == "budget"
    assert rows(run)[1:] == [(1, 0, 0, "CONTINUE")] * (max_epochs - 1)
    assert run.end_ns == SECOND


def test_a_run_longer_than_the_counter_is_refused():
    ages = table([[1.0]] * 12, [[1e9]] * 12)
    run = engine(ages, ScriptedScheduler([start(c, 1) for c in range(12)]), max_epochs=12)
    with pytest.raises(BudgetError, match="292 years"):
        run.run()
    run = engine(ages, ScriptedScheduler([start(c, 1) for c in range(12)]), max_decisions=10)
    with pytest.raises(BudgetError, match="292 years"):
        run.run()


def test_a_step_is_an_instant():
    seen = []
    run = engine(CURVES, each_starts())
    while run.step():
        seen.append((run.now_ns // SECOND, run.epochs_begun))
    assert seen == [(0, 3), (3, 6), (9, 9), (10, 9)]


def test_decisions_are_of_the_kind_proposed():
    kind = ScheduleDecision.START_MODEL
    run = engine(CURVES, ScriptedScheduler([Start(0, 1, kind)]))
    run.run()
    assert run.log[0].decision is kind


def test_a_fit_costs_what_it_took():
    curves = table([[3, 2, 1]], [[4, 5, 6]], time="per-fit")
    scheduler = ScriptedScheduler([start(0, 1), resume(0, 1, 3)])
    engine(curves, scheduler).run()
    reports = [event for event in scheduler.heard if isinstance(event, Reported)]
    assert [report.cost_ns for report in reports] == [4 * SECOND, 6 * SECOND]
