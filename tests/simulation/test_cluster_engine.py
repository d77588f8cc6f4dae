"""What costs what on a cluster, and what becomes of interrupted work, in nanoseconds."""

from __future__ import annotations

import numpy as np
import pytest

from simdyhpo.decisions import Continue, Failed, Pause, Reported, Resume, ScheduleDecision, Stop, Wait
from simdyhpo.errors import Deadlock
from simdyhpo.simulation.absences import CRASH
from simdyhpo.simulation.cluster import Cluster
from simdyhpo.simulation.ledger import accounts_of
from simdyhpo.streams import Streams
from tests.making import falling, table
from tests.simulation.scripted import ScriptedScheduler, engine, start

SECOND = 10**9
RESUME = ScheduleDecision.PROMOTE_RUNG


def run(curves, scheduler, cluster, workers=1, **settings):
    ran = engine(curves, scheduler, workers, cluster=cluster, **settings)
    ran.run()
    return ran


def reported(engine):
    """(seconds, trial, resource, ignored) of all reports."""
    reports = engine.reports_until(engine.end_ns)
    columns = (reports.time_ns / SECOND, reports.trial, reports.resource, reports.ignored)
    return list(zip(*(column.tolist() for column in columns), strict=True))


def times(engine):
    return (engine.log.columns()["time_ns"] / SECOND).tolist()


def totals(engine):
    return {name: total / SECOND for name, total in accounts(engine).totals_ns.items() if total}


def accounts(engine):
    absent = [sum(end - begin for begin, end, _ in one) for one in engine.absences]
    return accounts_of(engine.segments, np.array(absent), engine.end_ns)


def test_start_report_completion():
    cluster = Cluster(start_seconds=2, report_seconds=0.5, completion_seconds=3)
    engine = run(falling(2, 2), ScriptedScheduler([start(0, 2), start(1, 2)]), cluster)
    # A report takes half a second, during which the worker trains on; it waits for the last one.
    assert reported(engine) == [(3.5, 0, 1, False), (4.5, 0, 2, False), (11, 1, 1, False), (12, 1, 2, False)]
    assert times(engine) == [0, 7.5]
    assert engine.end_ns == 15 * SECOND
    assert totals(engine) == {"busy": 4, "overhead": 11}


def test_pausing_saves_and_resuming_loads():
    cluster = Cluster(save_seconds=2, load_seconds=5, stop_seconds=1, checkpoint_every=10)
    script = ScriptedScheduler([start(0, 1), Resume(0, 1, 2, RESUME)])
    engine = run(falling(1, 2), script, cluster)
    assert times(engine) == [0, 4]  # a second of training, two of saving, one of stopping
    assert reported(engine) == [(1, 0, 1, False), (10, 0, 2, False)]
    assert totals(engine) == {"busy": 2, "overhead": 8}


def test_who_is_resumed_elsewhere_waits_for_its_checkpoint():
    cluster = Cluster(save_seconds=4, load_seconds=1)
    script = ScriptedScheduler([start(0, 1), Wait(), Resume(0, 1, 2, RESUME)])
    engine = run(falling(1, 2), script, cluster, workers=2)
    assert engine.log[1].worker == 1
    assert times(engine) == [0, 1]
    assert reported(engine) == [(1, 0, 1, False), (7, 0, 2, False)]


def test_checkpoints_are_saved_on_the_way():
    cluster = Cluster(save_seconds=1, checkpoint_every=2)
    engine = run(falling(1, 5), ScriptedScheduler([start(0, 5)]), cluster)
    assert [time for time, *_ in reported(engine)] == [1, 2, 4, 5, 7]


def test_continuing_costs_nothing_but_a_checkpoint_that_is_due():
    cluster = Cluster(start_seconds=1, save_seconds=1, checkpoint_every=2, stop_seconds=7)
    verdicts = {1: Continue(2), 2: Continue(3)}
    script = ScriptedScheduler([start(0, 1)], verdict=lambda _, resource: verdicts[resource])
    engine = run(falling(1, 3), script, cluster)
    assert [time for time, *_ in reported(engine)] == [2, 3, 5]


