"""The state at any decision, rebuilt without asking a question, is the one that the run was in."""

import msgspec
import pytest

from simdyhpo.catalog.factory import SchedulerFactory
from simdyhpo.decisions import Decided
from simdyhpo.errors import OptionError
from simdyhpo.rebuilding.again import factory_of
from simdyhpo.rebuilding.fork import fork
from simdyhpo.rebuilding.rebuild import rebuild
from simdyhpo.rebuilding.substitute import Substitute, parse_substitute
from simdyhpo.runs.front_door import Run, simulate
from simdyhpo.tables.blackboxes import load_blackbox
from simdyhpo.testing.audit import what
from tests.golden.runs import ALL_SCHEDULERS as GOLDEN
from tests.golden.runs import EPOCHS, RUNS
from tests.surrogate_tables import golden_table
from tests.traces.test_diff import course

pytestmark = pytest.mark.once

EVERY, STATES = 10, 8
"""A run is rebuilt at so many multiples of ten, its last one first.

Rebuilding begins at the run's start: every state would cost the square of its length. A fault that one run
doesn't show at these, others of the hundred do.
"""


class Witness:
    """Passes everything on, and notes the state and the answer in which each decision was taken."""

    def __init__(self, scheduler):
        self._scheduler = scheduler
        self.engine = None
        self.decided = 0
        self.seen = {}

    def ask(self, now_ns):
        return self._note(self._scheduler.ask(now_ns))

    def verdict(self, trial, resource):
        return self._note(self._scheduler.verdict(trial, resource))

    def tell(self, event):
        self.decided += type(event) is Decided
        self._scheduler.tell(event)

    def _note(self, answer):
        if self.decided % EVERY == 0:  # the last answer before the decision is the decision
            self.seen[self.decided] = snapshot(self.engine), what(answer)
        return answer


def snapshot(engine):
    trials = engine.trials
    return engine.now_ns, bytes(trials.states), list(trials.resources), list(trials.configurations)


def witnessed(table, scheduler, options, workers, **budget):
    """The run's result, and what the witness saw."""
    result = simulate(table, scheduler, workers=workers, options=options, **budget)
    run = Run(result.spec, factory_of(result.spec), table)
    witness = Witness(run.scheduler)
    witness.engine, run.engine.decider = run.engine, witness
    run.simulate()
    return result, witness.seen


def assert_rebuilt(table, result, seen):
    log = list(result.log)
    every = range(len(log) - 1 - (len(log) - 1) % EVERY, -1, -EVERY)  # the last one first
    for index in every[:: -(-len(every) // STATES)]:
        rebuilt = rebuild(result.spec, log, table, index)
        assert len(rebuilt.engine.log) == index
        assert (snapshot(rebuilt.engine), what(rebuilt.proposal())) == seen[index]


@pytest.mark.parametrize("run", RUNS, ids=lambda run: run.name.replace(" ", "-"))
def test_states_of_golden_runs(run):
    scheduler, options = GOLDEN[run.scheduler]
    table = golden_table(run.table)
    result, seen = witnessed(table, scheduler, options, run.workers, max_epochs=EPOCHS)
    assert_rebuilt(table, result, seen)


@pytest.mark.parametrize("searcher", ["dyhpo", "dyhpo-gp"])
def test_with_a_model(searcher):
    """Refits that were missed are made up for at the same numbers of observations."""
    table = load_blackbox("digits-mlp")
    result, seen = witnessed(table, "dyhpo", {"searcher": searcher}, 2, max_epochs=25)
    assert_rebuilt(table, result, seen)


@pytest.mark.parametrize("name", [*GOLDEN])
@pytest.mark.parametrize("sampling", ["without-replacement", "with-replacement"])
def test_the_logged_decision_as_substitute_changes_nothing(name, sampling):
    """So all that comes after a rebuilt state is what came after the original."""
    scheduler, options = GOLDEN[name]
    table = golden_table("digits-mlp")
    result = simulate(table, scheduler, workers=4, max_epochs=120, options=options, sampling=sampling)
    log = list(result.log)
    forked = 0
    for record in log[:: max(len(log) // 7, 1)]:
        if record.decision.name in ("CONTINUE", "STOP"):
            continue
        promote = record.resume_from > 0
        number = record.trial if promote else record.configuration
        again = fork(result.spec, log, table, record.index, Substitute("", promote, number, record.milestone))
        assert [what_was(one) for one in again.log] == [what_was(one) for one in log]
        assert (again.regret, again.end_ns, again.ended_by) == (result.regret, result.end_ns, result.ended_by)
        forked += 1
    assert forked


def test_another_verdict():
    table = golden_table("digits-mlp")
    result = simulate(table, "asha-stopping", workers=4, max_epochs=120)
    log = list(result.log)
    stop = next(record for record in log if record.decision.name == "STOP")
    spec = result.spec
    same = fork(spec, log, table, stop.index, parse_substitute("stop"))
    assert [what_was(one) for one in same.log] == [what_was(one) for one in log]
    goes_on = fork(spec, log, table, stop.index, parse_substitute("continue")).log[stop.index]
    assert (goes_on.decision.name, goes_on.trial) == ("CONTINUE", stop.trial)
    assert goes_on.milestone > goes_on.resume_from == stop.resume_from
    paused = list(fork(spec, log, table, stop.index, parse_substitute("pause")).log)
    assert [what_was(one) for one in paused[: stop.index]] == [what_was(one) for one in log[: stop.index]]
    assert stop.trial not in {one.trial for one in paused[stop.index :]}
    with pytest.raises(OptionError, match="not a verdict"):
        fork(spec, log, table, 0, parse_substitute("stop"))


def what_was(record):
    """A record without its reason."""
    return msgspec.structs.astuple(record)[:8]


QUICK = {"searcher": "dyhpo-released", "scratch_steps": 3, "refine_steps": 2}


def test_asking_along_repeats_a_model_that_trains_whenever_it_is_asked():
    table = load_blackbox("digits-mlp")
    result, seen = witnessed(table, "dyhpo", QUICK, 2, max_epochs=25)
    log = list(result.log)
    for index in (10, 20):
        rebuilt = rebuild(result.spec, log, table, index, ask_along=True)
        assert (snapshot(rebuilt.engine), what(rebuilt.proposal())) == seen[index]
    unasked = rebuild(result.spec, log, table, 20)
    unasked.proposal()
    assert unasked.scheduler.diagnostics()["updates"] == 1 < rebuilt.scheduler.diagnostics()["updates"]


def test_the_fork_before_and_after():
    """Up to the substitute the logs are equal; the rest is the scheduler's, which was told of it."""
    table = golden_table("digits-mlp")
    result = simulate(table, "asha", workers=4, max_epochs=200)
    log = list(result.log)
    started = {record.configuration for record in log}
    unused = next(number for number in range(len(table)) if number not in started)
    other = fork(result.spec, log, table, 50, Substitute("", False, unused, None))
    assert [repr(one) for one in list(other.log)[:50]] == [repr(one) for one in log[:50]]
    assert other.log[50].configuration == unused
    assert other.epochs == 200
    assert course(other).records != course(result).records


def test_options_of_a_manifest_give_the_scheduler_again():
    given = {"searcher": "dyhpo", "learning_rate": 0.5, "probability_sh": 0.0}
    settings = SchedulerFactory("dyhpo", given).settings
    assert SchedulerFactory.from_settings("dyhpo", settings).settings == settings
    assert settings["searcher_options"]["learning_rate"] == 0.5
