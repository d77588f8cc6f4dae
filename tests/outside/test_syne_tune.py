"""Syne Tune's schedulers, the package, on our clock."""

from __future__ import annotations

import logging
import math
import random  # noqa: TID251 - to see that it is left alone
import sys

import numpy as np
import pytest

from simdyhpo.catalog.factory import SchedulerFactory
from simdyhpo.decisions import Continue, Decided, Reported, Resume, Start, Stop
from simdyhpo.errors import OptionError, SimdyhpoError
from simdyhpo.runs.front_door import simulate
from simdyhpo.testing import check_scheduler
from tests.making import falling, problem
from tests.outside.mixed import mixed

syne_tune = pytest.importorskip("syne_tune", reason="syne-tune is not installed (the extra syne-tune)")
NAME = "syne-tune"
OLD = pytest.mark.skipif(
    syne_tune.__version__ > "0.14.9", reason="Syne Tune 0.14.2 was the last with these schedulers"
)
PROMOTION = {"name": "LegacyASHA", "type": "promotion"}
MODELS = {
    "DyHPO": {"fit_steps": 1},
    "MOBSTER": {"fit_steps": 1, "type": "promotion"},
    "HyperTune": {"fit_steps": 1, "type": "promotion"},
    "SyncMOBSTER": {"fit_steps": 1},
    "BOHB": {},
    "SyncBOHB": {},
    "DEHB": {},
}


def scheduler(of, **options):
    task = problem(of)
    return SchedulerFactory(NAME, options)(task), task


def decisions(result):
    return [
        (r.time_ns, r.worker, r.trial, r.configuration, r.decision, r.resume_from, r.milestone)
        for r in result.log
    ]


@OLD
@pytest.mark.parametrize("mode", ["min", "max"])
@pytest.mark.parametrize("workers", [1, 4])
@pytest.mark.parametrize(("ours", "theirs"), [("asha", PROMOTION), ("asha-stopping", {"name": "LegacyASHA"})])
def test_asha_decides_as_ours_does(mode, workers, ours, theirs):
    """Rungs, cutoffs, ties and who is promoted first: every decision of a run is the same."""
    of = falling(60, 30) if mode == "min" else mixed(60, mode="max")
    runs = [
        simulate(of, name, workers=workers, seed=2, max_epochs=300, options=options)
        for name, options in ((ours, {}), (NAME, theirs))
    ]
    assert decisions(runs[0]) == decisions(runs[1])
    assert len(runs[0].log) > 50


@OLD
@pytest.mark.parametrize("name", MODELS)
def test_every_configuration_starts_once_whatever_the_hyperparameters(name):
    """Rows are chosen exactly where the model can choose among them, and else their neighbours stand in."""
    of = mixed()
    result = simulate(of, NAME, workers=2, seed=3, max_decisions=999, options={"name": name, **MODELS[name]})
    assert result.ended_by == "exhausted"
    starts = [r.configuration for r in result.log if r.decision.name.startswith("START")]
    assert sorted(starts) == [*range(30)]
    off = result.diagnostics["suggestions_off_table"]
    assert off == 0 if "MOBSTER" in name or name in {"DyHPO", "HyperTune"} else off > 0


@OLD
@pytest.mark.parametrize("name", ["MOBSTER", "BOHB", "DEHB"])
def test_a_model_chooses_better_than_chance(name):
    """With some observations behind it, it keeps to the good end of one hyperparameter."""
    options = {"name": name, **MODELS[name]}
    result = simulate(falling(300, 3), NAME, max_trials=60, options=options)
    started = [r.configuration for r in result.log if not r.resume_from]
    assert np.mean(started[40:]) < 100


@OLD
def test_promotion_is_told_the_rows_and_resumes():
    who, task = scheduler(falling(20, 9), **PROMOTION)
    first = who.ask(0)
    assert first == who.ask(5)
    assert (first.milestone, first.configuration) == (1, task.candidates.next_random())
    for trial in range(2):
        proposal = who.ask(trial)
        task.candidates.take(proposal.configuration)
        who.tell(Decided(trial, proposal))
        who.tell(Reported(trial, proposal.configuration, 1, [2.0 - trial], False, 1))
    assert who.ask(9) == Resume(1, 1, 3, first.decision.PROMOTE_RUNG)