def test_stopping_costs_stop_and_completion():
    cluster = Cluster(stop_seconds=1, completion_seconds=2, save_seconds=50, checkpoint_every=99)
    script = ScriptedScheduler([start(0, 1), start(1, 1)], verdict=lambda *_: Stop())
    assert times(run(falling(2, 2), script, cluster)) == [0, 1, 4, 5]


def test_without_checkpoints_every_epoch_is_paid_again():
    cluster = Cluster(checkpoints=False)
    script = ScriptedScheduler([start(0, 2), Resume(0, 2, 3, RESUME)])
    engine = run(falling(1, 3), script, cluster)
    assert [row[1:] for row in reported(engine)] == [
        (0, 1, False), (0, 2, False), (0, 1, True), (0, 2, True), (0, 3, False)
    ]  # fmt: skip
    assert Reported(0, 0, 3, [1.0], complete=True, cost_ns=3 * SECOND) in script.heard
    assert totals(engine) == {"busy": 3, "lost": 2}


def test_repaid_epochs_count_in_the_budget():
    cluster = Cluster(checkpoints=False)
    script = ScriptedScheduler([start(0, 2), Resume(0, 2, 3, RESUME)])
    engine = run(falling(1, 3), script, cluster, max_epochs=4)
    assert (engine.ended_by, engine.end_ns) == ("budget", 4 * SECOND)


def test_speeds_round_each_epoch_once():
    cluster = Cluster(speeds=(1, 3))
    curves = table([[2, 1], [2, 1]], [[1, 2], [1, 2]])
    engine = run(curves, ScriptedScheduler([start(0, 2), start(1, 2)]), cluster, workers=2)
    reports = engine.reports_until(engine.end_ns)
    assert reports.time_ns[reports.trial == 1].tolist() == [333333333, 666666666]
    assert reports.time_ns[reports.trial == 0].tolist() == [SECOND, 2 * SECOND]


def test_the_scheduler_is_one_server():
    cluster = Cluster(decision_cost="recorded", recorded_seconds=(1, 2))
    script = ScriptedScheduler([start(c, 1) for c in range(4)])
    engine = run(falling(4, 1), script, cluster, workers=3)
    # Served at 0, 1 and 3; the first worker is free again at 2 and is served when the server is, at 4.
    assert times(engine) == [0, 1, 3, 4]
    assert [row[:2] for row in reported(engine)] == [(2, 0), (4, 1), (5, 2), (7, 3)]


def test_measured_decisions_take_what_the_stopwatch_says():
    shown = iter(np.arange(0, 100, 0.25).tolist())
    script = ScriptedScheduler([start(0, 1), start(1, 1)])
    engine = run(falling(2, 1), script, Cluster(decision_cost="measured"), stopwatch=lambda: next(shown))
    assert times(engine) == [0, 1.25]
    assert not Cluster(decision_cost="measured").deterministic


def crashing(**settings):
    return Cluster(crashes_per_hour=600, repair_seconds=1, **settings)


def crash_times(cluster, worker=0, count=3):
    draw = Streams(0).generator(f"cluster/crash/{worker}")
    back, found = 0, []
    for _ in range(count):
        begin = back + round(3600 * SECOND / cluster.crashes_per_hour * draw.standard_exponential())
        back = begin + round(cluster.repair_seconds * SECOND)
        found.append((begin, back, CRASH))
    return found


def test_a_crash_loses_what_came_after_the_last_checkpoint():
    cluster = crashing(checkpoint_every=2, load_seconds=0.25)
    first, *_ = crash_times(cluster)
    epochs = first[0] // SECOND
    assert epochs >= 3, "the seed must let some epochs pass"
    script = ScriptedScheduler([start(0, epochs + 2)])
    engine = run(falling(1, epochs + 2), script, cluster, max_epochs=epochs + 2)
    saved = epochs - epochs % 2
    row = engine.log[1]
    assert (row.decision, row.resume_from, row.time_ns) == (ScheduleDecision.RETRY, saved, first[1])
    again = [row[2:] for row in reported(engine) if row[0] > first[1] / SECOND]
    assert again[0] == (saved + 1, saved < epochs)
    segments = engine.segments
    assert segments.lost_ns[0] == first[0] - saved * SECOND
    assert segments.busy_ns[0] == saved * SECOND


