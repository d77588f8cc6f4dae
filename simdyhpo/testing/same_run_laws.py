"""Laws of what must make no difference: equal runs are made, but for one thing, and compared."""

from __future__ import annotations

import functools
from itertools import product

from simdyhpo.decisions import Decided, ScheduleDecision, Start
from simdyhpo.simulation.reports import expand_reports
from simdyhpo.tables.curves import CurveTable
from simdyhpo.testing.audit import Listener, what
from simdyhpo.testing.basic_laws import SAMPLINGS, every_two_meet
from simdyhpo.testing.disturbances import clocks_that_show, global_generators_seeded
from simdyhpo.testing.steps import StepCounter
from simdyhpo.testing.subject import Subject, SubjectRun, first_difference, make_problem
from simdyhpo.testing.tables import changed, noisy, short_curves

EPOCHS = 150


def determinism(subject: Subject) -> None:
    """Equal seeds give equal runs: all chance comes from the problem's streams."""
    for table, workers, seed in every_two_meet((noisy(), short_curves()), (1, 3), (0, 1)):
        runs: list[SubjectRun] = []
        for disturbance in (1, 2):
            with global_generators_seeded(disturbance):
                runs.append(subject.run(table, workers=workers, seed=seed, max_epochs=EPOCHS))
        _must_equal(subject, table, seed, runs[0], runs[1], "run twice with one seed")


def wall_time(subject: Subject) -> None:
    """What the host's clocks show makes no difference."""
    table, runs = noisy(), []
    for begin, step in ((0, 0.001), (0, 0.001), (1e9 + 0.6, 0.7), (12345.67, 3600)):
        with clocks_that_show(begin, step, subject.module), global_generators_seeded(0):
            runs.append(subject.run(table, workers=3, max_epochs=EPOCHS))
    # Who differs under the same clocks is no matter of clocks, and would look for one in vain.
    chance = subject.under("determinism", determinism)
    _must_equal(chance, table, 0, runs[0], runs[1], "run twice with one seed")
    for ran in runs[2:]:
        _must_equal(subject, table, 0, runs[0], ran, "run under other clocks")


def asking(subject: Subject) -> None:
    """Asking changes nothing, only `tell` does: asked three times, it answers alike, the run is the same."""
    for table, workers, sampling in every_two_meet((noisy(), short_curves()), (1, 4), SAMPLINGS):
        runs = []
        for wrap in (Listener, functools.partial(Listener, times=3)):
            ran = subject.run(table, workers=workers, sampling=sampling, max_epochs=EPOCHS, wrap=wrap)
            changed_answer = _listener(ran).changed
            if changed_answer is not None:
                raise subject.broken(table, 0, changed_answer)
            runs.append(ran)
        _must_equal(subject, table, 0, runs[0], runs[1], "asked three times instead of once")


def told_alone(subject: Subject) -> None:
    """What a scheduler was told is all it knows: a fresh one that is told the same, unasked, goes on alike.

    So a run can be rebuilt and forked at any decision.
    """
    for table, sampling in product((noisy(), short_curves()), SAMPLINGS):
        heard = _listener(subject.run(table, workers=3, sampling=sampling, max_epochs=120, wrap=Listener))
        answers, events = heard.answers, heard.events
        for told, now_ns, answer in answers[:: max(1, len(answers) // 7)]:
            problem = make_problem(table, 0, sampling)
            rebuilt = subject.fresh(problem)
            for event in events[:told]:
                if isinstance(event, Decided) and isinstance(event.message, Start):
                    problem.candidates.take(event.message.configuration)
                rebuilt.tell(event)
            again = rebuilt.ask(now_ns)
            if what(again) != what(answer):
                raise subject.broken(
                    table, 0, f"after {told} events it said {answer!r}; told the same alone, {again!r}"
                )


def pending(subject: Subject) -> None:
    """What lies ahead can't matter, what running trials will report included: changed, it changes nothing."""
    for workers, epochs in product((1, 2, 10), (20, 60, 100)):
        table = noisy(diverged=0)
        before = subject.run(table, workers=workers, max_epochs=epochs)
        engine = before.engine
        reports = expand_reports(engine.log.columns(), table, engine.end_ns, epochs)
        values = -10.0 * table.values.astype(float)
        values[reports.configuration, reports.resource - 1] = reports.value
        after = subject.run(changed(table, values), workers=workers, max_epochs=epochs)
        _must_equal(subject, table, 0, before, after, f"with {workers} workers and another future")


def directions(subject: Subject) -> None:
    """Maximising the negated values is minimising them."""
    for workers in (1, 3):
        tables = [noisy(mode, resources=8) for mode in ("min", "max")]
        runs = [subject.run(table, workers=workers, max_epochs=EPOCHS) for table in tables]
        _must_equal(subject, tables[1], 0, runs[0], runs[1], "minimised and maximised")


def random_starts(subject: Subject) -> None:
    """What starts at random is the next of the order that the seed gives, the same for every scheduler."""
    for sampling, seed in product(SAMPLINGS, (0, 5)):
        table = noisy()
        ran = subject.run(table, workers=2, seed=seed, sampling=sampling, max_epochs=EPOCHS)
        candidates = make_problem(table, seed, sampling).candidates
        for index, (_, _, _, configuration, decision, stands, _) in enumerate(ran.rows):
            if decision == ScheduleDecision.START_RANDOM and configuration != candidates.next_random():
                raise subject.broken(
                    table,
                    seed,
                    f"decision {index} starts configuration {configuration}, where the order has "
                    f"{candidates.next_random()}",
                )
            if not stands and decision != ScheduleDecision.STOP:
                candidates.take(configuration)


def cost(subject: Subject) -> None:
    """A decision takes no more steps with 1,000 workers than twice those with 10; counted, not timed."""
    table = noisy(configurations=4000, diverged=0)
    per_decision = []
    for workers in (10, 1000):
        ran = subject.run(table, workers=workers, max_decisions=2000, wrap=StepCounter)
        counter = ran.engine.decider
        assert isinstance(counter, StepCounter)
        per_decision.append(counter.steps / len(ran.rows))
    few, many = per_decision
    if many > 2 * few:
        raise subject.broken(table, 0, f"{many:,.0f} steps a decision with 1,000 workers, {few:,.0f} with 10")


def _listener(ran: SubjectRun) -> Listener:
    """Who stood before the scheduler."""
    listener = ran.engine.decider
    assert isinstance(listener, Listener)
    return listener


def _must_equal(  # noqa: PLR0913 - both runs and their place
    subject: Subject, table: CurveTable, seed: int, one: SubjectRun, other: SubjectRun, how: str
) -> None:
    if one.rows != other.rows or one.engine.end_ns != other.engine.end_ns:
        raise subject.broken(table, seed, f"{how}: {first_difference(one.rows, other.rows)}")