@OLD
def test_what_it_was_asked_does_not_matter():
    """A report comes between a question and another's decision: as if it had never been asked."""
    of = falling(60, 9)
    asked, unasked = (scheduler(of, **PROMOTION) for _ in range(2))
    for who, task in (asked, unasked):
        task.candidates.take(3)
        who.tell(Decided(0, Start(3, 1, 3)))
    asked[0].ask(1)
    for who, _ in (asked, unasked):
        who.tell(Reported(0, 3, 1, [0.3], False, 1))
    assert asked[0].ask(2) == unasked[0].ask(2)


@OLD
def test_where_another_decides_the_trial_is_lost_to_it():
    who, task = scheduler(falling(20, 9), name="LegacyASHA")
    for trial in range(3):
        proposal = who.ask(trial)
        task.candidates.take(proposal.configuration)
        who.tell(Decided(trial, proposal))
        who.tell(Reported(trial, proposal.configuration, 1, [float(trial)], False, 1))
    assert who.verdict(2, 1) == Stop()
    who.tell(Decided(2, Continue(3)))
    assert who.diagnostics()["decisions_told_as_lost"] == 1
    who.tell(Reported(2, 5, 3, [0.1, 0.1], False, 1))  # nobody is told of it
    assert isinstance(who.ask(3), Start)


@OLD
def test_a_value_that_is_not_finite_ends_a_trial():
    who, task = scheduler(falling(20, 9), **PROMOTION)
    proposal = who.ask(0)
    task.candidates.take(proposal.configuration)
    who.tell(Decided(0, proposal))
    who.tell(Reported(0, proposal.configuration, 1, [math.nan], False, 1))
    assert who.verdict(0, 1) == Stop()


@OLD
def test_draws_of_others_are_left_alone_and_change_nothing(monkeypatch):
    of, options = falling(80, 4), {"name": "BOHB"}
    np.random.seed(1)  # noqa: NPY002, TID251
    random.seed(1)
    once = decisions(simulate(of, NAME, max_decisions=80, options=options))
    after = np.random.rand(), random.random()  # noqa: NPY002
    np.random.seed(1)  # noqa: NPY002, TID251
    random.seed(1)
    assert after == (np.random.rand(), random.random())  # noqa: NPY002
    assert once == decisions(simulate(of, NAME, max_decisions=80, options=options))


@OLD
def test_logging_stays_as_it_was(capfd):
    root = logging.getLogger()
    before = root.level, list(root.handlers)
    simulate(mixed(), NAME, max_decisions=200, options={"name": "SyncHyperband"})
    assert (root.level, root.handlers) == before
    said = capfd.readouterr()
    assert said.out == said.err == ""


def test_unknown_names_are_refused_with_those_that_are_known():
    with pytest.raises(OptionError, match=r"DyHPO.*MOBSTER.*LegacyASHA"):
        simulate(falling(5, 3), NAME, max_trials=1, options={"name": "Hyperopt"})


def test_what_a_version_lacks_is_said_with_the_version(monkeypatch):
    monkeypatch.setitem(sys.modules, "syne_tune.optimizer.legacy_baselines", None)
    with pytest.raises(
        SimdyhpoError, match=rf"Syne Tune {syne_tune.__version__} has no DyHPO .*0\.14\.2 was"
    ):
        simulate(falling(5, 3), NAME, max_trials=1)


def test_without_the_package(monkeypatch):
    monkeypatch.setitem(sys.modules, "syne_tune", None)
    with pytest.raises(SimdyhpoError, match=r"simdyhpo\[syne-tune\]"):
        simulate(falling(5, 3), NAME, max_trials=1)


@OLD
@pytest.mark.parametrize("name", ["DyHPO", "MOBSTER"])
@pytest.mark.parametrize("law", ["asking", "determinism", "non-finite"])
def test_laws_with_a_gaussian_process(name, law):
    """tests/conformance checks all of them without one; these are the ones that it could break."""
    check_scheduler(NAME, {"name": name, **MODELS[name]}, [law])