def test_faults_follow_from_seed_and_worker_alone():
    """Whoever decides what, a worker is away at the same times."""
    cluster = crashing()
    for proposals, workers in (([start(0, 30), start(1, 3)], 2), ([start(0, 40)], 5)):
        engine = run(falling(2, 40), ScriptedScheduler(proposals), cluster, workers=workers)
        for worker in range(2):
            expected = [one for one in crash_times(cluster, worker, 9) if one[1] < engine.end_ns]
            assert engine.absences[worker][: len(expected)] == expected
            assert worker or expected


def test_too_many_interruptions_fail_the_trial():
    cluster = Cluster(
        preemption_every_seconds=3, preemption_seconds=1, preemption_share=1, retries=1, checkpoints=False
    )
    script = ScriptedScheduler([start(0, 2), Resume(0, 2, 8, RESUME), start(1, 1)])
    engine = run(falling(2, 8), script, cluster)
    assert Failed(0, 0, 2) in script.heard
    assert [row.decision.name for row in engine.log] == [
        "START_RANDOM", "PROMOTE_RUNG", "RETRY", "START_RANDOM"
    ]  # fmt: skip
    failed = script.heard.index(Failed(0, 0, 2))
    assert not any(isinstance(event, Reported) and event.trial == 0 for event in script.heard[failed:])


@pytest.mark.parametrize(("where", "worker"), [("any", 1), ("same", 0)])
def test_who_retries(where, worker):
    cluster = Cluster(preemption_every_seconds=10, preemption_seconds=2, preemption_share=0.5, retry_on=where)
    # Under seed 0, the first window takes worker 0 and leaves worker 1.
    draws = [Streams(0).generator(f"cluster/preemption/{w}").random() < 0.5 for w in range(8)]
    gone, there = draws.index(True), draws.index(False)
    script = ScriptedScheduler([start(c, 1 if c != gone else 13) for c in range(8)])
    engine = run(falling(8, 13), script, cluster, workers=8)
    retry = next(row for row in engine.log if row.decision is ScheduleDecision.RETRY)
    assert retry.time_ns == (10 if where == "any" else 12) * SECOND
    assert (retry.worker == gone) == (where == "same")
    assert there != gone


def test_retries_come_before_new_decisions():
    cluster = Cluster(preemption_every_seconds=2.5, preemption_seconds=1, preemption_share=1)
    script = ScriptedScheduler([start(0, 4), start(1, 4)])
    engine = run(falling(2, 4), script, cluster, max_seconds=4)
    assert [row.decision.name for row in engine.log] == ["START_RANDOM", "RETRY"]


def test_workers_join_and_leave():
    cluster = Cluster(join_seconds=(0, 5), leave_seconds=(0, 8))
    script = ScriptedScheduler([start(0, 20), start(1, 20)])
    engine = run(falling(2, 20), script, cluster, workers=2)
    assert times(engine) == [0, 5, 20]
    assert engine.log[2].decision is ScheduleDecision.RETRY
    assert engine.log[2].worker == 0
    assert accounts(engine).absent.tolist() == [0, 5 * SECOND + engine.end_ns - 8 * SECOND]


def test_nobody_to_ask_is_no_deadlock_but_waiting_for_nothing_is():
    cluster = Cluster(join_seconds=(3,))
    assert times(run(falling(1, 1), ScriptedScheduler([start(0, 1)]), cluster, workers=2)) == [3]

    with pytest.raises(Deadlock):
        run(falling(1, 1), ScriptedScheduler([Wait()]), cluster, workers=2)


def test_per_fit_tables_pay_a_whole_fit_again():
    curves = table([[3, 2, 1]], [[4, 4, 4]], time="per-fit")
    cluster = Cluster(preemption_every_seconds=6, preemption_seconds=1, preemption_share=1)
    script = ScriptedScheduler([start(0, 1), Resume(0, 1, 2, RESUME)], verdict=lambda *_: Pause())
    engine = run(curves, script, cluster)
    assert reported(engine) == [(4, 0, 1, False), (11, 0, 2, False)]
    assert totals(engine) == {"busy": 8, "lost": 2, "absent": 1}
