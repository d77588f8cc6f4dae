"""Which decisions can take another one's place, and how it is said that one can't."""

import msgspec
import pytest

from simdyhpo.decisions import ScheduleDecision
from simdyhpo.errors import OptionError
from simdyhpo.rebuilding.fork import fork
from simdyhpo.rebuilding.rebuild import rebuild
from simdyhpo.rebuilding.substitute import parse_substitute
from simdyhpo.runs.front_door import simulate
from simdyhpo.simulation.trials import PAUSED, RUNNING
from tests.making import falling

AT = 20


@pytest.fixture(scope="module")
def table():
    return falling(40, 9)


@pytest.fixture(scope="module", params=["asha", "dyhpo"])
def result(request, table):
    options = {"searcher": "random"} if request.param == "dyhpo" else {}
    return simulate(table, request.param, workers=3, max_epochs=100, options=options)


@pytest.fixture(scope="module")
def trials(result, table):
    return rebuild(result.spec, list(result.log), table, AT).engine.trials


def forked(result, table, text, at=AT):
    return fork(result.spec, list(result.log), table, at, parse_substitute(text))


@pytest.mark.parametrize("text", ["start", "start:", "start:-1", "promote:1.5", "stop:3", "start:1@", "1"])
def test_other_words(text):
    with pytest.raises(OptionError, match="write promote:TRIAL or start:CONFIGURATION"):
        parse_substitute(text)


def test_every_configuration_that_has_not_started_can_start(result, table, trials):
    unused = max(set(range(40)) - set(trials.configurations))
    record = forked(result, table, f"start:{unused}").log[AT]
    assert (record.configuration, record.trial, record.resume_from, record.milestone) == (
        unused,
        len(trials),
        0,
        1,
    )
    assert forked(result, table, f"start:{unused}@5").log[AT].milestone == 5


def test_every_paused_trial_can_be_promoted(result, table, trials):
    paused = [trial for trial, state in enumerate(trials.states) if state == PAUSED]
    assert paused
    for trial in paused:
        record = forked(result, table, f"promote:{trial}").log[AT]
        assert (record.trial, record.resume_from) == (trial, trials.resources[trial])
        levels = {one.milestone for one in result.log}
        assert record.milestone == min(level for level in levels if level > trials.resources[trial])


def test_the_coin_stays_that_of_the_decision(result, table, trials):
    paused = trials.states.index(PAUSED)
    ours, theirs = forked(result, table, f"promote:{paused}").log[AT], result.log[AT]
    assert repr(ours.coin) == repr(theirs.coin)


def test_kinds_are_those_of_the_scheduler(result, table, trials):
    kinds = {record.decision for record in result.log} | {ScheduleDecision.PROMOTE_DYHPO}
    assert forked(result, table, f"promote:{trials.states.index(PAUSED)}").log[AT].decision in kinds


@pytest.mark.filterwarnings("ignore::simdyhpo.rebuilding.fork.RebuiltOtherwiseWarning")
def test_before_any_promotion_the_kind_goes_with_the_starts(table):
    for name, kind in (("dyhpo", "PROMOTE_DYHPO"), ("asha", "PROMOTE_RUNG")):
        options = {"searcher": "random"} if name == "dyhpo" else {}
        run = simulate(table, name, workers=1, max_epochs=30, options=options)
        log = [run.log[0], next(one for one in run.log if one.trial == 1)]
        log[1] = msgspec.structs.replace(log[1], index=1, time_ns=run.log[1].time_ns)
        record = fork(run.spec, log, table, 1, parse_substitute("promote:0@4")).log[1]
        assert (record.trial, record.milestone, record.decision.name) == (0, 4, kind)


@pytest.mark.parametrize(
    ("text", "advice"),
    [
        ("start:40", "the table's configurations are 0 to 39"),
        ("promote:99", "no such trial had started then; paused were"),
    ],
)
def test_unknown_ones(result, table, text, advice):
    with pytest.raises(OptionError, match=advice):
        forked(result, table, text)


def test_states_that_forbid_it(result, table, trials):
    with pytest.raises(OptionError, match="started before, as trial 2"):
        forked(result, table, f"start:{trials.configurations[2]}")
    with pytest.raises(OptionError, match="was running then; paused were"):
        forked(result, table, f"promote:{trials.states.index(RUNNING)}")
    paused = trials.states.index(PAUSED)
    with pytest.raises(OptionError, match=rf"lies in {trials.resources[paused] + 1}\.\.9"):
        forked(result, table, f"promote:{paused}@{trials.resources[paused]}")
    with pytest.raises(OptionError, match=r"lies in 1\.\.9"):
        forked(result, table, f"start:{max(set(range(40)) - set(trials.configurations))}@10")


def test_a_frontier_needs_a_milestone(table):
    result = simulate(table, "asha", workers=1, max_decisions=2)
    with pytest.raises(OptionError, match="write promote:0@MILESTONE"):
        forked(result, table, "promote:0", 1)


@pytest.mark.parametrize("at", [-1, 10**6])
def test_decisions_that_are_not_there(result, table, at):
    with pytest.raises(OptionError, match=f"this run's decisions are 0 to {len(result.log) - 1}"):
        forked(result, table, "start:0", at)


def test_verdicts_are_not_a_workers_question(table):
    result = simulate(table, "asha-stopping", workers=3, max_epochs=60)
    at = next(record.index for record in result.log if record.decision is ScheduleDecision.CONTINUE)
    with pytest.raises(OptionError, match="no idle worker asked; the nearest decision of one is"):
        forked(result, table, "start:39", at)
